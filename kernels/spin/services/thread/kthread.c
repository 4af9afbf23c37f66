/* SPDX-License-Identifier: MIT */
/* kthread.c -- see kthread.h. Threads that were joined wait in a pool for the next fork, which so
 * allocates nothing. */
#include "spin/services/thread/kthread.h"

#include "machine/cpu/interrupt_flag.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "machine/thread/preempt.h"
#include "spin/services/handlers.h"

MODULE("Thread");

static struct list pool = LIST_INIT(pool); /* by `waiting` */

/* It is ended from outside: who joins it is given nothing. */
static void cut(struct strand *s) {
    struct kthread *t = container_of(s, struct kthread, strand);
    t->result = NULL;
    t->ended = true;
    kthread_wake(&t->joiner);
}

void kthread_init(void) {
    static struct kthread first;
    module_add(THIS_MODULE);
    list_init(&first.waiting);
    strand_init(&first.strand, THIS_MODULE);
    if (HANDLE_ONCE(strand_cut, cut))
        panic("kthread_init: no memory for its handler of Strand.Cut");
}

struct kthread *kthread_current(void) {
    struct strand *s = strand_current();
    assert_that(s->package == THIS_MODULE);
    return container_of(s, struct kthread, strand);
}

/* Who joins frees the thread: not before the processor has left it, which is when interrupts are on
 * again. */
static void begin(void *thread) {
    struct kthread *t = thread;
    t->result = t->fn(t->arg);
    cli();
    t->ended = true;
    kthread_wake(&t->joiner);
}

static struct kthread *take(void) {
    struct list *node = list_pop_front(&pool);
    if (node)
        return container_of(node, struct kthread, waiting);
    struct kthread *t = heap_alloc(sizeof *t);
    if (t)
        t->user = NULL;
    return t;
}

struct kthread *kthread_fork(void *(*fn)(void *arg), void *arg) {
    preempt_disable();
    struct kthread *t = take();
    if (t && strand_create(&t->strand, THIS_MODULE, PRIORITY_USUAL, begin, t)) {
        list_push_front(&pool, &t->waiting);
        t = NULL;
    }
    preempt_enable();
    if (!t)
        return NULL;
    t->fn = fn;
    t->arg = arg;
    list_init(&t->waiting);
    list_init(&t->joiner);
    t->ended = t->alerted = t->killed = false;
    strand_unblock(&t->strand);
    return t;
}

bool kthread_join(struct kthread *t, void **result) {
    bool on = interrupts_off();
    bool ended = t->ended || kthread_wait(&t->joiner);
    if (ended) {
        *result = t->result;
        list_push_front(&pool, &t->waiting);
    }
    interrupts_restore(on);
    return ended;
}

/* Whoever waits is unblocked, and looks whether it was meant. */

void kthread_alert(struct kthread *t) {
    t->alerted = true;
    strand_unblock(&t->strand);
}

void kthread_kill(struct kthread *t) {
    t->killed = true;
    strand_release(&t->strand);
    strand_unblock(&t->strand);
}

static bool is_alerted(const struct kthread *t) {
    return t->alerted || t->killed;
}

/* Interrupts are off: one that came in between would be lost. */
static bool take_alert(struct kthread *t) {
    bool alerted = is_alerted(t);
    t->alerted = false;
    return alerted;
}

bool kthread_test_alert(void) {
    bool on = interrupts_off();
    bool alerted = take_alert(kthread_current());
    interrupts_restore(on);
    return alerted;
}

static inline __attribute__((always_inline)) bool wait_ends(struct kthread *t) {
    while (!list_empty(&t->waiting) && !is_alerted(t))
        strand_block(&t->strand);
    if (list_empty(&t->waiting))
        return true; /* an alert that came as well is for the next wait */
    list_remove(&t->waiting);
    return !take_alert(t);
}

bool kthread_wait(struct list *queue) {
    struct kthread *t = kthread_current();
    if (take_alert(t))
        return false;
    list_push_back(queue, &t->waiting);
    return wait_ends(t);
}

/* One that was alerted can go on by itself already. */
bool kthread_hand_over(struct kthread *to, struct list *queue) {
    struct kthread *t = kthread_current();
    bool waits = to->strand.sched.state == SCHED_BLOCKED;
    list_remove(&to->waiting);
    if (!waits || is_alerted(t)) {
        strand_unblock(&to->strand);
        return kthread_wait(queue);
    }
    list_push_back(queue, &t->waiting);
    strand_hand_over(&to->strand);
    return wait_ends(t);
}

void kthread_wait_always(struct list *queue) {
    struct kthread *t = kthread_current();
    list_push_back(queue, &t->waiting);
    while (!list_empty(&t->waiting))
        strand_block(&t->strand);
}

struct kthread *kthread_wake(struct list *queue) {
    struct list *node = list_pop_front(queue);
    if (!node)
        return NULL;
    struct kthread *t = container_of(node, struct kthread, waiting);
    strand_unblock(&t->strand);
    return t;
}
