/* SPDX-License-Identifier: MIT */
/* message_ring.c -- see message_ring.h. */
#include "exo/libos/ipc/message_ring.h"

#include "exo/libos/stubs.h"

long ring_begin(struct ring *r, unsigned holder, struct exo_message *at, uint64_t pages,
                struct cap who) {
    *r = (struct ring){.at = at, .messages = pages * 4096 / sizeof *at};
    for (uint64_t i = 0; i < r->messages; i++) /* a frame may hold what this one wrote before */
        at[i].from = 0;
    return exo_ring_set(holder, at, pages, who);
}
