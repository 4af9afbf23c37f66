/* SPDX-License-Identifier: MIT */
/* threads.h -- a switch that looks at what it should keep. */
#ifndef TESTS_MACHINE_THREADS_H
#define TESTS_MACHINE_THREADS_H

#include "machine/thread/thread.h"

/* Fills the registers that a C call keeps with numbers from `number` on, switches, and gives false
 * if one has changed when somebody has switched back. */
bool switch_keeps(struct thread *from, struct thread *to, uint64_t number);
/* The same by thread_switch_space, if there is one. */
bool switch_space_keeps(struct thread *from, struct thread *to, const struct page_table *space,
                        uint64_t number);

/* One of the FPU's registers, for a thread that has them. */
static inline uint64_t vector_read(void) {
    uint64_t v;
    __asm__ volatile("movq %%xmm3, %0" : "=r"(v));
    return v;
}

static inline void vector_write(uint64_t v) {
    __asm__ volatile("movq %0, %%xmm3" : : "r"(v));
}

#endif
