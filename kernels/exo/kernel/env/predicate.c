/* SPDX-License-Identifier: MIT */
/* predicate.c -- see predicate.h. */
#include "exo/kernel/env/predicate.h"

#include "common/engine.h"
#include "engine/interpreter.h"
#include "engine/jit.h"
#include "exo/kernel/env/proof.h"
#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/exo_frame.h"
#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "machine/memory/page.h"

#define STACK_MAX 512

/* A word that a predicate reads. When the access list of its frame is not what it was, `holder` is
 * asked again. */
struct predicate_word {
    const uint64_t *word;
    const struct cap *acl; /* what all may read has none: then it is our own `opened` */
    struct cap opened, holder;
};

typedef uint64_t predicate_entry(const uint64_t *context, const struct predicate *p);

struct predicate {
    /* Its machine code, or the interpreter: which takes the second argument. */
    predicate_entry *entry;
    const struct predicate_word *end; /* of variable[] */
    uint32_t count;
    uint32_t frames; /* on its environment's account */
    struct program program;
    struct code code;
    struct predicate_word variable[];
};

static size_t size_of(uint32_t count) {
    return sizeof(struct predicate) + count * sizeof(struct predicate_word);
}

/* --- Variables --- */

/* The word is in a frame that the holder may read, which is pinned. */
static int pin(struct predicate_word *v, uint64_t physical_at) {
    struct exo_frame *f = exo_frame_at(physical_at / PAGE_SIZE);
    if (!f || !acl_opens(&f->acl, v->holder, CAP_READ))
        return -E_PERM;
    v->acl = &f->acl;
    v->opened = f->acl;
    v->word = direct(PADDR(physical_at));
    return exo_frame_pin(f);
}

/* What the kernel shows to all, and one's own u-area, are there for as long as oneself. */
static bool is_free_to_read(const struct reader *r, uint64_t at) {
    return (at >= EXO_INFO && at < USER_TOP) || at / PAGE_SIZE == r->uarea / PAGE_SIZE;
}

static int find(const struct reader *r, struct predicate_word *v,
                const struct exo_variable *asked) {
    uint64_t at = asked->at & ~(uint64_t)EXO_PHYSICAL;
    struct page_mapping m;
    if (at % sizeof *v->word)
        return -E_INVALID;
    if (asked->slot < EXO_CAPS)
        v->holder = r->cap[asked->slot];
    if (asked->at & EXO_PHYSICAL)
        return pin(v, at);
    bool is_free = is_free_to_read(r, at);
    if ((!is_free && at >= EXO_TOP) || page_walk(&r->space->table, at, &m))
        return -E_FAULT;
    if (!is_free)
        return pin(v, m.frame.at + at % PAGE_SIZE);
    v->acl = &v->opened;
    v->word = direct(PADDR(m.frame.at + (at - m.at)));
    return 0;
}

static bool is_pinned(const struct predicate_word *v) {
    return v->acl != &v->opened;
}

static void unpin(struct predicate *p) {
    for (; p->count; p->count--)
        if (is_pinned(&p->variable[p->count - 1]))
            exo_frame_unpin(&exo_frames[physical(p->variable[p->count - 1].word).at / PAGE_SIZE]);
}

/* --- Making one --- */

static uint64_t interpret(const uint64_t *context, const struct predicate *p) {
    static uint8_t stack[STACK_MAX];
    struct activation a = {.stack = stack, .stack_bytes = sizeof stack};
    const uint64_t arguments[PARAMETERS] = {(uint64_t)context};
    return interpreter_run(&p->program, arguments, &a);
}

/* Decoded, proven, and compiled if so wanted. */
static int prove(struct predicate *p, const struct predicate_request *q, struct proof *proof,
                 struct report *why) {
    static const struct jit_options plain;
    struct kind kind = {.name = "predicate",
                        .entry = {.result = {.kind = SHAPE_NUMBER}},
                        .demands = FUNCTIONAL | DETERMINISTIC | BOUNDED,
                        .budget = EXO_PREDICATE_COST,
                        .stack_max = STACK_MAX};
    if (q->count)
        kind.entry.parameter[0] =
            (struct shape){.kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = 8 * q->count};
    int error = proof_of(&p->program, q->code, q->bytes, &kind, &engine_hooks, proof, why);
    p->entry = interpret;
    if (error || q->interpreted)
        return error;
    if (!jit_compile(&p->program, &engine_hooks, &plain, &p->code))
        return -E_NO_MEMORY;
    p->entry = (predicate_entry *)(void (*)(void))p->code.entry;
    program_release(&p->program, &engine_hooks);
    p->program = (struct program){0};
    return 0;
}

/* Frames that it stands for. */
static uint32_t frames_of(const struct predicate *p) {
    size_t held = size_of(p->count) + p->program.slots * (INSN_BYTES + 1);
    return (uint32_t)((page_round_up(held) + page_round_up(p->code.memory.bytes)) / PAGE_SIZE);
}

static void release(struct predicate *p, uint32_t count, struct exo_env *account) {
    unpin(p);
    account_release(account, p->frames);
    if (p->code.entry)
        jit_release(&p->code, &engine_hooks);
    program_release(&p->program, &engine_hooks);
    heap_free(p, size_of(count));
}

void predicate_free(struct predicate *p, struct exo_env *account) {
    if (p)
        release(p, p->count, account);
}

static int make(struct predicate *p, const struct reader *r, const struct predicate_request *q,
                struct report *why) {
    struct proof *proof = heap_alloc(sizeof *proof);
    int error = proof ? prove(p, q, proof, why) : -E_NO_MEMORY;
    heap_free(proof, sizeof *proof);
    while (!error && p->count < q->count) {
        error = find(r, &p->variable[p->count], &q->variable[p->count]);
        p->count += !error;
    }
    p->end = p->variable + p->count;
    while (!error && p->frames < frames_of(p)) {
        error = account_charge(r->account);
        p->frames += !error;
    }
    return error;
}

int predicate_make(const struct reader *r, const struct predicate_request *q, struct report *why,
                   struct predicate **made) {
    struct predicate *p = heap_alloc(size_of(q->count));
    int error = p ? make(p, r, q, why) : -E_NO_MEMORY;
    if (!error)
        *made = p;
    else if (p)
        release(p, q->count, r->account);
    return error;
}

/* --- Asking it --- */

/* The access list of a variable has changed. */
static __attribute__((noinline)) uint64_t ask_again(struct predicate *p) {
    for (struct predicate_word *v = p->variable; v < p->variable + p->count; v++) {
        if (is_pinned(v) && !acl_opens(v->acl, v->holder, CAP_READ))
            return EXO_TAG_LOST;
        v->opened = *v->acl;
    }
    return predicate_evaluate(p);
}

bool predicate_is_under(const struct predicate *p, struct cap what) {
    for (const struct predicate_word *v = p->variable; v != p->end; v++)
        if (is_pinned(v) && cap_is_under(v->holder, what))
            return true;
    return false;
}

/* Some 25 instructions for one comparison, and 11 for each variable more: nothing is saved, for all
 * calls are at the end. */
uint64_t predicate_evaluate(struct predicate *p) {
    static uint64_t context[EXO_VARIABLES]; /* each word is read once */
    uint64_t *to = context;
    for (const struct predicate_word *v = p->variable; v != p->end; v++) {
        if (!cap_same(*v->acl, v->opened))
            return ask_again(p);
        *to++ = *(const volatile uint64_t *)v->word;
    }
    return p->entry(context, p);
}
