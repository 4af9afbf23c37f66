/* SPDX-License-Identifier: MIT */
/* thread_abi.h -- the system calls of processes that asked for the extension "user-threads" or
 * "cthreads" (spin_extend): the number in rax, the operation in rdi, its arguments in rsi, rdx and
 * r10. rax comes back with a result or -E_SOMETHING. Threads and semaphores go by small numbers. */
#ifndef SPIN_THREAD_ABI_H
#define SPIN_THREAD_ABI_H

#include <stdint.h>

#define USER_THREAD_CALL 200
#define CTHREAD_CALL     201

#define USER_THREADS_MAX 32 /* of a process, its first one included, whose number is 0 */

/* Threads without a meaning, each a processor's registers, for a package in user mode to be
 * layered on. */
enum user_thread_operation {
    USER_THREAD_CREATE,    /* (): the number of one that is suspended. -E_FULL: too many, or
 no memory */
    USER_THREAD_SET_STATE, /* (thread, registers): a suspended one's, by a struct trap_frame, but
                              for what is the kernel's of it. -E_BUSY: it is not suspended */
    USER_THREAD_GET_STATE, /* (thread, registers): the opposite */
    USER_THREAD_SUSPEND,   /* (thread): suspensions nest; the caller's own ends with a resumption,
                              which may come before it. -E_FULL: too many */
    USER_THREAD_RESUME,    /* (thread): takes back a suspension. -E_FULL */
    USER_THREAD_DESTROY,  /* (thread): it runs no more; what it waits for in the kernel is given up,
                             and that it has returned from there is waited for. The first one is
                             not destroyed: -E_INVALID */
    USER_THREAD_REGIONS,  /* (regions, n): from now on these, of struct user_thread_region, in place
                             of those before. -E_TOO_LONG: more than USER_THREAD_REGIONS_MAX */
    USER_THREAD_SCHEDULE, /* (name): the threads, present and to come, have the scheduler of this
                             name from now on, an extension of the boot's archive, and together the
                             share of one strand. -E_EXISTS: they have one; -E_INVALID: it is no
                             scheduler; -E_NOT_FOUND, -E_TOO_LONG and what else loading gives */
    USER_THREAD_HINT, /* (thread, hint): below 256; what the scheduler is told of the thread: its
                         priority, its gang. 0 unless it is said */
    USER_THREAD_OPERATIONS
};

/* Code of the process that its threads shall not be interrupted in by each other. */
struct user_thread_region {
    uint64_t start, end; /* [start, end) */
    enum user_thread_region_kind {
        REGION_RESTART, /* who loses the processor in it begins it anew: an atomic sequence, whose
                           last instruction alone has an effect */
        REGION_KEEP     /* who is in it at its quantum's end keeps the processor a little longer,
                           USER_THREAD_GRACE_NS at most */
    } kind;
};

#define USER_THREAD_REGIONS_MAX 8
#define USER_THREAD_GRACE_NS    100000

/* C-Threads in the kernel, a package integrated with its strands. */
enum cthread_operation {
    CTHREAD_FORK, /* (entry, argument, stack's end): the number. -E_FULL: too many, or no memory */
    CTHREAD_JOIN, /* (thread): waits until it has ended, and gives its result. -E_BUSY: the
                     caller was destroyed meanwhile */
    CTHREAD_EXIT, /* (result): the caller ends */
    CTHREAD_SEMAPHORE, /* (count): makes one, and gives its number. -E_FULL */
    CTHREAD_P,         /* (semaphore): -E_BUSY: as above */
    CTHREAD_V,         /* (semaphore) */
    CTHREAD_OPERATIONS
};

#endif
