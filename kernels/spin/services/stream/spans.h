/* SPDX-License-Identifier: MIT */
/* spans.h -- what waits in a connection's buffers, where it lies, for who copies by itself: an
 * owner that reads later (table.h). All of it by who has the mutex (flow.h). */
#ifndef SPIN_SERVICES_STREAM_SPANS_H
#define SPIN_SERVICES_STREAM_SPANS_H

#include "spin/services/stream/table.h"

struct span {
    uint8_t *at;
    uint32_t bytes; /* that lie together, perhaps not all; 0: there are none */
};

/* What has come; so much of it was read, and the peer is told of the room if it is to know. The
 * connection may be gone by that. */
struct span span_come(const struct stream *s);
void span_read(struct stream *s, uint32_t bytes);
/* Where what is written may lie; `at` is null: no memory. So much was put there, and goes. */
struct span span_room(struct stream *s);
void span_written(struct stream *s, uint32_t bytes);

#endif
