/* SPDX-License-Identifier: MIT */
/* segments.h -- what a step of the protocol says is to be sent. */
#ifndef SPIN_SERVICES_STREAM_SEGMENTS_H
#define SPIN_SERVICES_STREAM_SEGMENTS_H

#include "spin/services/stream/table.h"

#define SEGMENT_MOST (ETHER_MTU - IP_HEADER)
#define SEGMENT_DATA (SEGMENT_MOST - 20) /* no options */

/* A segment and those that follow it, with data of what waits; its header is another then. What
 * finds no page is lost, as on the way. False: the protocol says what cannot be, and nothing was
 * sent. */
bool segment_send(struct stream *s, struct stream_segment *g);

#endif
