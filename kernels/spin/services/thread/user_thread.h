/* SPDX-License-Identifier: MIT */
/* user_thread.h -- the threads of a process, in its one address space (SPIN's UserSpaceThread).
 * Each is a thread of the kernel (kthread.h), on whose stack its system calls and faults are
 * handled. What they are to the program is a package's: one in user mode, layered on the calls of
 * user_thread_calls.c, or one in the kernel, cthread_calls.c. thread_abi.h has the calls of both.
 * One process at a time has threads. */
#ifndef SPIN_SERVICES_USER_THREAD_H
#define SPIN_SERVICES_USER_THREAD_H

#include "spin/core/space/trap_syscall.h"
#include "spin/services/thread/kthread.h"
#include "spin/thread_abi.h"

struct user_thread {
    bool used, claimed;      /* claimed: somebody waits for its end, and joins it */
    bool unclaimed;          /* nobody will: it was destroyed */
    bool ended;              /* its user code never runs again */
    struct trap_frame start; /* the registers that it begins with */
    struct kthread *thread;
};

/* A system call of an extension, with these operations; in the extension's memory. */
typedef long user_thread_operation_fn(struct trap_frame *f);
struct user_thread_call {
    uint64_t number;
    user_thread_operation_fn *const *operation;
    uint64_t operations;
};

/* For an extension that begins to serve this address space, asked for by the current thread, of its
 * process: by its call, from now on. 0, -E_EXISTS: another process has threads; -E_NO_MEMORY. */
int user_threads_begin(struct address_space *of, struct module *extension,
                       const struct user_thread_call *call);
/* The opposite, the process being over. With the last extension all threads end. */
void user_threads_end(struct module *extension);

/* Null: there is none of this number, or it has ended unclaimed. */
struct user_thread *user_thread_at(uint64_t number);
uint64_t user_thread_number(const struct user_thread *u);
/* That the current thread runs. */
struct user_thread *user_thread_current(void);

/* It begins, by what is its start then, when the caller waits or has interrupts on. Null: there are
 * USER_THREADS_MAX, or no memory. */
struct user_thread *user_thread_create(void);
/* Waits for its end, when it is no more; claimed by nobody. False: the caller was alerted. */
bool user_thread_join(struct user_thread *u, uint64_t *result) __attribute__((warn_unused_result));
/* Its user code runs no more. Where it waits in the kernel the wait ends, and it unwinds by its
 * returns. Of the current one: does not return. */
void user_thread_destroy(struct user_thread *u, uint64_t result);

#endif
