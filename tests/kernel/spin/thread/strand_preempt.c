/* SPDX-License-Identifier: MIT */
/* strand_preempt.c -- the timer at each instruction of a block and of an unblock, while
 * another strand raises the same events for the same strand. An instruction is a nanosecond
 * under icount. */
#include "../../exact.h"

#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "measure/bench.h"
#include "spin/core/scheduler.h"
#include "spin/services/thread/kthread_sync.h"

MODULE("TestPreempt");

#define DELAY_MAX 3000 /* ns; what is looked at takes less */

static volatile unsigned beside; /* times that the raiser had the processor */
static volatile bool stop;
static struct semaphore semaphore;

/* --- An unblock --- */

static struct strand sleeper;
static volatile unsigned woken;

static void sleeps(void *unused) {
    (void)unused;
    for (;;) {
        strand_block(strand_current());
        woken++;
    }
}

static void *unblocks(void *unused) {
    for (; !stop; strand_yield()) {
        beside++;
        strand_unblock(&sleeper);
    }
    return unused;
}

CHECK(preempt_unblock, "strand/preempted_at_each_instruction_of_an_unblock_nobody_is_lost") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    module_add(THIS_MODULE);
    stop = false;
    CHECK_THAT(c, strand_create(&sleeper, THIS_MODULE, PRIORITY_USUAL, sleeps, NULL) == 0);
    strand_unblock(&sleeper);
    strand_yield(); /* it sleeps */
    struct kthread *raiser = kthread_fork(unblocks, NULL);
    CHECK_THAT(c, raiser);
    unsigned delay = 0, interrupted;
    bool lost = false;
    do { /* the raiser is ready, so the scheduler has the timer armed, and leaves it */
        unsigned beside_before = beside, woken_before = woken;
        timer_arm_ns(++delay);
        sti();
        strand_unblock(&sleeper);
        interrupted = beside - beside_before;
        cli();
        strand_yield();
        lost = woken == woken_before || sleeper.sched.state == SCHED_RUNNING;
    } while (interrupted && !lost && delay < DELAY_MAX);
    stop = true;
    void *result;
    bool joined = kthread_join(raiser, &result);
    strand_yield();
    bool sleeps_again = sleeper.sched.state == SCHED_BLOCKED;
    thread_free(sleeper.thread);
    if (!joined || lost || !sleeps_again || delay < 20 || delay == DELAY_MAX)
        check_fail(c, "%u ns after the timer was armed: joined %u, lost %u, asleep %u", delay,
                   joined, lost, sleeps_again);
}

/* --- A block --- */

static void *wakes(void *strand) {
    const struct strand *s = strand;
    for (; !stop; strand_yield()) {
        beside++;
        if (s->sched.state == SCHED_BLOCKED)
            strand_unblock(strand);
    }
    return NULL;
}

/* Instructions from a block to where it goes on, with interrupts on when it is raised. */
static uint64_t block(struct strand *s) {
    uint64_t began = rdtsc();
    sti();
    strand_block(s);
    cli();
    return rdtsc() - began;
}

CHECK(preempt_block, "strand/preempted_at_each_instruction_of_a_block_it_is_woken") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    stop = false;
    struct strand *s = strand_current();
    struct kthread *raiser = kthread_fork(wakes, s);
    CHECK_THAT(c, raiser);
    uint64_t takes = block(s);
    unsigned early = 0;
    for (uint64_t delay = 1; delay <= takes; delay++) {
        unsigned before = beside;
        timer_arm_ns(delay);
        block(s);
        early += beside - before > 1; /* once before it blocked, once to wake it */
    }
    stop = true;
    void *result;
    CHECK_THAT(c, kthread_join(raiser, &result));
    if (takes < 50 || takes > DELAY_MAX || early < 10)
        check_fail(c, "a block takes %lu ns, and was interrupted %u times", takes, early);
}

/* --- All of it --- */

static void *gives(void *unused) {
    for (; !stop; strand_yield())
        if (!list_empty(&semaphore.queue))
            semaphore_v(&semaphore);
    return unused;
}

static void *spins(void *unused) {
    while (!stop)
        ;
    return unused;
}

/* The timer at each instruction of a P that has to wait; then short quanta, from one in which a
 * strand still gets anywhere, so that their ends come in the switches, too. One of these
 * three threads never waits. */
CHECK(preempt_quanta, "strand/quanta_of_any_length_end_anywhere_and_no_wake_up_is_lost") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    enum { SHORTEST = 300, LONGEST = 900, ROUNDS = 5 };
    semaphore_init(&semaphore, 0);
    stop = false;
    struct kthread *raiser = kthread_fork(gives, NULL);
    bool taken = raiser;
    for (uint64_t delay = 1; delay < SHORTEST && taken; delay++) {
        timer_arm_ns(delay);
        sti();
        taken = semaphore_p(&semaphore);
        cli();
    }
    struct kthread *spinner = kthread_fork(spins, NULL);
    taken = taken && spinner;
    sti();
    for (uint64_t ns = SHORTEST; ns < LONGEST && taken; ns++) {
        scheduler_quantum_ns = ns;
        for (unsigned i = 0; i < ROUNDS && taken; i++)
            taken = semaphore_p(&semaphore);
    }
    stop = true;
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    cli();
    void *result;
    CHECK_THAT(c, taken && semaphore.count == 0);
    CHECK_THAT(c, kthread_join(raiser, &result) && kthread_join(spinner, &result));
}
