/* SPDX-License-Identifier: MIT */
/* ash_run.c -- see ash_run.h. */
#include "exo/kernel/ash/ash_run.h"

#include "common/engine.h"
#include "exo/defence.h"
#include "exo/kernel/ash/ash_kind.h"
#include "exo/kernel/memory/account.h"
#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/net/filter.h"
#include "exo/kernel/net/net_port.h"
#include "exo/kernel/rights/reclaim.h"
#include "exo/kernel/time/slice.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/memory/heap.h"
#include "machine/memory/page.h"

static struct ash *table[EXO_ASHES]; /* 0 is none */
static uint32_t generation[EXO_ASHES];
static uint8_t count_of[EXO_ENVS];
static struct domain *exports;
struct ash_running ash_now;

struct ash *ash_find(uint64_t id) {
    struct ash *a = table[id % EXO_ASHES];
    return a && a->id == id ? a : NULL;
}

static bool arrived(struct filter *f, uint8_t *frame, uint32_t bytes, bool clean);

/* --- Making one --- */

static bool has_variables(const struct program *p) {
    for (uint32_t i = 0; i < p->slots; i++)
        if (p->insn[i].op == OP_LDDW_VARIABLE)
            return true;
    return false;
}

/* The program's code alone is kept: so it may have no variables, which are the object's. */
static int compile(struct ash_work *w, struct code *code) {
    static const struct jit_options plain;
    const struct program *p = &w->load.program->image.program;
    if (has_variables(p) && DEFENDED(ASH_VARIABLES)) {
        static const char text[] = "a handler keeps its state in its region: no variables\n";
        memcpy(w->why.text, text, sizeof text);
        return -E_BAD_IMAGE;
    }
    return jit_compile(p, &engine_hooks, &plain, code) ? 0 : -E_NO_MEMORY;
}

static int load(struct ash_work *w, const struct ash_request *q, struct code *code) {
    const struct load_request request = {.name = "object",
                                         .file = w->bytes,
                                         .len = q->bytes,
                                         .as = &w->typing,
                                         .only = "ash",
                                         .domain = &exports,
                                         .domains = 1};
    int error;
    w->description.kind = ash_kind((uint32_t)q->pages * PAGE_SIZE);
    if (!typing_open(&w->typing, &engine_hooks, &w->description, &w->why))
        return -E_NO_MEMORY;
    if (load_open(&w->load, &engine_hooks, &request, &w->why)) {
        error = compile(w, code);
        load_close(&w->load);
    } else {
        error = proof_refused(w->why.rule);
    }
    typing_close(&w->typing);
    return error;
}

static bool opens(const struct ash *a, const struct exo_frame *f) {
    return acl_opens(&f->acl, a->holder, CAP_WRITE) || !DEFENDED(ASH_WRITE);
}

static void unpin(struct ash *a) {
    for (; a->pages; a->pages--)
        if (DEFENDED(ASH_PIN))
            exo_frame_unpin(a->first + a->pages - 1);
}

/* The region's frames are the holder's to write, and stay. */
static int pin(struct ash *a, uint64_t first, uint64_t pages) {
    for (; a->pages < pages; a->pages++) {
        uint64_t number = first + a->pages;
        struct exo_frame *f = number < info.frame_count ? exo_frame_at(number) : NULL;
        if (!f || !opens(a, f))
            return -E_PERM;
        int error = DEFENDED(ASH_PIN) ? exo_frame_pin(f) : 0;
        if (error)
            return error;
        a->opened[a->pages] = f->acl;
        a->first = a->pages ? a->first : f;
    }
    return 0;
}

int ash_charge(struct ash *a, uint64_t bytes) {
    const uint32_t frames = (uint32_t)(page_round_up(bytes) / PAGE_SIZE);
    int error = account_charge_all(a->account, frames);
    a->frames += error ? 0 : frames;
    return error;
}

static void release(struct ash *a) {
    unpin(a);
    if (a->code.entry)
        jit_release(&a->code, &engine_hooks);
    for (unsigned i = 0; i < EXO_ASH_PIPES; i++)
        if (a->pipe[i].entry)
            jit_release(&a->pipe[i], &engine_hooks);
    account_release_of(a->account, a->env, a->frames);
    heap_free(a, sizeof *a);
}

/* A place whose ids have all been is no more one: filters may still say them. */
static uint32_t place(void) {
    for (uint32_t i = 1; i < EXO_ASHES; i++)
        if (!table[i] && generation[i] < UINT32_MAX / EXO_ASHES)
            return i;
    return 0;
}

static int make(struct ash *a, const struct ash_request *q, struct ash_work *w) {
    int error = pin(a, q->first, q->pages);
    if (!error)
        error = load(w, q, &a->code);
    if (!error)
        error = ash_charge(a, sizeof *a + a->code.memory.bytes + a->code.slots * sizeof(uint32_t));
    return error;
}

/* One more, or one less. */
static void count_handlers(unsigned n) {
    net_handlers = n;
    for (unsigned nic = 0; nic < net_count; nic++)
        net_take_at_once(nic);
}

void ash_free(struct ash *a) {
    count_handlers(net_handlers - 1);
    table[a->id % EXO_ASHES] = NULL;
    count_of[a->env % EXO_ENVS]--;
    release(a);
}

