/* SPDX-License-Identifier: MIT */
/* traffic.h -- filters of TCP connections, told apart by the port they go to, and packets for them.
 * For the kernel and the host; freestanding. */
#ifndef EXPERIMENTS_CLASSIFY_TRAFFIC_H
#define EXPERIMENTS_CLASSIFY_TRAFFIC_H

#include "exo/dpf/dpf_atom.h"

#define TRAFFIC_ATOMS   5
#define TRAFFIC_PORT    1000 /* of the first filter; each further one has the next */
#define TRAFFIC_FILTERS 1000
#define TRAFFIC_BYTES   60 /* of a packet */

/* IPv4, TCP, no later piece of a packet, to this port, however long IP's header is. */
void traffic_filter(struct dpf_atom filter[TRAFFIC_ATOMS], uint32_t port);

/* A packet that it takes. */
void traffic_packet(uint8_t packet[TRAFFIC_BYTES], uint32_t port);

#endif
