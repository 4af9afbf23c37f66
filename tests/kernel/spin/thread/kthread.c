/* SPDX-License-Identifier: MIT */
/* kthread.c -- threads of the kernel and what they wait by. */
#include "spin/services/thread/kthread_sync.h"

#include "../../exact.h"

#include "machine/cpu/x86.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "machine/trap/catch.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"
#include "spin/core/scheduler.h"

#define THREADS 8

/* So short that nearly every region is interrupted; where a clock does not count instructions an
 * interrupt alone may take longer. */
static void short_quanta(void) {
    scheduler_quantum_ns = clock_is_exact() ? 500 : 100000;
}

static bool join_all(struct kthread *const threads[], unsigned n) {
    bool all = true;
    void *result;
    for (unsigned i = 0; i < n; i++)
        all = threads[i] && kthread_join(threads[i], &result) && all;
    return all;
}

static void *twice(void *number) {
    return (void *)(2 * (uintptr_t)number);
}

static bool fork_and_join(uintptr_t from) {
    struct kthread *t[THREADS];
    void *result = NULL;
    bool right = true;
    for (unsigned i = 0; i < THREADS; i++)
        t[i] = kthread_fork(twice, (void *)(from + i));
    for (unsigned i = 0; i < THREADS; i++)
        right = t[i] && kthread_join(t[i], &result) && (uintptr_t)result == 2 * (from + i) && right;
    return right;
}

CHECK(kthread_fork_join, "kthread/a_join_gives_what_the_thread_gave_and_no_memory_goes") {
    CHECK_THAT(c, fork_and_join(0)); /* pools are filled */
    size_t frames = frame_unused(), heap = heap_used();
    for (unsigned i = 1; i <= 100; i++)
        CHECK_THAT(c, fork_and_join(i));
    CHECK_THAT(c, frame_unused() == frames && heap_used() == heap);
}

/* --- Mutexes, conditions, semaphores --- */

#define TIMES 300

static struct mutex mutex;
static struct condition condition;
static struct semaphore semaphore;
static volatile unsigned shared;

/* Loses some of its additions unless it is alone in the region. */
static void *adds(void *unused) {
    for (unsigned i = 0; i < TIMES; i++) {
        mutex_lock(&mutex);
        unsigned seen = shared;
        for (volatile unsigned spent = 0; spent < 20; spent++)
            ;
        shared = seen + 1;
        mutex_unlock(&mutex);
    }
    return unused;
}

CHECK(kthread_mutex, "kthread/a_mutex_keeps_the_others_out_of_a_region_that_is_preempted") {
    struct kthread *t[THREADS];
    mutex_init(&mutex);
    shared = 0;
    short_quanta();
    for (unsigned i = 0; i < THREADS; i++)
        t[i] = kthread_fork(adds, NULL);
    bool joined = join_all(t, THREADS);
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    CHECK_THAT(c, joined && shared == THREADS * TIMES && !mutex.owner);
}

static void lock_mutex(void *unused) {
    (void)unused;
    mutex_lock(&mutex);
}

static void unlock_mutex(void *unused) {
    (void)unused;
    mutex_unlock(&mutex);
}

CHECK(kthread_mutex_owner, "kthread/locking_twice_or_unlocking_what_is_not_held_is_a_panic") {
    struct trap_frame f;
    mutex_init(&mutex);
    CHECK_THAT(c, trap_catch(&f, unlock_mutex, NULL) && f.vector == TRAP_PANIC);
    mutex_lock(&mutex);
    CHECK_THAT(c, trap_catch(&f, lock_mutex, NULL) && f.vector == TRAP_PANIC);
    mutex_unlock(&mutex);
}

/* One slot between those who put and those who take. */
static unsigned slot, sum;

static void *puts_numbers(void *from) {
    for (unsigned i = 1; i <= TIMES; i++) {
        mutex_lock(&mutex);
        while (slot)
            if (!condition_wait(&condition, &mutex))
                break;
        slot = i;
        condition_broadcast(&condition);
        mutex_unlock(&mutex);
    }
    return from;
}

static void *takes_numbers(void *unused) {
    for (unsigned i = 0; i < TIMES; i++) {
        mutex_lock(&mutex);
        while (!slot)
            if (!condition_wait(&condition, &mutex))
                break;
        sum += slot;
        slot = 0;
        condition_broadcast(&condition);
        mutex_unlock(&mutex);
    }
    return unused;
}

CHECK(kthread_condition, "kthread/producers_and_consumers_lose_nothing_by_a_condition") {
    struct kthread *t[THREADS];
    mutex_init(&mutex);
    condition_init(&condition);
    slot = sum = 0;
    short_quanta();
    for (unsigned i = 0; i < THREADS; i++)
        t[i] = kthread_fork(i % 2 ? takes_numbers : puts_numbers, NULL);
    bool joined = join_all(t, THREADS);
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    CHECK_THAT(c, joined && sum == THREADS / 2 * (TIMES * (TIMES + 1) / 2));
}

static void *waits_for_semaphore(void *times) {
    uintptr_t got = 0;
    while (got < (uintptr_t)times && semaphore_p(&semaphore))
        got++;
    return (void *)got;
}

