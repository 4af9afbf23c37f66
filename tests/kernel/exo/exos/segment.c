/* SPDX-License-Identifier: MIT */
/* segment.c -- memory that processes share by its name, and sharers that are killed. */
#include "exo/libos/exos/shared/segment.h"

#include "cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/lock.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

#define HERE  ((volatile uint64_t *)0x600000000000)
#define THERE ((volatile uint64_t *)0x600000400000)

static long at(const volatile uint64_t *where, unsigned how) {
    return exos_segment(7, (uint64_t)where, 3, how);
}

/* Somewhere else, and of nobody's child. */
static uint64_t sees_it(void) {
    MUST(exos_segment_leave(7, (uint64_t)HERE) == 0 && !(exposed_entry((uint64_t)HERE) & 1));
    MUST(at(THERE, 0) == 0 && THERE[0] == 5 && THERE[2 * 512] == 6);
    THERE[1] = 8;
    MUST(exos_segment(7, (uint64_t)HERE, 4, 0) == -E_INVALID);
    return 1;
}

/* It is killed while it changes the table. */
static _Noreturn void stop_within(uint64_t parent) {
    lock_take((struct lock *)EXOS_SEGMENTS);
    for (;;)
        exo_env_yield(exos_env(parent));
}

static uint64_t all(void) {
    struct exos_end end;
    uint64_t parent = exos_getpid();
    MUST(at(HERE, 0) == -E_NOT_FOUND &&
         exos_segment(8, (uint64_t)HERE, SEGMENT_PAGES + 1, EXOS_CREATE) == -E_INVALID);
    MUST(at(HERE, EXOS_CREATE) == 0 && HERE[0] == 0 && at(HERE, EXOS_EXCLUSIVE) == -E_EXISTS);
    HERE[0] = 5;
    HERE[2 * 512] = 6;
    MUST(in_child(sees_it) == 1 && HERE[1] == 8);
    long pid = exos_fork();
    if (pid == 0)
        stop_within(parent);
    exo_env_yield(exos_env((uint64_t)pid));
    MUST(exos_kill((uint64_t)pid) == 0 && exos_wait(&end) == pid);
    MUST(in_child(sees_it) == 1);
    for (uint64_t key = 100; key < 100 + SEGMENTS - 1; key++)
        MUST(exos_segment(key, (uint64_t)THERE + (key - 100) * PAGE, 1, EXOS_CREATE) == 0);
    MUST(exos_segment(99, (uint64_t)THERE + 50 * PAGE, 1, EXOS_CREATE) == -E_FULL);
    /* The last one who leaves ends it. */
    MUST(exos_segment_leave(7, (uint64_t)HERE) == 0 && at(HERE, 0) == -E_NOT_FOUND);
    MUST(exos_segment_leave(7, (uint64_t)HERE) == -E_NOT_FOUND);
    return 1;
}

uint64_t case_segment(void) {
    slice_handle();
    MUST(in_child(all) == 1); /* for its tables */
    uint64_t before = frames_free();
    MUST(in_child(all) == 1 && frames_free() == before);
    return 0;
}
