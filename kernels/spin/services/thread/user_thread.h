/* SPDX-License-Identifier: MIT */
/* user_thread.h -- the threads of a process, in its one address space (SPIN's UserSpaceThread).
 * Each is a thread of the kernel (kthread.h), on whose stack its system calls and faults are
 * handled. What they are to the program is a package's: one in user mode, layered on the calls of
 * user_thread_calls.c, or one in the kernel, cthread_calls.c. thread_abi.h has both's calls. */
#ifndef SPIN_SERVICES_USER_THREAD_H
#define SPIN_SERVICES_USER_THREAD_H

#include "spin/core/space/trap_syscall.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/thread/strand_group.h"
#include "spin/thread_abi.h"

struct user_thread {
    struct user_threads *of;
    bool used, claimed;         /* claimed: somebody waits for its end, and joins it */
    bool unclaimed;             /* nobody will: it was destroyed */
    bool ended;                 /* its user code never runs again */
    uint8_t hint;               /* to the scheduler of the process's choice */
    struct group_member member; /* of its group */
    struct trap_frame start;    /* the registers that it begins with */
    struct kthread *thread;
};

/* All of a process. */
struct user_threads {
    struct list all; /* of all processes that have threads */
    struct process *process;
    unsigned packages;
    bool scheduled;            /* by a scheduler of its choice (user_schedule.c): */
    struct strand_group group; /* the threads are this group */
    struct user_thread thread[USER_THREADS_MAX]; /* the process's own thread is the first */
};

struct user_thread_package;

/* An extension's system call, with these operations. */
typedef long user_thread_operation_fn(struct user_thread_package *p, struct trap_frame *f);
struct user_thread_call {
    uint64_t number;
    user_thread_operation_fn *const *operation;
    uint64_t operations;
    size_t bytes; /* of a package */
};

/* What it has for one process; it begins like this. */
struct user_thread_package {
    struct user_threads *threads;
    struct user_thread_call call;
    struct event_binding *binding;
};

/* For an extension that begins to serve this address space, asked for by the current thread, of its
 * process: by its call, from now on. 0 and a package, zeros but for its beginning; -E_NO_MEMORY. */
int user_threads_begin(struct address_space *of, struct module *extension,
                       const struct user_thread_call *call, struct user_thread_package **package);
/* The opposite, the process being over. With the last package all its threads end. */
void user_threads_end(struct user_thread_package *package);

/* Of the process with this address space; null: it has none. */
struct user_threads *user_threads_of(const struct address_space *space);
/* Null: there is none of this number, or it has ended unclaimed. */
struct user_thread *user_thread_at(struct user_threads *threads, uint64_t number);
uint64_t user_thread_number(const struct user_thread *u);
/* That the current thread, one of these, runs. */
struct user_thread *user_thread_current(struct user_threads *threads);

/* It begins, by what is its start then, when the caller waits or has interrupts on. Null: there are
 * USER_THREADS_MAX, or no memory. */
struct user_thread *user_thread_create(struct user_threads *threads);
/* Waits for its end, when it is no more; claimed by nobody. False: the caller was alerted. */
bool user_thread_join(struct user_thread *u, uint64_t *result) __attribute__((warn_unused_result));
/* It is a member of its process's group from now on, if it is not yet; see group_join. */
void user_thread_join_group(struct user_thread *u);
/* Its user code runs no more. Where it waits in the kernel the wait ends, and it unwinds by its
 * returns. Of the current one: does not return. */
void user_thread_destroy(struct user_thread *u, uint64_t result);

#endif
