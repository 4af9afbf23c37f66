/* SPDX-License-Identifier: MIT */
/* exo-request.h -- what experiments ask of a process of ExOS, which is no environment that
 * measures: it is asked by control transfer, has the bracket in itself, and replies how long it
 * took. */
#ifndef EXPERIMENTS_EXO_REQUEST_H
#define EXPERIMENTS_EXO_REQUEST_H

#include <stdint.h>

#define EXOS_SERVER        "exos-server"
#define EXOS_SERVER_SLOT   5 /* of the capability that all of its pages belong to */
#define EXOS_SERVER_FRAMES 8192

enum exos_request {
    EXOS_FORK_EXIT_WAIT,
    EXOS_VFORK_EXIT_WAIT,
    EXOS_FORK_EXEC_EXIT_WAIT,
    EXOS_TOUCH,     /* nothing is timed: so many pages more are there and were written */
    EXOS_COW_FAULT, /* into a frame that it had before; 1: that it never had */
    EXOS_ANONYMOUS_FAULT,
    EXOS_PIPE, /* so many bytes to a child by a pipe and back by another */
    EXOS_NULL_PROCEDURE,
    EXOS_GETPID,
    EXOS_PIPES,          /* nothing is timed: where the program `pipes` runs */
    EXOS_PROTECTED_PIPE, /* as EXOS_PIPE, by that one's pipes */
    EXOS_SHARED_MEMORY,  /* a word in memory that a child changes back */
    EXOS_MESSAGE_RING,   /* a message to a child and one back, by rings of both */
    EXOS_STOP            /* nothing is timed: the child of these is no more */
};

#endif