static bool (*others_give_back)(struct env *e, long *work);

static bool give_back(struct env *e, long *work) {
    for (uint32_t i = 1; count_of[e - envs]; i++)
        if (table[i] && table[i]->env == e->seen->id)
            ash_free(table[i]);
    return !others_give_back || others_give_back(e, work);
}

static bool (*others_take_back)(struct env *e, struct cap what, long *work);

/* Those whose region was opened by what is revoked. */
static bool take_back(struct env *e, struct cap what, long *work) {
    for (uint32_t i = 1; i < EXO_ASHES && count_of[e - envs] && DEFENDED(REVOKED_ASH); i++) {
        struct ash *a = table[i];
        if (!a || a->env != e->seen->id || !cap_is_under(a->holder, what))
            continue;
        loss_note(e, EXO_LOST_ASH, a->id);
        ash_free(a);
        *work -= 1000; /* or less */
    }
    return !others_take_back || others_take_back(e, what, work);
}

/* When the first one is made. */
static int begin(void) {
    int error = ash_send_begin();
    if (error)
        return error;
    others_give_back = env_give_back;
    env_give_back = give_back;
    others_take_back = env_take_back;
    env_take_back = take_back;
    filter_handler = arrived;
    return 0;
}

int ash_make(struct env *e, const struct ash_request *q, struct ash_work *w, struct ash **made) {
    uint32_t at = place();
    if (!q->pages || q->pages > EXO_ASH_PAGES)
        return q->pages ? -E_TOO_LONG : -E_INVALID;
    if (!at || count_of[e - envs] == EXO_ASHES_OF)
        return -E_FULL;
    int error = filter_handler ? 0 : begin();
    if (error)
        return error;
    struct ash *a = heap_alloc(sizeof *a);
    if (!a)
        return -E_NO_MEMORY;
    a->env = e->seen->id;
    a->owner = e;
    a->account = e->seen;
    a->holder = q->holder;
    a->who = q->who;
    error = make(a, q, w);
    if (error) {
        release(a);
        return error;
    }
    a->entry = a->code.entry;
    a->region = direct(PADDR(q->first * PAGE_SIZE));
    a->id = ++generation[at] * EXO_ASHES + at;
    count_of[e - envs]++;
    count_handlers(net_handlers + 1);
    *made = table[at] = a;
    return 0;
}

/* --- Running it --- */

/* Whether its owner may still write the whole region. */
static inline __attribute__((always_inline)) bool may_still(struct ash *a) {
    struct exo_frame *f = a->first;
    for (struct cap *c = a->opened, *end = c + a->pages; c < end; c++, f++)
        if (__builtin_expect(!cap_same(f->acl, *c), 0)) {
            if (!opens(a, f) && DEFENDED(ASH_ACL))
                return false;
            *c = f->acl;
        }
    return true;
}

static inline uint64_t enter(struct ash *a, uint8_t *frame, uint32_t bytes, uint64_t from) {
    ash_now = (struct ash_running){a, frame, bytes};
    return a->entry((uint64_t)frame, bytes, (uint64_t)a->region, from, 0, NULL);
}

/* In a slice of another's: the time is that one's again, and the owner's. */
static uint64_t enter_charged(struct ash *a, uint8_t *frame, uint32_t bytes, uint64_t from) {
    if (a->refused == info.position + 1)
        return 0; /* that has not changed */
    if (!slice_pays(a->env, &a->owed)) {
        a->refused = info.position + 1;
        return 0;
    }
    a->refused = 0;
    uint64_t began = rdtsc(), result = enter(a, frame, bytes, from);
    slice_give_back(rdtsc() - began, &a->owed);
    return result;
}

/* Whether it runs or not: what comes next in that memory is taken to be clean. */
static inline __attribute__((always_inline)) void clean_behind(uint8_t *frame, uint32_t bytes,
                                                               bool clean) {
    if (!clean && bytes < EXO_ASH_FRAME && DEFENDED(ASH_CLEAN))
        memset(frame + bytes, 0, EXO_ASH_FRAME - bytes);
}

static inline __attribute__((always_inline)) uint64_t run(struct ash *a, uint8_t *frame,
                                                          uint32_t bytes, uint64_t from) {
    bool there = a->account->id == a->env && a->account->state == EXO_ENV_READY;
    if ((!there && DEFENDED(ASH_DEAD)) || !may_still(a))
        return 0;
    if (from < EXO_ASH_MESSAGE && slice_is_anothers(a->env) && DEFENDED(ASH_CHARGED))
        return enter_charged(a, frame, bytes, from);
    return enter(a, frame, bytes, from);
}

uint64_t ash_run(struct ash *a, uint8_t *frame, uint32_t bytes, uint64_t from, bool clean) {
    clean_behind(frame, bytes, clean);
    return run(a, frame, bytes, from);
}

static bool arrived(struct filter *f, uint8_t *frame, uint32_t bytes, bool clean) {
    struct ash *a = ash_find(f->ash);
    clean_behind(frame, bytes, clean);
    if (a && bytes <= ASH_BYTES_MOST && run(a, frame, bytes, f->seen->nic)) {
        f->seen->handled++;
        return true;
    }
    f->seen->declined++;
    return false;
}

void ash_init(void) {
    exports = ash_exports();
}
