/* SPDX-License-Identifier: MIT */
/* kthread_sync.h -- what threads of the kernel (kthread.h) wait by: mutexes, conditions and
 * semaphores. Who waits first is served first, and what it waited for is handed to it: nobody takes
 * it away in between. */
#ifndef SPIN_SERVICES_KTHREAD_SYNC_H
#define SPIN_SERVICES_KTHREAD_SYNC_H

#include "spin/services/thread/kthread.h"

/* Held by one thread, which may be preempted meanwhile. */
struct mutex {
    struct kthread *owner; /* null: nobody */
    struct list queue;
};

void mutex_init(struct mutex *m);
/* Alerts do not end it: who was alerted in the wait for a condition comes back with its mutex. */
void mutex_lock(struct mutex *m);
/* The caller has it. */
void mutex_unlock(struct mutex *m);

struct condition {
    struct list queue;
};

void condition_init(struct condition *c);
/* Gives up the mutex, waits, and has the mutex again. What was waited for may be gone by then, so
 * it is in a loop. False: alerted before it was signalled. */
bool condition_wait(struct condition *c, struct mutex *m) __attribute__((warn_unused_result));
/* Wakes one who waits; all. From anywhere. */
void condition_signal(struct condition *c);
void condition_broadcast(struct condition *c);

struct semaphore {
    unsigned count;
    struct list queue;
};

void semaphore_init(struct semaphore *s, unsigned count);
/* Waits until the count is not 0 and takes one of it. False: alerted before, nothing was taken. */
bool semaphore_p(struct semaphore *s) __attribute__((warn_unused_result));
/* Adds one. From anywhere, devices' handlers too. */
void semaphore_v(struct semaphore *s);

#endif
