/* SPDX-License-Identifier: MIT */
/* agree.c -- see agree.h. */
#include "agree.h"

#include "exo/kernel/env/env.h"
#include "exo/kernel/disk/xn_kernel.h"
#include "exo/kernel/env/reflect.h"
#include "exo/kernel/memory/block_frame.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/memory/info.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/memory/page_entry.h"

static char why[160];
#define DISAGREE(...) (format_text(why, sizeof why, __VA_ARGS__), why)

static bool is_alive(const struct env *e) {
    return e->seen && (e->seen->state == EXO_ENV_NEW || e->seen->state == EXO_ENV_READY);
}

const char *agree_each_entry(struct env *e, agree_fn *fn, uint64_t arg) {
    const char *reason = NULL;
    for (vaddr_t at = PAGE_SIZE; at < EXO_TOP && !reason;) {
        struct entries l = space_entries(&e->space, at, EXO_TOP);
        const struct table_extent *x = l.entry ? table_extent(&exo_frames[l.id / 512]) : NULL;
        for (unsigned i = 0; l.entry && i < (l.end - at) / PAGE_SIZE && !reason; i++)
            if (l.entry[i] && ((l.id + i) % 512 < x->first || (l.id + i) % 512 >= x->end))
                reason = DISAGREE("env %u: the entry %#lx is beyond its table's extent",
                                  e->seen->id, l.entry[i]);
            else if (l.entry[i] & EXO_PRESENT)
                reason = fn(e, at + i * PAGE_SIZE, l.entry[i], arg);
        at = l.end;
    }
    return reason;
}

static const char *check_entry(const struct env *e, vaddr_t at, uint64_t entry, uint64_t count) {
    const struct exo_frame *f = exo_frame_at((entry & EXO_FRAME_OF) / PAGE_SIZE);
    ++*(uint64_t *)count;
    if ((entry & EXO_WRITE) && !(entry & EXO_NO_EXEC))
        return DISAGREE("env %u: the page at %#lx is writable and executable", e->seen->id, at);
    if (!(entry & ENTRY_USER) || !f || !f->references)
        return DISAGREE("env %u: the entry %#lx at %#lx shows no frame of its", e->seen->id, entry,
                        at);
    return NULL;
}

static uint64_t tables_below(const uint64_t *table, unsigned level) {
    uint64_t count = 0;
    for (unsigned i = 0; i < 512; i++)
        if (table[i] & ENTRY_PRESENT)
            count += level > 1 ? 1 + tables_below(entry_table(table[i]), level - 1)
                               : 2; /* with its shadow page */
    return count;
}

/* Of an environment's own half, the root included. */
static uint64_t tables_of(const struct env *e) {
    const uint64_t *root = direct(e->space.table.root);
    uint64_t count = 1;
    for (unsigned i = 0; i < EXO_TABLES >> level_shift(ROOT_LEVEL); i++)
        if (root[i] & ENTRY_PRESENT)
            count += 1 + tables_below(entry_table(root[i]), ROOT_LEVEL - 1);
    return count;
}

static const char *check_env(struct env *e, uint64_t *entries) {
    uint64_t count = 0, uses = tables_of(e) + 1;
    const char *reason = agree_each_entry(e, check_entry, (uint64_t)&count);
    if (reason)
        return reason;
    if (e->seen->pages != count)
        return DISAGREE("env %u: %lu entries, %u told of", e->seen->id, count, e->seen->pages);
    if (e->seen->kernel < uses || e->seen->kernel > e->seen->kernel_most)
        return DISAGREE("env %u: the kernel uses %u frames of %u, and %lu are tables", e->seen->id,
                        e->seen->kernel, e->seen->kernel_most, uses);
    *entries += count;
    return NULL;
}

/* Follows the frame's mappings: each is an entry that maps it, and knows the one before. */
static const char *check_frame(const struct exo_frame *f, uint64_t *listed, uint64_t most) {
    uint64_t count = 0, number = exo_frame_number(f);
    for (uint32_t id = f->mapping, before = 0; id; count++) {
        const uint64_t *entry =
            (uint64_t *)direct(PADDR((uint64_t)id / 512 * PAGE_SIZE)) + id % 512;
        const struct mapping *m = mapping_of(id);
        if (count > most || !(*entry & EXO_PRESENT) ||
            (*entry & EXO_FRAME_OF) / PAGE_SIZE != number || m->previous != before)
            return DISAGREE("frame %#lx: mapping %#x is none of it", number, id);
        before = id;
        id = m->next;
    }
    if (count != (uint64_t)f->readers + f->writers ||
        count + f->pins + block_frame_is(f) != f->references)
        return DISAGREE("frame %#lx: %lu mappings, %u readers, %u writers, %u pins, %u references",
                        number, count, f->readers, f->writers, f->pins, f->references);
    *listed += count;
    return NULL;
}

