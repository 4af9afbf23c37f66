/* SPDX-License-Identifier: MIT */
/* permitted.c -- see permitted.h. Lists and pins are looked at where they change (--wrap). */
#include "permitted.h"
#include "agree.h"
#include "wrapped.h"

#include "../../books_call.h"
#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/memory/info.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"
#include "machine/report/panic.h"

/* Of a frame: a bit for each cell that its lists let read it, and write; how many mappings and
 * writers it may have. */
struct note {
    uint8_t read, write;
    uint32_t mappings, writers;
};
static struct note *notes;

static bool watching;

/* To whom each position was given: a cell, or nobody in prison; an environment. */
#define NO_CELL 0xff
static struct given {
    uint8_t cell;
    uint32_t env;
} given[EXO_SLOTS];

static char why[160];
#define DISAGREE(...) (format_text(why, sizeof why, __VA_ARGS__), why)

static bool is_prisons(struct cap c) {
    return c.valid && c.length && c.length <= CAP_NAME_MAX && c.name[0] == 'p';
}

/* 0: all of the prison. */
static unsigned cell_of(struct cap c) {
    return !is_prisons(c) ? NO_CELL : c.length == 1 ? 0 : c.name[1] & 7;
}

static const struct exo_slot *slots(void) {
    struct page_mapping m;
    if (page_walk(&envs[0].space.table, EXO_SLOT, &m))
        panic("books: no vector of slices");
    return direct(m.frame);
}

static void note_position(uint64_t i) {
    given[i] = (struct given){(uint8_t)cell_of(slots()[i].acl), slots()[i].env};
}

void permitted_begin(void) {
    paddr_t run;
    size_t pages = page_round_up(info.frame_count * sizeof *notes) / PAGE_SIZE;
    if (!notes && frame_alloc_run(&run, pages))
        panic("books: no memory for notes");
    notes = notes ? notes : direct(run);
    memset(notes, 0, pages * PAGE_SIZE);
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        note_position(i);
    watching = true;
}

void permitted_end(void) {
    watching = false;
}

/* A bit for each cell for which a word of the list has these rights. */
static uint8_t cells_of(struct acl acl, unsigned rights) {
    unsigned cells = 0;
    for (unsigned i = 0; i < acl.count; i++)
        if (is_prisons(acl.word[i]) && (acl.word[i].rights & rights) == rights)
            cells |= 1u << cell_of(acl.word[i]);
    return (uint8_t)cells;
}

/* Who may map a frame that holds a block is XN's to say: here all may, of the one tree. */
static void note_list(struct note *n, const struct cap *word) {
    if (word->valid && !word->rights && !acl_is_long(*word))
        n->read = n->write = UINT8_MAX;
    n->read |= cells_of(acl_of(word), CAP_READ);
    n->write |= cells_of(acl_of(word), CAP_READ | CAP_WRITE);
}

/* Who is in no cell opens all of them. */
static bool is_in(uint8_t cells, unsigned cell) {
    return cell ? cells >> cell & 1 : cells;
}

/* What is more already stays, until it is less. */
static uint32_t most(uint32_t limits, uint32_t none, uint32_t one, uint32_t now) {
    if (!(limits & (none | one)))
        return UINT32_MAX;
    return limits & none ? now : now > 1 ? now : 1;
}

static void note_limits(struct note *n, const struct exo_frame *f) {
    n->mappings =
        most(f->limits, EXO_LIMIT_NO_MAPPING, EXO_LIMIT_ONE_MAPPING, f->readers + f->writers);
    n->writers = most(f->limits, EXO_LIMIT_NO_WRITER, EXO_LIMIT_ONE_WRITER, f->writers);
}

void __wrap_exo_frame_set_acl(struct exo_frame *f, struct cap word, uint32_t limits) {
    struct note *n = watching ? &notes[exo_frame_number(f)] : 0;
    if (n)
        note_list(n, &f->acl);
    __real_exo_frame_set_acl(f, word, limits);
    if (n) {
        note_list(n, &f->acl);
        note_limits(n, f);
    }
}

