/* SPDX-License-Identifier: MIT */
/* lock.c -- see lock.h. Who waits gives the processor to the holder. */
#include "exo/libos/lock.h"

#include "exo/defence.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"

static bool put(struct lock *l, uint64_t expected, uint64_t holder) {
    return __atomic_compare_exchange_n(&l->holder, &expected, holder, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

static bool is_dead(uint64_t env) {
    const volatile struct exo_env *e = exposed_env(env);
    return !e || e->state >= EXO_ENV_EXITED;
}

bool lock_take(struct lock *l) {
    uint64_t self = (uint64_t)exo_env_self();
    for (;;) {
        uint64_t holder = __atomic_load_n(&l->holder, __ATOMIC_RELAXED);
        if (!holder && put(l, 0, self))
            return false;
        if (holder && is_dead(holder) && DEFENDED(LOCK_DEAD) && put(l, holder, self))
            return true;
        if (holder)
            exo_env_yield(holder);
    }
}

void lock_give(struct lock *l) {
    __atomic_store_n(&l->holder, 0, __ATOMIC_RELEASE);
}
