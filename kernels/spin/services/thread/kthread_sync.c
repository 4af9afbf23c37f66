/* SPDX-License-Identifier: MIT */
/* kthread_sync.c -- see kthread_sync.h. What a thread waits for is looked at with interrupts off,
 * and until it stands in the queue nobody else runs: no wake-up is lost. */
#include "spin/services/thread/kthread_sync.h"

#include "machine/cpu/interrupt_flag.h"
#include "machine/report/panic.h"

void mutex_init(struct mutex *m) {
    m->owner = NULL;
    list_init(&m->queue);
}

void mutex_lock(struct mutex *m) {
    struct kthread *t = kthread_current();
    bool on = interrupts_off();
    assert_that(m->owner != t);
    if (m->owner)
        kthread_wait_always(&m->queue);
    else
        m->owner = t;
    assert_that(m->owner == t);
    interrupts_restore(on);
}

void mutex_unlock(struct mutex *m) {
    bool on = interrupts_off();
    assert_that(m->owner == kthread_current());
    m->owner = kthread_wake(&m->queue);
    interrupts_restore(on);
}

void condition_init(struct condition *c) {
    list_init(&c->queue);
}

bool condition_wait(struct condition *c, struct mutex *m) {
    bool on = interrupts_off();
    mutex_unlock(m);
    bool signalled = kthread_wait(&c->queue);
    mutex_lock(m);
    interrupts_restore(on);
    return signalled;
}

void condition_signal(struct condition *c) {
    bool on = interrupts_off();
    kthread_wake(&c->queue);
    interrupts_restore(on);
}

void condition_broadcast(struct condition *c) {
    bool on = interrupts_off();
    while (kthread_wake(&c->queue))
        ;
    interrupts_restore(on);
}

void semaphore_init(struct semaphore *s, unsigned count) {
    s->count = count;
    list_init(&s->queue);
}

bool semaphore_p(struct semaphore *s) {
    bool on = interrupts_off();
    bool taken = s->count > 0;
    if (taken)
        s->count--;
    else
        taken = kthread_wait(&s->queue); /* V hands it over, and the count stays 0 */
    interrupts_restore(on);
    return taken;
}

void semaphore_v(struct semaphore *s) {
    bool on = interrupts_off();
    if (!kthread_wake(&s->queue))
        s->count++;
    interrupts_restore(on);
}