/* Whether the holder may read what has this list: he has the right, and so has a word whose name
 * begins with his. */
static bool opens(struct acl acl, struct cap held) {
    for (unsigned i = 0; i < acl.count; i++) {
        const struct cap word = acl.word[i];
        if (held.valid && word.valid && held.rights & word.rights & CAP_READ &&
            held.length <= word.length && !memcmp(held.name, word.name, held.length))
            return true;
    }
    return false;
}

int __wrap_exo_frame_pin(struct exo_frame *f) {
    bool may = !watching || env_current == envs;
    for (unsigned i = 0; i < EXO_CAPS && !may; i++)
        may = opens(acl_of(&f->acl), env_current->cap[i]);
    if (!may)
        panic("books: env %u pins frame %#lx, which it may not read", env_current->seen->id,
              exo_frame_number(f));
    return __real_exo_frame_pin(f);
}

/* Only the first environment gives positions to others; they change theirs. */
long __wrap_sys_slot_set(uint64_t slot, uint64_t position, uint64_t env, uint64_t acl) {
    long error = __real_sys_slot_set(slot, position, env, acl);
    if (watching && !error && env_current == envs)
        note_position(position);
    return error;
}

static const char *check_position(const struct exo_slot *s, const struct given *g) {
    const unsigned cell = cell_of(s->acl);
    if (g->cell && (cell != g->cell || (cell == NO_CELL && s->env != g->env)))
        return DISAGREE("position %ld is env %u's, in cell %u, and was given to %u of %u",
                        g - given, s->env, cell, g->env, g->cell);
    return NULL;
}

static const char *check_entry(const struct env *e, vaddr_t at, uint64_t entry, uint64_t cell) {
    const struct note *n = &notes[(entry & EXO_FRAME_OF) / PAGE_SIZE];
    if (is_in(entry & EXO_WRITE ? n->write : n->read, (unsigned)cell))
        return NULL;
    return DISAGREE("env %u, of cell %lu, has the entry %#lx at %#lx, which no list let it have",
                    e->seen->id, cell, entry, at);
}

static const char *check_frame(const struct exo_frame *f, struct note *n) {
    if (!f || !f->references) {
        *n = (struct note){0};
        return NULL;
    }
    note_list(n, &f->acl);
    if (!f->limits)
        return NULL;
    if (f->readers + f->writers > n->mappings || f->writers > n->writers)
        return DISAGREE("frame %#lx has %u readers and %u writers, and limits %#x",
                        exo_frame_number(f), f->readers, f->writers, f->limits);
    note_limits(n, f);
    return NULL;
}

static const char *check_env(struct env *e) {
    const unsigned cell = cell_of(e->control);
    for (unsigned i = 0; i < EXO_CAPS; i++) {
        const struct cap c = e->cap[i];
        if (!c.valid)
            continue;
        if (cell && cell_of(c) != cell)
            return DISAGREE("env %u, of cell %u, holds a capability of cell %u", e->seen->id, cell,
                            cell_of(c));
        if (cell == BOOKS_WEAK && (c.rights & CAP_GRANT))
            return DISAGREE("env %u holds a right that nobody there has", e->seen->id);
    }
    return e->home == e ? agree_each_entry(e, check_entry, cell) : NULL;
}

const char *permitted_disagree(void) {
    const char *reason = NULL;
    for (unsigned i = 0; i < EXO_SLOTS && !reason; i++)
        reason = check_position(&slots()[i], &given[i]);
    for (uint64_t n = 0; n < info.frame_count && !reason; n++)
        reason = check_frame(exo_frame_at(n), &notes[n]);
    for (struct env *e = envs + 1; e < envs + EXO_ENVS && !reason; e++)
        if (e->seen && (e->seen->state == EXO_ENV_NEW || e->seen->state == EXO_ENV_READY))
            reason = check_env(e);
    return reason;
}
