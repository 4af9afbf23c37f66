/* SPDX-License-Identifier: MIT */
/* periodic.c -- see periodic.h. */
#include "exo/libos/rt/periodic.h"

#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

/* What a position takes at most: its slice, its end, and as much of the kernel's work as a call may
 * have begun. */
#define POSITION_NS (EXO_SLICE_NS + EXO_EPILOGUE_NS + 10000ul)

uint64_t periodic_supply(uint64_t period) {
    const uint64_t self = (uint64_t)exo_env_self(), window = period / POSITION_NS;
    uint64_t least = window;
    for (unsigned from = 0; from < EXO_SLOTS; from++) {
        uint64_t own = 0;
        for (uint64_t i = 0; i < window; i++)
            own += exposed_slot((from + i) % EXO_SLOTS)->env == self;
        least = own < least ? own : least;
    }
    return least * EXO_SLICE_NS;
}

static uint64_t ns_since(uint64_t tsc) {
    return (__builtin_ia32_rdtsc() - tsc) * 1000 / (env_info()->tsc_hz / 1000000);
}

long periodic_run(struct periodic *p) {
    if (periodic_supply(p->period) < p->cost)
        return -E_FULL;
    const uint64_t begun = __builtin_ia32_rdtsc();
    p->missed = p->worst = 0;
    for (uint64_t i = 0; i < p->rounds; i++) {
        while (ns_since(begun) < i * p->period)
            exo_env_yield(0);
        p->job(p);
        uint64_t took = ns_since(begun) - i * p->period;
        p->worst = took > p->worst ? took : p->worst;
        p->missed += took > p->period;
    }
    return 0;
}