/* Blocks and the frames that hold them know each other. */
static const char *check_blocks(void) {
    for (uint64_t n = 0; n < info.frame_count; n++) {
        const struct exo_frame *f = exo_frame_at(n);
        if (f && f->references && block_frame_is(f) &&
            xn_kernel->xn.entry[block_frame_entry(f)].frame != n)
            return DISAGREE("frame %#lx holds no block", n);
    }
    for (uint32_t i = 1; xn_kernel && i <= xn_kernel->xn.entries; i++) {
        const struct xn_entry *e = &xn_kernel->xn.entry[i];
        const struct exo_frame *f = &exo_frames[e->frame];
        if (e->frame && (!block_frame_is(f) || block_frame_entry(f) != i))
            return DISAGREE("block %u is not in frame %#x", e->block, e->frame);
        if (e->frame && f->writers && (e->type != XN_BYTES || !xn_is_dirty(e)))
            return DISAGREE("block %u can be written, and is clean or no data", e->block);
    }
    return NULL;
}

/* What of environments makes a switch longer. */
static unsigned users(void) {
    unsigned count = 0;
    for (const struct env *e = envs; e < envs + EXO_ENVS; e++)
        count += is_alive(e) ? (e->fs_base != 0) + e->reflects : 0;
    return count;
}

const char *books_disagree(void) {
    uint64_t entries = 0, listed = 0;
    const char *reason = NULL;
    while (info.env_unfreed)
        env_bury();
    for (struct env *e = envs; e < envs + EXO_ENVS && !reason; e++)
        if (is_alive(e) && e->home == e) /* a clone's pages are its home's */
            reason = check_env(e, &entries);
    for (uint64_t n = 0; n < info.frame_count && !reason; n++) {
        const struct exo_frame *f = exo_frame_at(n);
        if (f && f->references)
            reason = check_frame(f, &listed, entries);
    }
    if (!reason)
        reason = check_blocks();
    if (!reason && users() != env_special.users)
        return DISAGREE("%u environments are special, %u counted", users(), env_special.users);
    if (!reason && reflecting != env_current->reflects)
        return DISAGREE("env %u reflects: %u", env_current->seen->id, reflecting);
    if (!reason && listed != entries)
        return DISAGREE("%lu entries, %lu in lists", entries, listed);
    return reason;
}

/* A bit for each frame that the first environment has mapped. */
static uint64_t firsts[1 << 14];

static const char *note_first(const struct env *e, vaddr_t at, uint64_t entry, uint64_t unused) {
    uint64_t number = (entry & EXO_FRAME_OF) / PAGE_SIZE;
    (void)e, (void)at, (void)unused;
    if (number < sizeof firsts * 8)
        firsts[number / 64] |= 1ul << number % 64;
    return NULL;
}

static const char *check_inside(const struct env *e, vaddr_t at, uint64_t entry, uint64_t secret) {
    uint64_t number = (entry & EXO_FRAME_OF) / PAGE_SIZE;
    if (number < sizeof firsts * 8 && firsts[number / 64] >> number % 64 & 1)
        return DISAGREE("env %u has the first one's frame %#lx at %#lx", e->seen->id, number, at);
    const uint64_t *word = direct(PADDR(number * PAGE_SIZE));
    for (unsigned i = 0; i < PAGE_SIZE / sizeof *word; i++)
        if (word[i] == secret)
            return DISAGREE("env %u finds a secret at %#lx", e->seen->id, at);
    return NULL;
}

const char *books_leak(struct cap prison, uint64_t secret) {
    memset(firsts, 0, sizeof firsts);
    const char *reason = agree_each_entry(envs, note_first, 0);
    for (struct env *e = envs + 1; e < envs + EXO_ENVS && !reason; e++) {
        if (!is_alive(e))
            continue;
        if (!cap_dominates(prison, e->control))
            return DISAGREE("env %u is opened by what nobody there holds", e->seen->id);
        for (unsigned i = 0; i < EXO_CAPS; i++)
            if (e->cap[i].valid && !cap_dominates(prison, e->cap[i]))
                return DISAGREE("env %u holds a capability that nobody gave it", e->seen->id);
        if (e->home == e)
            reason = agree_each_entry(e, check_inside, secret);
    }
    return reason;
}

uint64_t books_kernel_most(void) {
    uint64_t sum = 0;
    for (const struct env *e = envs; e < envs + EXO_ENVS; e++)
        sum += is_alive(e) ? e->seen->kernel_most : 0;
    return sum;
}
