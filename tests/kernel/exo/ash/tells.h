/* SPDX-License-Identifier: MIT */
/* tells.h -- the words of the region of tells.bpf.c. */
#ifndef TESTS_EXO_ASH_TELLS_H
#define TESTS_EXO_ASH_TELLS_H

enum {
    TELLS_ASKED,
    TELLS_ARGUMENT,
    TELLS_RUNS, /* how often it ran, and on what at last */
    TELLS_FROM,
    TELLS_BYTES,
    TELLS_FIRST,  /* the frame's byte 20 */
    TELLS_RESULT, /* of what was asked */
    TELLS_STATE = 8,
};

/* What is asked. */
enum {
    TELLS_DECLINE,
    TELLS_TAKE,
    TELLS_SEND, /* sends the frame by the interface ARGUMENT; RESULT: what that gave */
    TELLS_LOOK, /* RESULT: the sum of some bytes behind the frame */
    TELLS_BURN, /* takes some 5,000 instructions */
    TELLS_PIPE, /* the frame behind its header through the pipe ARGUMENT to region + 2048 */
};

#endif
