/* SPDX-License-Identifier: MIT */
/* osf1_thread.c -- see osf1_thread.h. Who waits stands in a queue by its event from assert_wait()
 * on, all of it changed with interrupts off: who has been woken before it blocks does not block. */
#include "spin/services/thread/osf1_thread.h"

#include "machine/cpu/interrupt_flag.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "spin/services/handlers.h"

MODULE("OSF1");

#define QUEUES 32

static struct list queues[QUEUES];
static struct list ended = LIST_INIT(ended); /* threads, for the next ones, by `waiting` */

static struct list *queue_of(const void *event) {
    return &queues[(uintptr_t)event / 16 % QUEUES];
}

static struct osf1_thread *thread_of(struct list *node) {
    return container_of(node, struct osf1_thread, waiting);
}

struct osf1_thread *osf1_thread_current(void) {
    struct strand *s = strand_current();
    assert_that(s->package == THIS_MODULE);
    return container_of(s, struct osf1_thread, strand);
}

/* --- Waits --- */

static void end_wait(struct osf1_thread *t, enum wait_result result) {
    list_remove(&t->waiting);
    t->result = result;
    strand_unblock(&t->strand);
}

void assert_wait(const void *event, bool interruptible) {
    struct osf1_thread *t = osf1_thread_current();
    bool on = interrupts_off();
    assert_that(list_empty(&t->waiting));
    t->event = event;
    t->interruptible = interruptible;
    t->result = interruptible && t->terminated ? THREAD_SHOULD_TERMINATE : THREAD_WAITING;
    if (t->result == THREAD_WAITING)
        list_push_back(queue_of(event), &t->waiting);
    interrupts_restore(on);
}

enum wait_result thread_block(void) {
    struct osf1_thread *t = osf1_thread_current();
    bool on = interrupts_off();
    if (list_empty(&t->waiting))
        strand_yield();
    while (!list_empty(&t->waiting))
        strand_block(&t->strand);
    interrupts_restore(on);
    return t->result;
}

/* The first one that waits for it is woken, or nobody is: false. */
static bool wake(const void *event) {
    list_each(node, queue_of(event)) {
        if (thread_of(node)->event != event)
            continue;
        end_wait(thread_of(node), THREAD_AWAKENED);
        return true;
    }
    return false;
}

void thread_wakeup(const void *event) {
    bool on = interrupts_off();
    while (wake(event))
        ;
    interrupts_restore(on);
}

void thread_wakeup_one(const void *event) {
    bool on = interrupts_off();
    (void)wake(event);
    interrupts_restore(on);
}

void clear_wait(struct osf1_thread *t, enum wait_result result, bool interrupt_only) {
    bool on = interrupts_off();
    if (!list_empty(&t->waiting) && (t->interruptible || !interrupt_only))
        end_wait(t, result);
    interrupts_restore(on);
}

/* --- Life --- */

/* On the thread's own strand: whoever makes the next one runs on another. */
static void end(struct strand *s) {
    struct osf1_thread *t = container_of(s, struct osf1_thread, strand);
    cli();
    list_remove(&t->waiting);
    list_push_back(&ended, &t->waiting);
}

static void begin(void *thread) {
    struct osf1_thread *t = thread;
    t->start(t->arg);
    end(&t->strand);
}

struct osf1_thread *kernel_thread(void (*start)(void *arg), void *arg) {
    bool on = interrupts_off();
    struct list *node = list_pop_front(&ended);
    struct osf1_thread *t = node ? thread_of(node) : heap_alloc(sizeof *t);
    if (t && strand_create(&t->strand, THIS_MODULE, PRIORITY_USUAL, begin, t)) {
        list_push_back(&ended, &t->waiting);
        t = NULL;
    }
    if (t) {
        list_init(&t->waiting);
        t->terminated = false;
        t->start = start;
        t->arg = arg;
        strand_unblock(&t->strand);
    }
    interrupts_restore(on);
    return t;
}

void thread_terminate(struct osf1_thread *t) {
    if (&t->strand == strand_current()) {
        end(&t->strand);
        strand_exit();
    }
    t->terminated = true;
    clear_wait(t, THREAD_SHOULD_TERMINATE, true);
}

void osf1_threads_init(void) {
    for (unsigned i = 0; i < QUEUES; i++)
        list_init(&queues[i]);
    if (HANDLE_ONCE(strand_cut, end))
        panic("osf1_threads_init: no memory for its handler of Strand.Cut");
}