#define TEST_VECTOR 0xf1 /* no device's */

static void give(struct trap_frame *f) {
    (void)f;
    apic_eoi();
    semaphore_v(&semaphore);
}

CHECK(kthread_interrupt, "kthread/a_devices_handler_wakes_who_waits_for_a_semaphore") {
    void *got = NULL;
    semaphore_init(&semaphore, 0);
    struct kthread *t = kthread_fork(waits_for_semaphore, (void *)3);
    CHECK_THAT(c, t);
    strand_yield(); /* it waits */
    trap_handle(TEST_VECTOR, give);
    sti();
    for (unsigned i = 0; i < 3; i++)
        apic_send(0, APIC_SEND_SELF | TEST_VECTOR);
    bool joined = kthread_join(t, &got);
    cli();
    trap_handle(TEST_VECTOR, NULL);
    CHECK_THAT(c, joined && (uintptr_t)got == 3 && semaphore.count == 0);
}

/* --- Alerts --- */

CHECK(kthread_alerted, "kthread/an_alert_ends_one_wait_and_what_came_before_it_is_not_lost") {
    void *got = NULL;
    semaphore_init(&semaphore, 0);
    struct kthread *t = kthread_fork(waits_for_semaphore, (void *)3);
    CHECK_THAT(c, t);
    strand_yield();
    semaphore_v(&semaphore);
    kthread_alert(t); /* it was handed one already: the wait after that is the one that ends */
    CHECK_THAT(c, kthread_join(t, &got) && (uintptr_t)got == 1);
    CHECK_THAT(c, semaphore.count == 0 && list_empty(&semaphore.queue));
    kthread_alert(kthread_current());
    CHECK_THAT(c, !semaphore_p(&semaphore));
    semaphore_v(&semaphore);
    CHECK_THAT(c, semaphore_p(&semaphore) && !kthread_test_alert());
}

CHECK(kthread_suspended, "kthread/a_suspended_thread_stands_still_and_keeps_what_it_was_handed") {
    void *got = NULL;
    semaphore_init(&semaphore, 0);
    struct kthread *t = kthread_fork(waits_for_semaphore, (void *)1);
    CHECK_THAT(c, t);
    strand_suspend(&t->strand); /* it has not run yet */
    strand_yield();
    bool not_begun = list_empty(&semaphore.queue);
    strand_continue(&t->strand);
    strand_yield();
    bool waits = !list_empty(&semaphore.queue);
    strand_continue(&t->strand); /* beforehand */
    strand_suspend(&t->strand);
    strand_suspend(&t->strand);
    strand_suspend(&t->strand);
    semaphore_v(&semaphore);
    strand_block(&t->strand); /* which takes nothing back */
    strand_unblock(&t->strand);
    strand_yield();
    bool stands = !t->ended && semaphore.count == 0;
    strand_continue(&t->strand);
    strand_yield();
    stands = stands && !t->ended;
    strand_continue(&t->strand);
    CHECK_THAT(c, kthread_join(t, &got) && (uintptr_t)got == 1);
    CHECK_THAT(c, not_begun && waits && stands);
}

/* In a region, with what it holds, as code in the middle of a system call would be. */
static void *holds_and_waits(void *ends_as) {
    mutex_lock(&mutex);
    bool first = condition_wait(&condition, &mutex);
    bool second = semaphore_p(&semaphore); /* a killed one waits no more, whatever there is */
    mutex_unlock(&mutex);
    return first || second ? NULL : ends_as;
}

CHECK(kthread_killed, "kthread/a_killed_thread_unwinds_and_gives_up_what_it_held") {
    void *result = NULL;
    mutex_init(&mutex);
    condition_init(&condition);
    semaphore_init(&semaphore, 0);
    struct kthread *t = kthread_fork(holds_and_waits, &mutex);
    CHECK_THAT(c, t);
    strand_yield();
    mutex_lock(&mutex);
    kthread_kill(t);
    strand_yield(); /* it waits for the mutex, which it must have before it can go on */
    bool waits = !t->ended && t->strand.sched.state == SCHED_BLOCKED;
    mutex_unlock(&mutex);
    CHECK_THAT(c, kthread_join(t, &result) && waits && result == &mutex);
    CHECK_THAT(c, !mutex.owner && list_empty(&condition.queue) && list_empty(&semaphore.queue));
}

/* Others may raise Unblock at any time: it is no reason to go on. */
CHECK(kthread_spurious, "kthread/an_unblock_by_somebody_else_ends_no_wait") {
    void *got = NULL;
    semaphore_init(&semaphore, 0);
    struct kthread *t = kthread_fork(waits_for_semaphore, (void *)1);
    CHECK_THAT(c, t);
    for (unsigned i = 0; i < 3; i++) {
        strand_yield();
        strand_unblock(&t->strand);
    }
    strand_yield();
    CHECK_THAT(c, !t->ended && t->strand.sched.state == SCHED_BLOCKED);
    semaphore_v(&semaphore);
    CHECK_THAT(c, kthread_join(t, &got) && (uintptr_t)got == 1);
}
