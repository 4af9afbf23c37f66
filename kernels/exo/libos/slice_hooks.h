/* SPDX-License-Identifier: MIT */
/* slice_hooks.h -- what a program does at the beginning of its slices, beside taking its registers
 * back: a list which anybody may add to. */
#ifndef EXO_LIBOS_SLICE_HOOKS_H
#define EXO_LIBOS_SLICE_HOOKS_H

#include <stdbool.h>
#include <stdint.h>

/* What a slice's end saved on the stack that was in use. */
struct slice_registers {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t rflags, rip; /* and below them the red zone */
};

struct slice_hook {
    void (*fn)(struct slice_hook *self, struct slice_registers *interrupted);
    struct slice_hook *next; /* slice_hooks.c's */
};

/* Whether the handler of a trap was interrupted as it left: the stack of traps is free for the next
 * one, but registers are still on it. Whoever may cause a trap then, by the first write of a page
 * that is copied for instance, sets uarea->trap_stack to 0 before, and back when he is done. */
bool slice_is_leaving(const struct slice_registers *interrupted);

/* h->fn is called when this environment has been given the processor, before it goes on: with what
 * is restored then, or null where a yield returns. What was interrupted may be anything, also the
 * handler of a trap (uarea->trap_stack is 0 then). */
void slice_on_begin(struct slice_hook *h);

#endif
