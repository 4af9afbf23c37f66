/* SPDX-License-Identifier: MIT */
/* kthread.h -- threads of the kernel, a package over strands, as Modula-3 means them (Bershad et
 * al., SOSP '95, 4.2): fork and join; what else they wait by is in kthread_sync.h.
 *
 *     struct kthread *t = kthread_fork(fn, arg);
 *     ...
 *     if (kthread_join(t, &result)) ...
 *
 * Where Modula-3 has an exception, a wait here has a result: the next wait of a thread that was
 * alerted, or the one it is in, ends with false; those of a killed one do so for ever, so that it
 * unwinds by its own returns, each giving up what it holds. Only threads of this package may call
 * these, but for what is from anywhere. */
#ifndef SPIN_SERVICES_KTHREAD_H
#define SPIN_SERVICES_KTHREAD_H

#include "spin/core/strand.h"

struct kthread {
    struct strand strand;
    void *(*fn)(void *arg);
    void *arg, *result;
    struct list waiting; /* of what it waits for; alone: for nothing, or it was woken */
    struct list joiner;  /* who waits for its end */
    bool ended, alerted, killed;
    struct user_thread *user; /* whose code it runs, or null; user_thread.c's */
};

/* What runs becomes the first strand, and the first thread. Once. */
void kthread_init(void);

/* A thread that runs fn(arg) beside this one. It is to be joined, once. Null: out of memory. */
struct kthread *kthread_fork(void *(*fn)(void *arg), void *arg);
/* Waits for its end; then it is no more, and *result what fn gave. False: the caller was alerted
 * before, and the other thread is still to be joined. */
bool kthread_join(struct kthread *t, void **result) __attribute__((warn_unused_result));

struct kthread *kthread_current(void);

/* The thread's next wait, or the one that it is in, ends with false. From anywhere. */
void kthread_alert(struct kthread *t);
/* All its waits do from now on, and it is suspended no more. From anywhere. */
void kthread_kill(struct kthread *t);
/* Whether the caller was alerted; an alert, unlike a kill, is over then. */
bool kthread_test_alert(void);

/* For what threads wait by, interrupts off: waits in the queue until woken. False: alerted before
 * that. */
bool kthread_wait(struct list *queue) __attribute__((warn_unused_result));
/* The same for who cannot go on without; alerts stay for later. */
void kthread_wait_always(struct list *queue);
/* The same; meanwhile this one, which waits elsewhere, is woken and has the processor at once. */
bool kthread_hand_over(struct kthread *to, struct list *queue) __attribute__((warn_unused_result));
/* Wakes the first one in the queue, and gives it; null: there is none. From anywhere. */
struct kthread *kthread_wake(struct list *queue);

#endif
