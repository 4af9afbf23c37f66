/* SPDX-License-Identifier: MIT */
/* net_tap.h -- copies of all that passes an interface, both ways, in a ring of whom all of each
 * tapped interface is. The original goes its way, whatever becomes of a copy. (Xok's nettap.) */
#ifndef EXO_KERNEL_NET_TAP_H
#define EXO_KERNEL_NET_TAP_H

#include "exo/kernel/env/env.h"
#include "exo/kernel/net/net_port.h"

/* To whom this interface is tapped, if it is (NET_TAPPED), goes a copy of a frame: of one that
 * came, or that was sent, by its pieces. */
void net_tap_came(const struct net_port *n, const void *frame, uint32_t bytes);
void net_tap_sent(const struct net_port *n, const struct dma_piece *piece, unsigned pieces);

long sys_nettap(uint64_t slots, uint64_t nics, uint64_t ring);
/* e has no tap by a capability under `what`, and is told. */
void net_tap_take_back(struct env *e, struct cap what);

#endif
