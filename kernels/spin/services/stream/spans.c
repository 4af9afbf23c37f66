/* SPDX-License-Identifier: MIT */
#include "spin/services/stream/spans.h"

#include "spin/services/stream/flow.h"

/* Of so many bytes of a ring from there on. */
static struct span span_of(uint8_t *ring, uint32_t at, uint32_t bytes) {
    at %= STREAM_BUFFER;
    return (struct span){ring + at, bytes < STREAM_BUFFER - at ? bytes : STREAM_BUFFER - at};
}

struct span span_come(const struct stream *s) {
    return s->in_bytes ? span_of(s->in, s->in_at, s->in_bytes) : (struct span){0};
}

void span_read(struct stream *s, uint32_t bytes) {
    s->in_at += bytes;
    s->in_bytes -= bytes;
    if (s->told < STREAM_BUFFER / 2 || s->state == TCP_TIME_WAIT || s->state == TCP_CLOSED)
        flow_output(s);
}

struct span span_room(struct stream *s) {
    if (!stream_out(s))
        return (struct span){0};
    return span_of(s->out, s->out_at + s->out_bytes, STREAM_BUFFER - s->out_bytes);
}

void span_written(struct stream *s, uint32_t bytes) {
    s->out_bytes += bytes;
    s->written += bytes;
    flow_output(s);
}
