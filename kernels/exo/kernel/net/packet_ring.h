/* SPDX-License-Identifier: MIT */
/* packet_ring.h -- packet rings: buffers of an environment's into which the kernel puts the frames
 * that are its. Each buffer is up to EXO_PACKET_PIECES stretches of pinned page frames that it may
 * write, and a word: 0, the kernel may fill the buffer; else what it put there. (Xok's
 * pktring.c.) */
#ifndef EXO_KERNEL_PACKET_RING_H
#define EXO_KERNEL_PACKET_RING_H

#include "exo/kernel/env/env.h"

struct packet_buffer;

struct packet_ring {
    uint64_t id;                /* no two that ever were have the same */
    struct exo_env *owner;      /* on whose account it is */
    uint64_t alive;             /* packet_life() of the owner as long as he lives */
    struct cap holder;          /* opens its page frames */
    uint32_t count, made;       /* buffers; and how many it was made with */
    uint32_t slot;              /* the owner's */
    struct packet_buffer *next; /* the one that is filled next */
    struct packet_ring *after;  /* of those that have ended, and give their buffers back */
    struct packet_buffer *end;  /* behind the last */
};

/* Where an environment's n-th ring stands; null there: it has none. */
extern struct packet_ring *(*packet_rings)[EXO_PACKET_RINGS]; /* by the environment's slot */
void packet_ring_init(void);

/* Makes one of `count` struct exo_packet_buffer at this address of e's, which are copied before
 * they are looked at; their page frames are opened by `holder`, to be written. It is on e's
 * account, and in the place of none. 0; n, if only so many of them are in it: the others, which
 * would take too long, take nothing before packet_ring_change. -E_FAULT, -E_INVALID, -E_TOO_LONG,
 * -E_PERM, -E_FULL (pins), -E_BUSY (a frame that only pins hold), -E_QUOTA, -E_NO_MEMORY. */
long packet_ring_make(struct env *e, struct cap holder, uint64_t at, uint64_t count,
                      struct packet_ring **made);
/* One buffer is this one from now on. 0, or the same errors. */
int packet_ring_change(struct packet_ring *r, uint64_t index, uint64_t at);
/* It takes no more, and is to be forgotten. */
void packet_ring_end(struct packet_ring *r);
/* Those that have ended give their buffers back, the first first, as *work allows, and are gone;
 * whether all of e's are. */
bool packet_ring_reap(const struct env *e, long *work);

#endif
