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
 * is ready, or it ended before it replied; -E_PERM: it takes no transfers; -E_BUSY: it works for
 * another; or what transfer_interrupted gave. Where the slice is over the call begins with the
 * next. how: EXO_TRANSFER, or EXO_TRANSFER_WAIT, which gives it this environment's slices until it
 * has replied. */
long transfer_call(uint64_t env, struct message *m, unsigned how);

/* The same, shorter, of one that is trusted to leave the registers that a C call keeps as they are,
 * and to reply: nothing else ends the call. -E_AGAIN where the slice is over. */
long transfer_call_trusting(uint64_t env, struct message *m, unsigned how);

/* Asked when this environment is given the processor while it waits for a reply, by a slice of its
 * own or by who has something to tell it and yields to it. 0: it waits on; an error: the call ends
 * with it, and what the other replies is refused. Null: it always waits. */
extern long (*transfer_interrupted)(void);

/* From now on this environment serves: each message that comes is given to fn, and what fn leaves
 * in it is the reply. Returns only with an error: whoever asked is gone, -E_DEAD, or wants no
 * reply, -E_PERM. */
void transfer_serve(void (*fn)(struct message *m));

#endif
