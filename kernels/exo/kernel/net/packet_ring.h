/* SPDX-License-Identifier: MIT */
/* packet_ring.h -- packet rings: buffers of an environment's into which the kernel puts the frames
 * that are its. Each buffer is up to EXO_PACKET_PIECES stretches of pinned page frames that it may
 * write, and a word: 0, the kernel may fill the buffer; else what it put there. (Xok's
 * pktring.c.) */
#ifndef EXO_KERNEL_PACKET_RING_H
#define EXO_KERNEL_PACKET_RING_H

#include "exo/kernel/env/env.h"

struct packet_ring;

/* Makes one of `count` struct exo_packet_buffer at this address of e's, which are copied before
 * they are looked at; their page frames are opened by `holder`, to be written. It is on e's
 * account, and in the place of none. -E_FAULT, -E_INVALID, -E_TOO_LONG, -E_PERM, -E_FULL (pins),
 * -E_QUOTA, -E_NO_MEMORY. */
int packet_ring_make(struct env *e, struct cap holder, uint64_t at, uint64_t count,
                     struct packet_ring **made);
/* One buffer is this one from now on. The same errors. */
int packet_ring_change(struct packet_ring *r, uint64_t index, uint64_t at);
void packet_ring_free(struct packet_ring *r);

/* Which ring it is: no two that ever were have the same number. */
uint64_t packet_ring_id(const struct packet_ring *r);
/* Where an environment's n-th ring stands; null there: it has none. */
extern struct packet_ring *(*packet_rings)[EXO_PACKET_RINGS]; /* by the environment's slot */

/* Puts a frame in: false, and nothing changes: its owner has ended or may not write the next buffer
 * any more, or has not taken what is in it. */
bool packet_ring_put(struct packet_ring *r, const void *frame, uint32_t bytes);

#endif
