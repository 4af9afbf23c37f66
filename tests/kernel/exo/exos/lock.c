/* SPDX-License-Identifier: MIT */
/* lock.c -- locks of processes, and holders that are killed. */
#include "exo/libos/lock.h"

#include "cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/frames.h"
#include "exo/libos/yield.h"

struct guarded {
    struct lock lock;
    uint64_t a, b; /* I: the same, but for who holds the lock */
};
#define SHARED ((struct guarded *)0x600000000000)

enum { CHILDREN = 8, ROUNDS = 50 };

static void count(uint64_t parent) {
    for (unsigned i = 0; i < ROUNDS; i++) {
        lock_take(&SHARED->lock);
        SHARED->a++;
        exo_env_yield(exos_env(parent)); /* others try meanwhile */
        SHARED->b++;
        lock_give(&SHARED->lock);
    }
    exos_exit(0);
}

/* Whoever waits for a dead one would wait for ever. */
static void give_up(unsigned signal, struct slice_registers *at) {
    (void)at;
    exos_exit(signal + 1000);
}

uint64_t case_lock(void) {
    const struct exos_action action = {.fn = give_up};
    slice_handle();
    exos_sigaction(EXOS_SIGALRM, &action, 0);
    exos_alarm(50000000, 0);
    struct exos_end end;
    uint64_t parent = exos_getpid();
    MUST(frames_map(0, 0, 0, (uint64_t)SHARED, 1, EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED) == 0);
    *SHARED = (struct guarded){.a = 0};
    for (unsigned i = 0; i < CHILDREN; i++)
        if (exos_fork() == 0)
            count(parent);
    for (unsigned i = 0; i < CHILDREN; i++)
        MUST(exos_wait(&end) > 0 && !end.killed);
    MUST(SHARED->a == CHILDREN * ROUNDS && SHARED->b == CHILDREN * ROUNDS);
    long pid = exos_fork();
    if (pid == 0)
        for (;;) {
            lock_take(&SHARED->lock);
            SHARED->a++;
            exo_env_yield(exos_env(parent)); /* and never again */
        }
    exo_env_yield(exos_env((uint64_t)pid));
    MUST(exos_kill((uint64_t)pid) == 0);
    MUST(lock_take(&SHARED->lock) && SHARED->a == SHARED->b + 1);
    lock_give(&SHARED->lock);
    MUST(!lock_take(&SHARED->lock));
    MUST(exos_wait(&end) == pid);
    return 0;
}
