/* SPDX-License-Identifier: MIT */
/* exo-between.h -- the environment between two wires: interface 1 is on the first, 2 on the
 * second. */
#ifndef PACKET_EXO_BETWEEN_H
#define PACKET_EXO_BETWEEN_H

#include "exo-net.h"

/* Takes what comes for SERVER_IP's port ECHO, by a socket of each wire, and passes it on to
 * FAR_IP's; and the answers. Returns only where it cannot. */
void forward(uint64_t client, uint64_t other);
/* The same by a handler, where packets arrive. */
void forward_by_ash(uint64_t client, uint64_t other);
/* Passes all frames on, but loses so many of a hundred. */
void lose(uint64_t client, uint64_t other, unsigned loss);

#endif
