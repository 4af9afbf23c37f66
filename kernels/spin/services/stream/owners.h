/* SPDX-License-Identifier: MIT */
/* owners.h -- a connection's owner is told what has happened, and shown what has come (stream.h).
 * By who has the mutex. */
#ifndef SPIN_SERVICES_STREAM_OWNERS_H
#define SPIN_SERVICES_STREAM_OWNERS_H

#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/stream/table.h"

/* Shows so many bytes; how many were taken. What has happened is told with them. */
uint32_t owner_show(struct stream *s, const uint8_t *data, uint32_t bytes);
/* The same of what is in the buffer, which is taken out of it. */
void owner_show_buffer(struct stream *s);
/* Whether that is under way: what the owner asks for follows. */
extern const struct stream *owner_telling;
static inline bool owner_is_told(const struct stream *s) {
    return s == owner_telling;
}

/* Its owner has left it: what was written is sent, and what comes is refused. Where that is not
 * over so many nanoseconds later it is broken off, whatever the peer says; a test may want it
 * sooner. */
#define OWNER_LEFT_FOR 120000000000ul
extern unsigned long owner_left_for;
void owner_leaves(struct stream *s);
/* When it is broken off by that; UINT64_MAX: it is not. */
static inline unsigned long owner_left_until(const struct stream *s) {
    if (!(s->flags & STREAM_ORPHAN) || s->state == TCP_TIME_WAIT || s->state == TCP_CLOSED)
        return UINT64_MAX;
    return DEFENDED(STREAM_LEFT) ? s->since + owner_left_for : UINT64_MAX;
}

void owners_init(void);

#endif
