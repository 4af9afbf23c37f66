/* SPDX-License-Identifier: MIT */
/* sweep.c -- see sweep.h. */
#include "sweep.h"

#include <stdbool.h>

#include "exo/libos/yield.h"

static void (*on_end)(struct slice_registers *at);
static volatile uint64_t armed, left;

/* So many rounds of two instructions, and one instruction more where `odd`. */
static inline __attribute__((always_inline)) void spin(uint64_t rounds, bool odd) {
    __asm__ volatile("test %1, %1\n\tjz 1f\n\tnop\n1: dec %0\n\tjnz 1b"
                     : "+c"(rounds)
                     : "r"((uint64_t)odd)
                     : "cc");
}

static void at_begin(struct slice_hook *h, struct slice_registers *at) {
    (void)h;
    if (!armed || !at)
        return;
    left = at->rcx;
    armed = 0;
    if (on_end)
        on_end(at);
}

static void await_slice(void) {
    exo_env_yield(0);
    armed = 1;
}

#define MANY 1000000ul
static uint64_t rounds; /* that fit into a slice */

void sweep_begin(void (*ended)(struct slice_registers *at)) {
    static struct slice_hook hook = {.fn = at_begin};
    slice_on_begin(&hook);
    on_end = 0;
    for (unsigned i = 0; i < 2; i++) { /* once to be warm */
        await_slice();
        spin(MANY, false);
        rounds = MANY - left;
    }
    on_end = ended;
}

void sweep_delay(uint64_t early) {
    await_slice();
    spin(rounds - early / 2 - 1, early % 2 == 0);
}

void sweep_wait(void) {
    while (armed)
        __asm__ volatile("pause");
}
