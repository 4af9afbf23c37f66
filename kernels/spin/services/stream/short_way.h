/* SPDX-License-Identifier: MIT */
/* short_way.h -- segments of connections, past the graph: where one between two addresses and ports
 * came up it to the strand of connections, the next ones come there at once, as long as nothing
 * that is bound to any event has changed. Their headers and sums are looked at as the protocols
 * would. With interrupts off. */
#ifndef SPIN_SERVICES_STREAM_SHORT_WAY_H
#define SPIN_SERVICES_STREAM_SHORT_WAY_H

#include "spin/services/net/plexus.h"

/* This packet came up the graph. */
void short_way_keep(const struct packet *p);
/* Whether a frame is such a segment: then the strand has it. */
bool short_way_take(struct arrival *a, uint32_t bytes);

#endif
