/* SPDX-License-Identifier: MIT */
/* scheduler.c -- see scheduler.h. */
#include "spin/core/scheduler.h"

#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/interrupt/work.h"
#include "machine/report/panic.h"

uint64_t scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
void (*scheduler_stops_timer)(void) = timer_stop;

struct sched_entry *scheduler_current;
static struct list queue[PRIORITIES]; /* of those that are ready */
static uint32_t ready;                /* a bit for each queue that is not empty */
static bool armed;                    /* the timer, for the end of a quantum or at once */
static uint64_t extension_ns;         /* of the quantum that ends, or 0 */
static bool kept;                     /* another quantum follows it, whoever waits */

#define AT_ONCE 1 /* ns: as soon as interrupts are on */

static void arm(uint64_t ns) {
    if (!timer_hz())
        return; /* no clock, no preemption: who runs goes on until it blocks */
    timer_arm_ns(ns);
    armed = true;
}

static unsigned highest_ready(void) {
    return 31 - (unsigned)__builtin_clz(ready);
}

static void enqueue(struct sched_entry *t) {
    t->state = SCHED_READY;
    ready |= 1u << t->priority;
    list_push_back(&queue[t->priority], &t->link);
}

static void dequeue(struct sched_entry *t) {
    list_remove(&t->link);
    if (list_empty(&queue[t->priority]))
        ready &= ~(1u << t->priority);
}

void sched_entry_init(struct sched_entry *t, uint8_t priority) {
    *t = (struct sched_entry){.priority = priority, .state = SCHED_BLOCKED};
    list_init(&t->link);
}

void scheduler_init(struct sched_entry *running) {
    for (unsigned i = 0; i < PRIORITIES; i++)
        list_init(&queue[i]);
    sched_entry_init(running, PRIORITY_USUAL);
    running->state = SCHED_RUNNING;
    scheduler_current = running;
}

void scheduler_add(struct sched_entry *t) {
    if (t->state != SCHED_BLOCKED)
        return;
    enqueue(t);
    if (t->priority > scheduler_current->priority)
        arm(AT_ONCE);
    else if (t->priority == scheduler_current->priority && !armed)
        arm(scheduler_quantum_ns);
}

bool scheduler_remove(struct sched_entry *t) {
    bool runs = t->state == SCHED_RUNNING;
    if (t->state == SCHED_READY)
        dequeue(t);
    if (t->state < SCHED_ENDED)
        t->state = SCHED_BLOCKED;
    return runs;
}

bool scheduler_suspend(struct sched_entry *t) {
    assert_that(t->suspended < SUSPENDED_MAX);
    if (++t->suspended < 1 || t->state == SCHED_SUSPENDED)
        return false;
    bool runs = scheduler_remove(t);
    if (t->state < SCHED_ENDED)
        t->state = SCHED_SUSPENDED;
    return runs;
}

void scheduler_continue(struct sched_entry *t) {
    assert_that(t->suspended > -SUSPENDED_MAX);
    if (--t->suspended || t->state != SCHED_SUSPENDED)
        return;
    t->state = SCHED_BLOCKED;
    scheduler_add(t);
}

void scheduler_hand_over(struct sched_entry *to) {
    assert_that(to->state == SCHED_BLOCKED);
    scheduler_current->state = SCHED_BLOCKED;
    to->state = SCHED_RUNNING;
    scheduler_current = to;
}

void scheduler_end(void) {
    scheduler_current->state = SCHED_ENDED;
}

void scheduler_yield(void) {
    enqueue(scheduler_current);
}

void scheduler_end_quantum(void) {
    arm(AT_ONCE);
}

void scheduler_keep_time(void) {
    kept = true;
    if (!armed)
        arm(scheduler_quantum_ns);
}

void scheduler_extend_quantum(uint64_t ns) {
    extension_ns = ns;
}

/* It finds a current one that does not run while the processor waits in scheduler_next(), which
 * will go on by itself. */
bool scheduler_expire(void) {
    uint64_t longer = extension_ns;
    bool again = kept;
    extension_ns = 0;
    armed = kept = false;
    if (scheduler_current->state != SCHED_RUNNING || !ready ||
        highest_ready() < scheduler_current->priority) {
        if (again)
            arm(scheduler_quantum_ns);
        return false;
    }
    if (longer && highest_ready() == scheduler_current->priority) {
        arm(longer);
        return false;
    }
    enqueue(scheduler_current);
    return true;
}

struct sched_entry *scheduler_next(void) {
    bool ended = scheduler_current->state == SCHED_ENDED;
    while (!ready)
        if (!work_do())
            sti_hlt_cli();
    struct sched_entry *t = container_of(queue[highest_ready()].next, struct sched_entry, link);
    dequeue(t);
    assert_that(t->state == SCHED_READY);
    t->state = SCHED_RUNNING;
    scheduler_current = t;
    if (!list_empty(&queue[t->priority]))
        arm(scheduler_quantum_ns);
    else if (ended && armed) {
        scheduler_stops_timer();
        armed = false;
    }
    return t;
}

bool scheduler_wait_alone(void) {
    if (ready)
        return false;
    if (armed && !kept) {
        scheduler_stops_timer();
        armed = false;
    }
    if (!work_do())
        sti_hlt_cli();
    return true;
}
