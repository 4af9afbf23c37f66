/* SPDX-License-Identifier: MIT */
/* thread.c -- threads that take turns, and pages that they write after a fork. */
#include "exo/libos/exos/thread/thread.h"

#include "cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/yield.h"

enum { THREADS = 5, TURNS = 200 };

static struct thread threads[THREADS];
static char stacks[THREADS][8192];
static uint64_t own[THREADS], turns[THREADS], wrong;

static uint64_t at_fs(void) {
    uint64_t word;
    __asm__ volatile("mov %%fs:0, %0" : "=r"(word));
    return word;
}

static void take_turns(void *arg) {
    uint64_t n = (uint64_t)arg;
    volatile uint64_t local = n;
    for (unsigned i = 0; i < TURNS * (n + 1); i++) {
        wrong += at_fs() != n || local != n || thread_self() != &threads[n];
        turns[n]++;
        thread_yield();
    }
}

static uint64_t all_run(void) {
    for (uint64_t n = 0; n < THREADS; n++)
        thread_join(&threads[n]);
    for (uint64_t n = 0; n < THREADS; n++)
        MUST(turns[n] == TURNS * (n + 1));
    MUST(!wrong);
    return 1;
}

uint64_t case_thread(void) {
    slice_handle();
    thread_yield(); /* alone */
    for (uint64_t n = 0; n < THREADS; n++) {
        own[n] = n;
        thread_begin(&threads[n], stacks[n], sizeof stacks[n], (uint64_t)&own[n], take_turns,
                     (void *)n);
    }
    for (unsigned i = 0; i < TURNS / 2; i++)
        thread_yield();
    MUST(in_child(all_run) == 1 && turns[0] == TURNS / 2); /* a child has them all */
    MUST(all_run() == 1);
    return 0;
}
