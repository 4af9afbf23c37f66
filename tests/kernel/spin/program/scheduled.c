/* SPDX-License-Identifier: MIT */
/* scheduled.c -- see scheduled.h. */
#include "scheduled.h"

#include "spin/thread_abi.h"
#include "spin/user/cthreads.h"
#include "spin/user/stubs.h"

#define THREADS 3

static uint64_t counted, order;
static volatile uint64_t last, switches;

static void *counts(void *arg) {
    for (;;)
        __asm__ volatile("incq %0" : "+m"(counted));
    return arg;
}

static struct cthread_semaphore there, all; /* one more is; are, and begin */

static void *computes(void *number) {
    cthread_v(&there);
    cthread_p(&all);
    for (unsigned i = 0; i < 20000; i++) {
        if (last == (uint64_t)number)
            continue;
        last = (uint64_t)number;
        switches++;
    }
    order = order * 16 + (uint64_t)number;
    return number;
}

static long operate(enum user_thread_operation operation, const struct cthread *t, uint64_t hint) {
    return syscall3(USER_THREAD_CALL, operation, t ? (uint64_t)t->number : 0, hint);
}

static uint64_t compute(void) {
    struct cthread *t[THREADS];
    if (!cthread_semaphore_init(&there, 0) || !cthread_semaphore_init(&all, 0))
        return 0;
    operate(USER_THREAD_HINT, 0, THREADS + 1);
    for (uint64_t i = 0; i < THREADS; i++) {
        t[i] = cthread_fork(computes, (void *)(i + 1));
        operate(USER_THREAD_HINT, t[i], i + 1);
    }
    for (unsigned i = 0; i < THREADS; i++)
        cthread_p(&there);
    for (unsigned i = 0; i < THREADS; i++)
        cthread_v(&all);
    for (unsigned i = 0; i < THREADS; i++)
        cthread_join(t[i]);
    return order + (switches > THREADS ? SCHEDULED_IN_TURNS : 0);
}

/* --- One is suspended --- */

static struct cthread_semaphore tick;
static volatile uint64_t ticks[2];

static void *ticks_away(void *number) {
    for (;;) {
        ticks[(uint64_t)number]++;
        cthread_v(&tick);
    }
    return number;
}

/* How often the other two have ticked during a few of the caller's waits. */
static void wait_for_ticks(uint64_t ticked[2]) {
    for (unsigned i = 0; i < 2; i++)
        ticked[i] = ticks[i];
    for (unsigned i = 0; i < 5; i++)
        cthread_p(&tick);
    for (unsigned i = 0; i < 2; i++)
        ticked[i] = ticks[i] - ticked[i];
}

static uint64_t suspend(void) {
    uint64_t ticked[2];
    if (!cthread_semaphore_init(&tick, 0))
        return 0;
    operate(USER_THREAD_HINT, 0, 3);
    struct cthread *low = cthread_fork(ticks_away, (void *)0),
                   *high = cthread_fork(ticks_away, (void *)1);
    operate(USER_THREAD_HINT, low, 1);
    operate(USER_THREAD_HINT, high, 2);
    while (!ticks[0] || !ticks[1])
        cthread_p(&tick);
    operate(USER_THREAD_SUSPEND, high, 0);
    wait_for_ticks(ticked);
    wait_for_ticks(ticked); /* without what had been put down before */
    if (!ticked[0] || ticked[1])
        return 2;
    operate(USER_THREAD_RESUME, high, 0);
    wait_for_ticks(ticked);
    return !ticked[0] && ticked[1] ? 1 : 3;
}

/* --- Calls of processes whose threads are groups --- */

static void replies(uint64_t a, uint64_t b, uint64_t c) {
    spin_reply(a + b + c);
}

static uint64_t call_or_serve(enum scheduled how) {
    uint64_t right = 0;
    operate(USER_THREAD_HINT, 0, 1);
    for (unsigned i = 0; i < 2; i++)
        cthread_fork(counts, 0);
    if (how == SCHEDULED_SERVE)
        return (uint64_t)spin_serve("sum", replies);
    long service;
    while ((service = spin_connect("sum")) < 0)
        ;
    for (uint64_t i = 0; i < SCHEDULED_CALLS; i++)
        right += spin_call(service, i, 2, 3) == (long)i + 5;
    return right;
}

static long choose(const char *scheduler) {
    return syscall2(USER_THREAD_CALL, USER_THREAD_SCHEDULE, (uint64_t)scheduler);
}

static void *chooses(void *scheduler) {
    return (void *)choose(scheduler);
}

uint64_t end_scheduled(enum scheduled how, const char *scheduler) {
    if (how == SCHEDULED_WHERE)
        return (uint64_t)&counted;
    if (!cthreads_begin(&cthreads_layered) ||
        (how != SCHEDULED_LAYERED && !cthreads_begin(&cthreads_integrated)))
        return 0;
    if (how == SCHEDULED_AT_ONCE) {
        struct cthread *beside = cthread_fork(chooses, (void *)(uintptr_t)scheduler);
        return (uint64_t)choose(scheduler) + (uint64_t)cthread_join(beside);
    }
    long error = how != SCHEDULED_ALONE && *scheduler ? choose(scheduler) : 0;
    if (how == SCHEDULED_TWICE)
        error = choose(scheduler);
    if (error || how <= SCHEDULED_TWICE)
        return (uint64_t)error;
    if (how == SCHEDULED_ORDER || how == SCHEDULED_LAYERED)
        return compute();
    if (how == SCHEDULED_SERVE || how == SCHEDULED_CALL)
        return call_or_serve(how);
    if (how == SCHEDULED_SUSPEND)
        return suspend();
    for (unsigned i = 0; i < 9 && how == SCHEDULED_COUNT; i++)
        cthread_fork(counts, 0);
    counts(0);
    return 0;
}
