/* SPDX-License-Identifier: MIT */
/* unix_abi.h -- the calls of processes of the Unix model: numbers only. Registers are those of
 * abi.h, whose `exit` and `console_write` they have under the same numbers, so that a program of
 * either is linked to one library. */
#ifndef SPIN_UNIX_ABI_H
#define SPIN_UNIX_ABI_H

#include "spin/abi.h"

#define UNIX_CALLS(X)                                                                              \
    X(fork)   /* a process's number, or 0 in the new one */                                        \
    X(exec)   /* program's name, rdi of its entry, words; comes back with an error only */         \
    X(wait)   /* a process's number; in rdx how it ended */                                        \
    X(kill)   /* a process's number */                                                             \
    X(getpid) /* the caller's number */                                                            \
    X(map)    /* a file's name, 1 to write a copy of one's own; its address, in rdx its length */

enum unix_call {
    UNIX_CALL_FIRST = SPIN_CALL_COUNT - 1,
#define UNIX_CALL_ENUM(name) UNIX_CALL_##name,
    UNIX_CALLS(UNIX_CALL_ENUM)
#undef UNIX_CALL_ENUM
        UNIX_CALL_COUNT
};

/* How a process ended, as Unix says it: 256 times its exit status, which is below 256, or one of
 * these. */
#define UNIX_ENDED_BY_KILL  9
#define UNIX_ENDED_BY_FAULT 11

#define UNIX_NAME_MAX 32 /* bytes of a program's name, the NUL included */

#endif
