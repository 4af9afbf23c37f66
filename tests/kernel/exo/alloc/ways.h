/* SPDX-License-Identifier: MIT */
/* ways.h -- how each system call is made so that it succeeds. */
#ifndef TESTS_EXO_ALLOC_WAYS_H
#define TESTS_EXO_ALLOC_WAYS_H

#include <stdbool.h>

#include "exo/abi.h"

#define WAYS_PAGE 0x500000000000ul /* one that the caller maps for them, to be read and written */

struct way {
    long (*make)(void); /* the call; 0 or more: it succeeded */
    void (*prepare)(void);
    void (*undo)(void); /* after it, whatever it gave */
    bool allocates;     /* whether the kernel makes an allocation for it */
};

/* By the call's number. A call that is not there has no `make`. */
extern const struct way ways[EXO_CALL_COUNT];

#endif
