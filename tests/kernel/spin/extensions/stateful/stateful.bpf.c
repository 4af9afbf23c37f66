/* SPDX-License-Identifier: MIT */
/* stateful.bpf.c -- a guard that remembers: it holds of a byte that is not the one before, which
 * the handler writes down in the state that the two share. */
#include "spin/extend.h"
#include "spin/services/console.h"

GUARD_WITH(console_key) _Bool is_new(const unsigned long *state, int byte) {
    return (int)state[STATE_WORDS - 1] != byte;
}

HANDLER_WITH(console_key) int remember(unsigned long *state, int byte) {
    state[STATE_WORDS - 1] = (unsigned long)byte;
    return byte + 1;
}
