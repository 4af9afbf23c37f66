/* SPDX-License-Identifier: MIT */
/* transfer.h -- protected control transfer as a procedure call of another environment. */
#ifndef EXO_LIBOS_TRANSFER_H
#define EXO_LIBOS_TRANSFER_H

#include "exo/abi.h"

/* The registers that a message has: rdi rsi rdx r8 r9 r10 and the caller's id, which the kernel
 * tells. */
struct message {
    uint64_t word[6];
    uint64_t from;
};

/* Sends m to `env` and waits for its reply, which m is then. 0; -E_DEAD: no such environment that
 * is ready; -E_PERM: it takes no transfers; -E_BUSY: it works for another. how: EXO_TRANSFER, or
 * EXO_TRANSFER_WAIT, which gives it this environment's slices until it has replied. */
long transfer_call(uint64_t env, struct message *m, unsigned how);

/* From now on this environment serves: each message that comes is given to fn, and what fn leaves
 * in it is the reply. Returns only with an error: whoever asked is gone, -E_DEAD, or wants no
 * reply, -E_PERM. */
void transfer_serve(void (*fn)(struct message *m));

#endif
