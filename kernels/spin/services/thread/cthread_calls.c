/* SPDX-License-Identifier: MIT */
/* cthread_calls.c -- the extension "cthreads": C-Threads for a process, integrated with the
 * kernel's strands (thread_abi.h). What threads wait by is in the kernel, so that each of their
 * steps is one system call, and a switch between two needs no other. */
#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "spin/services/thread/kthread_sync.h"
#include "spin/services/thread/user_thread.h"
#include "spin/services/calls/user_extension.h"

MODULE("CThreads");

#define SEMAPHORES_MAX 64

/* What a process has of it. */
struct cthreads {
    struct user_thread_package package; /* first */
    struct semaphore semaphore[SEMAPHORES_MAX];
    uint64_t made;
};

static long fork(struct user_thread_package *p, struct trap_frame *f) {
    struct user_thread *u = user_thread_create(p->threads);
    if (!u)
        return -E_FULL;
    user_frame_init(&u->start, f->rsi, f->r10, true);
    u->start.rdi = f->rdx;
    user_frame_sanitise(&u->start);
    return (long)user_thread_number(u);
}

/* Who waits claims it, so that nobody else does meanwhile. */
static long join(struct user_thread_package *p, struct trap_frame *f) {
    struct user_thread *u = user_thread_at(p->threads, f->rsi);
    uint64_t result;
    if (!u || user_thread_number(u) == 0 || u == user_thread_current(p->threads))
        return -E_NOT_FOUND;
    if (u->claimed)
        return -E_EXISTS;
    return user_thread_join(u, &result) ? (long)result : -E_BUSY;
}

static long leave(struct user_thread_package *p, struct trap_frame *f) {
    (void)p;
    user_return(f->rsi);
}

static long semaphore(struct user_thread_package *p, struct trap_frame *f) {
    struct cthreads *t = (struct cthreads *)p;
    if (t->made == SEMAPHORES_MAX)
        return -E_FULL;
    semaphore_init(&t->semaphore[t->made], (unsigned)f->rsi);
    return (long)t->made++;
}

/* Null: there is none of this number. */
static struct semaphore *semaphore_at(struct user_thread_package *p, uint64_t number) {
    struct cthreads *t = (struct cthreads *)p;
    return number < t->made ? &t->semaphore[number] : NULL;
}

static long p(struct user_thread_package *package, struct trap_frame *f) {
    struct semaphore *s = semaphore_at(package, f->rsi);
    if (!s)
        return -E_NOT_FOUND;
    return semaphore_p(s) ? 0 : -E_BUSY;
}

static long v(struct user_thread_package *package, struct trap_frame *f) {
    struct semaphore *s = semaphore_at(package, f->rsi);
    if (!s)
        return -E_NOT_FOUND;
    semaphore_v(s);
    return 0;
}

static user_thread_operation_fn *const operations[CTHREAD_OPERATIONS] = {
    [CTHREAD_FORK] = fork,           [CTHREAD_JOIN] = join, [CTHREAD_EXIT] = leave,
    [CTHREAD_SEMAPHORE] = semaphore, [CTHREAD_P] = p,       [CTHREAD_V] = v,
};

static int begin(struct address_space *of, void **package) {
    static const struct user_thread_call call = {.number = CTHREAD_CALL,
                                                 .operation = operations,
                                                 .operations = CTHREAD_OPERATIONS,
                                                 .bytes = sizeof(struct cthreads)};
    return user_threads_begin(of, THIS_MODULE, &call, (struct user_thread_package **)package);
}

static void end(void *package) {
    user_threads_end(package);
}

USER_EXTENSION(cthreads, "cthreads", begin, end);
