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

static struct semaphore semaphores[SEMAPHORES_MAX];
static uint64_t semaphores_made;

static long fork(struct trap_frame *f) {
    struct user_thread *u = user_thread_create();
    if (!u)
        return -E_FULL;
    user_frame_init(&u->start, f->rsi, f->r10, true);
    u->start.rdi = f->rdx;
    user_frame_sanitise(&u->start);
    return (long)user_thread_number(u);
}

/* Who waits claims it, so that nobody else does meanwhile. */
static long join(struct trap_frame *f) {
    struct user_thread *u = user_thread_at(f->rsi);
    uint64_t result;
    if (!u || user_thread_number(u) == 0 || u == user_thread_current())
        return -E_NOT_FOUND;
    if (u->claimed)
        return -E_EXISTS;
    return user_thread_join(u, &result) ? (long)result : -E_BUSY;
}

static long leave(struct trap_frame *f) {
    user_return(f->rsi);
}

static long semaphore(struct trap_frame *f) {
    if (semaphores_made == SEMAPHORES_MAX)
        return -E_FULL;
    semaphore_init(&semaphores[semaphores_made], (unsigned)f->rsi);
    return (long)semaphores_made++;
}

static long p(struct trap_frame *f) {
    if (f->rsi >= semaphores_made)
        return -E_NOT_FOUND;
    return semaphore_p(&semaphores[f->rsi]) ? 0 : -E_BUSY;
}

static long v(struct trap_frame *f) {
    if (f->rsi >= semaphores_made)
        return -E_NOT_FOUND;
    semaphore_v(&semaphores[f->rsi]);
    return 0;
}

static user_thread_operation_fn *const operations[CTHREAD_OPERATIONS] = {
    [CTHREAD_FORK] = fork,           [CTHREAD_JOIN] = join, [CTHREAD_EXIT] = leave,
    [CTHREAD_SEMAPHORE] = semaphore, [CTHREAD_P] = p,       [CTHREAD_V] = v,
};

static int begin(struct address_space *of) {
    static const struct user_thread_call call = {
        .number = CTHREAD_CALL, .operation = operations, .operations = CTHREAD_OPERATIONS};
    semaphores_made = 0;
    return user_threads_begin(of, THIS_MODULE, &call);
}

static void end(void) {
    user_threads_end(THIS_MODULE);
}

USER_EXTENSION(cthreads, "cthreads", begin, end);
