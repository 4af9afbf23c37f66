/* SPDX-License-Identifier: MIT */
/* ring_put.h -- the sender's side of a ring's protocol, apart for its model check
 * (tests/unit/exo); libos/ipc/message_ring.h has the receiver's. */
#ifndef EXO_KERNEL_RING_PUT_H
#define EXO_KERNEL_RING_PUT_H

#include "exo/abi.h"
#include "exo/defence.h"
#include "lib/error.h"

/* Puts a message at m, if what was there before is taken: -E_FULL. Whoever reads sees none until it
 * is whole. */
static inline int ring_put(volatile struct exo_message *m, uint64_t from,
                           const uint64_t words[EXO_RING_WORDS]) {
    if (m->from && DEFENDED(RING_FULL))
        return -E_FULL;
    for (unsigned i = 0; i < EXO_RING_WORDS; i++)
        m->word[i] = words[i];
    m->from = from;
    return 0;
}

#endif
