/* SPDX-License-Identifier: MIT */
/* slice_hooks.c -- see slice_hooks.h. Who has no hooks does not pay for them: where a slice begins
 * and ends is a word in memory, which is changed with the first. */
#include "exo/libos/slice_hooks.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exo/defence.h"
#include "exo/libos/uarea.h"
#pragma weak upcall_top

/* yield.S: where a slice begins that a yield waited for, and one that the last one's end did; where
 * one ends when its registers are saved. And the same by way of the hooks. */
extern uint64_t yield_goes_on, slice_goes_on, slice_goes_off;
extern const char yield_hooked[], slice_begin_hooked[], slice_end_hooked[];
extern struct slice_hook *slice_at_begin;
void slice_begun(struct slice_registers *r), slice_ended(struct slice_registers *r);

struct slice_hook *slice_at_begin; /* yield.S goes through them, too, where a yield returns */
_Static_assert(!offsetof(struct slice_hook, fn) && offsetof(struct slice_hook, next) == 8, "there");

/* Interrupted on the stack of traps, which is free for the next one but still has registers on it:
 * traps go on the stack in use until these are taken, also of who is called by a transfer
 * meanwhile, and the one that writing this very word may be: its page may have to be copied. */
static const struct slice_registers *leaving;

bool slice_is_leaving(const struct slice_registers *r) {
    return &upcall_top && (uint64_t)(upcall_top - (const char *)r) < UPCALL_STACK &&
           uarea->trap_stack && DEFENDED(LEAVING);
}

void slice_begun(struct slice_registers *r) {
    for (struct slice_hook *h = slice_at_begin; h; h = h->next)
        h->fn(h, r);
    if (r == leaving) {
        leaving = 0;
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        uarea->trap_stack = (uint64_t)upcall_top;
    }
}

void slice_ended(struct slice_registers *r) {
    if (slice_is_leaving(r)) {
        uarea->trap_stack = 0;
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        leaving = r;
    }
}

void slice_on_begin(struct slice_hook *h) {
    h->next = slice_at_begin;
    slice_at_begin = h;
    yield_goes_on = (uint64_t)yield_hooked;
    slice_goes_on = (uint64_t)slice_begin_hooked;
    slice_goes_off = (uint64_t)slice_end_hooked;
}
