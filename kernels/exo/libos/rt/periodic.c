/* SPDX-License-Identifier: MIT */
/* periodic.c -- see periodic.h. */
#include "exo/libos/rt/periodic.h"

#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

/* As much of the kernel's work as a call may have begun when a slice ends. */
#define KERNEL_NS 10000ul
#define OWN_NS    (EXO_SLICE_NS + EXO_EPILOGUE_NS + KERNEL_NS)

/* What a position of another's takes at most: its slice, what it has kept for it, and as long after
 * its end as nobody is ended for. */
static uint64_t others_ns(const volatile struct exo_slot *s) {
    return EXO_SLICE_NS + s->keeps + EXO_EPILOGUE_MOST * EXO_EPILOGUE_NS + KERNEL_NS;
}

/* Slices of this environment's that are whole in the `period` that begins with that position. */
static uint64_t own_from(unsigned from, uint64_t self, uint64_t period) {
    uint64_t own = 0;
    for (uint64_t i = from, left = period;; i++) {
        const volatile struct exo_slot *s = exposed_slot(i % EXO_SLOTS);
        uint64_t takes = s->env == self ? OWN_NS : others_ns(s);
        if (takes > left)
            return own;
        left -= takes;
        own += s->env == self;
    }
}

uint64_t periodic_supply(uint64_t period) {
    const uint64_t self = (uint64_t)exo_env_self();
    uint64_t least = -1ul;
    for (unsigned from = 0; from < EXO_SLOTS; from++) {
        uint64_t own = own_from(from, self, period);
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
