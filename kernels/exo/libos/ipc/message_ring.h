/* SPDX-License-Identifier: MIT */
/* message_ring.h -- the receiver's side of a message ring: memory of its own, into which the kernel
 * puts what others send (exo_ring_set, exo_ring_send). Nothing of this is a call. */
#ifndef EXO_LIBOS_MESSAGE_RING_H
#define EXO_LIBOS_MESSAGE_RING_H

#include "exo/abi.h"

struct ring {
    volatile struct exo_message *at;
    uint64_t messages; /* that it has room for */
    uint64_t next;     /* the one that is taken next */
};

/* Makes these pages, which are mapped to be written, the ring of this environment, empty: whoever
 * holds a capability that dominates `who` may send. 0, or the errors of ring_set. */
long ring_begin(struct ring *r, unsigned holder, struct exo_message *at, uint64_t pages,
                struct cap who);

/* The next message, which stays there until it is taken; null: none has come. A wakeup predicate
 * waits for the `from` of ring->at[ring->next]. */
static inline const volatile struct exo_message *ring_look(const struct ring *r) {
    const volatile struct exo_message *m = &r->at[r->next];
    return m->from ? m : (const volatile struct exo_message *)0;
}

/* It is taken, and its place is the kernel's again. */
static inline void ring_take(struct ring *r) {
    r->at[r->next].from = 0;
    r->next = r->next + 1 < r->messages ? r->next + 1 : 0;
}

#endif
