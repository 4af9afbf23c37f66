/* SPDX-License-Identifier: MIT */
/* wakeup.c -- see wakeup.h. */
#include "exo/kernel/time/wakeup.h"

#include "exo/kernel/env/proof.h"
#include "exo/kernel/memory/info.h"
#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "machine/memory/heap.h"
#include "machine/user/user.h"

static void replace(struct env *e, struct predicate *p) {
    predicate_free(e->predicate, e->seen);
    e->predicate = p;
}

bool predicate_wakes(struct env *e) {
    info.now = rdtsc();
    uint64_t tag = e->predicate ? predicate_evaluate(e->predicate) : EXO_TAG_LOST;
    if (tag == EXO_TAG_LOST)
        replace(e, NULL);
    if (tag) {
        e->uarea->predicate_tag = tag;
        e->seen->asleep = 0;
    }
    return tag;
}

/* Copies of what the caller hands in, which could change under our eyes. */
struct asked {
    struct exo_variable variable[EXO_VARIABLES];
    uint8_t code[EXO_PREDICATE_BYTES];
    struct report why;
};

static int set(struct env *e, const struct asked *a, uint64_t bytes, uint64_t count, uint64_t how,
               struct report *why) {
    const struct reader r = {env_space(e), e->seen, e->cap, env_uarea_at(e)};
    const struct predicate_request q = {a->code, bytes, a->variable, (uint32_t)count,
                                        how & EXO_PREDICATE_INTERPRETED};
    struct predicate *p;
    int error = predicate_make(&r, &q, why, &p);
    if (!error)
        replace(e, p);
    return error;
}

/* The caller's predicate is this code from now on: instructions of RFC 9669, whose argument is the
 * address of as many 64-bit words as there are variables, and whose result is the tag. `how` is 0
 * or EXO_PREDICATE_INTERPRETED. Without code it has none. When it is refused the one before stays.
 * -E_TOO_LONG: code or variables; -E_FAULT: either, or a variable where nothing is; -E_INVALID: one
 * that is not aligned, or `how`; -E_PERM: one that the capability in its slot does not open;
 * -E_FULL: no more pins of a frame can be counted; -E_BUSY: only pins hold it; -E_QUOTA;
 * -E_NO_MEMORY; -E_BAD_IMAGE: the code, and why stands at text, EXO_FUNCTION_TEXT bytes, if that is
 * not 0. */
long sys_predicate_set(uint64_t code, uint64_t bytes, uint64_t variables, uint64_t count,
                       uint64_t how, uint64_t text) {
    struct env *e = env_current;
    if (!bytes) {
        replace(e, NULL);
        return 0;
    }
    if (how & ~(uint64_t)EXO_PREDICATE_INTERPRETED)
        return -E_INVALID;
    if (bytes > EXO_PREDICATE_BYTES || count > EXO_VARIABLES)
        return -E_TOO_LONG;
    struct asked *a = heap_alloc(sizeof *a);
    long error = a ? copy_from_user(a->code, code, bytes) : -E_NO_MEMORY;
    if (!error)
        error = copy_from_user(a->variable, variables, count * sizeof a->variable[0]);
    if (!error)
        error = proof_tell(set(e, a, bytes, count, how, &a->why), &a->why, text);
    heap_free(a, sizeof *a);
    return error;
}
