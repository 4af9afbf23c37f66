/* SPDX-License-Identifier: MIT */
/* unmeasured.c -- in the place of exo/kernel/session.c (see its header) where the kernel is built
 * without sessions of measurement (EXO_UNMEASURED_SRC in build.mk). */
#include "exo/kernel/session.h"

#include "lib/error.h"

void session_init(void) {
}

/* As any number that is no call's: -E_NO_CALL. */
long sys_session(uint64_t slot, uint64_t phase, uint64_t words, uint64_t length) {
    (void)slot;
    (void)phase;
    (void)words;
    (void)length;
    return -E_NO_CALL;
}
