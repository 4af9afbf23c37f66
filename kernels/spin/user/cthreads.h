/* SPDX-License-Identifier: MIT */
/* cthreads.h -- threads of a program, as Mach's C-Threads: fork and join, mutexes, conditions, and
 * semaphores. There are two packages of them, and one program text for both (Bershad et al., SOSP
 * '95, table 3):
 *
 *     cthreads_layered      in user mode, over threads that the kernel gives out by number
 *     cthreads_integrated   in the kernel, as an extension of it
 *
 *     if (cthreads_begin(&cthreads_layered)) ...
 *     struct cthread *t = cthread_fork(fn, arg);
 *     result = cthread_join(t); */
#ifndef SPIN_USER_CTHREADS_H
#define SPIN_USER_CTHREADS_H

#include <stdbool.h>
#include <stdint.h>

struct cthread {
    long number; /* the kernel's */
    void *(*fn)(void *arg);
    void *arg, *result;
    struct cthread *next; /* in the queue where it waits */
    /* Layered: */
    uint32_t lock;
    bool done;
    struct cthread *joiner;
};

struct cthread_semaphore {
    long number;                  /* integrated: the kernel's */
    uint32_t lock, count;         /* layered */
    struct cthread *first, *last; /* who wait, unless first is null */
};

struct cthread_package {
    const char *extension; /* that it needs */
    bool (*fork)(struct cthread *t, void *stack_end);
    void (*join)(struct cthread *t);
    bool (*semaphore)(struct cthread_semaphore *s, uint32_t count);
    void (*p)(struct cthread_semaphore *s), (*v)(struct cthread_semaphore *s);
};

extern const struct cthread_package cthreads_layered, cthreads_integrated;

/* The package of all calls from here on; no thread of another one is left. False: the kernel does
 * not have it. */
bool cthreads_begin(const struct cthread_package *package);

/* Null: there are too many, or no memory. Each is joined, once. */
struct cthread *cthread_fork(void *(*fn)(void *arg), void *arg);
void *cthread_join(struct cthread *t);
struct cthread *cthread_self(void);

/* False: there are too many. */
bool cthread_semaphore_init(struct cthread_semaphore *s, uint32_t count);
void cthread_p(struct cthread_semaphore *s);
void cthread_v(struct cthread_semaphore *s);

struct cthread_mutex {
    struct cthread_semaphore free;
};

/* Its fields are its mutex's to guard. */
struct cthread_condition {
    struct cthread_semaphore wakes;
    uint32_t waiting;
};

bool cthread_mutex_init(struct cthread_mutex *m);
void cthread_mutex_lock(struct cthread_mutex *m);
void cthread_mutex_unlock(struct cthread_mutex *m);
bool cthread_condition_init(struct cthread_condition *c);
/* The caller has the mutex, in all three; another one may have it before a wait ends. */
void cthread_condition_wait(struct cthread_condition *c, struct cthread_mutex *m);
void cthread_condition_signal(struct cthread_condition *c);
void cthread_condition_broadcast(struct cthread_condition *c);

#endif
