/* SPDX-License-Identifier: MIT */
/* cases.h -- what the program `exos` does, by its argument. Its exit status is 0, or the line of
 * what did not hold. */
#ifndef TESTS_EXO_EXOS_CASES_H
#define TESTS_EXO_EXOS_CASES_H

#include <stdint.h>

enum exos_case {
    EXOS_FORK,           /* both write, and neither sees the other's */
    EXOS_TREE,           /* children of children, which write what they share */
    EXOS_ZERO,           /* memory that is there when it is touched */
    EXOS_MEMORY,         /* forks until no frame is left */
    EXOS_KILL,           /* processes that are killed, one while it forks, and orphans */
    EXOS_FULL,           /* forks until the table is full */
    EXOS_PIPE,           /* bytes through pipes, and ends that are killed */
    EXOS_VFORK,          /* children that borrow their parent's environment */
    EXOS_PROTECTED_PIPE, /* bytes through the pipes of the program `pipes`, with an id in the upper
                            half */
    EXOS_EXEC,           /* become other programs */
    EXOS_SIGNAL,         /* signals, their handlers, masks and groups */
    EXOS_NESTED,         /* faults within faults, at each instruction; has slices of its own */
    EXOS_KILLED,         /* killed anywhere in a fork; has slices of its own */
    EXOS_WATCH,          /* predicates and forks; has slices of its own */
    EXOS_STATE,          /* what of the processor a child has of its parent */
    EXOS_LOCK,           /* locks whose holders are killed */
    EXOS_FOREVER,        /* computes and forks until it is ended; has slices of its own */
    EXOS_CALL,           /* calls in which slices end anywhere */
    EXOS_SEGMENT,        /* memory that is shared by its name */
    EXOS_THREAD,         /* threads of one process */
    EXOS_DEBUG,          /* a process that another one stops, reads, changes */
    EXOS_STAND,          /* stand still and go on; has slices of its own */
    EXOS_CASES
};

/* Each in a process of its own. */
uint64_t case_fork(void), case_tree(void), case_zero(void), case_memory(void), case_kill(void),
    case_full(void), case_pipe(void), case_vfork(void), case_protected_pipe(void), case_exec(void),
    case_signal(void), case_nested(void), case_watch(void), case_state(void), case_lock(void),
    case_killed(void), case_call(void), case_forever(void), case_segment(void), case_thread(void),
    case_debug(void), case_stand(void);

/* The upper half of the argument. */
extern uint64_t cases_argument;

/* Gives back the line of a condition that does not hold. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return __LINE__;                                                                       \
    } while (0)

/* Runs fn in a child; what it ended with, or ~0 where it did not. */
uint64_t in_child(uint64_t (*fn)(void));

#endif
