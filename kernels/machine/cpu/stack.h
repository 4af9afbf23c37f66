/* SPDX-License-Identifier: MIT */
/* stack.h -- a kernel stack above a page that page_guard() takes away: what runs over faults, and
 * the fault has its own stack. Declare them with STACK_SECTION, which keeps them out of the image's
 * file. */
#ifndef MACHINE_STACK_H
#define MACHINE_STACK_H

#include "machine/cpu/cpu.h"

#define STACK_SIZE    (4 * PAGE_SIZE)
#define STACK_SECTION __attribute__((section(".bss.stacks")))

struct stack {
    char guard[PAGE_SIZE];
    char bytes[STACK_SIZE];
} __attribute__((aligned(PAGE_SIZE)));

static inline void *stack_top(struct stack *s) {
    return s->bytes + STACK_SIZE;
}

/* Each processor's stacks of NMI, double fault, machine check and debug trap, by their number in
 * the TSS less one. */
enum { IST_NMI, IST_DOUBLE, IST_MACHINE, IST_DEBUG, IST_STACKS };
extern struct stack ist_stacks[CPUS][IST_STACKS];

#endif
