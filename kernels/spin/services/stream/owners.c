/* SPDX-License-Identifier: MIT */
/* owners.c -- see owners.h. */
#include "spin/services/stream/owners.h"

#include "lib/string.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/net/clock.h"

MODULE("StreamOwners");

static uint64_t viewer; /* whose view is shown */
const struct stream *owner_telling;

EVENT(stream_ready, "Stream.Ready", unsigned long, (struct stream_view * view)) {
    (void)view;
    return 0;
}

static bool is_own(void *number, struct stream_view *view) {
    (void)view;
    return viewer == (uintptr_t)number || !DEFENDED(STREAM_SNOOP);
}

static unsigned long tell_extension(const struct stream_owner *owner, struct stream_view *v) {
    viewer = owner->serial;
    const unsigned long taken = stream_ready(v);
    return raise_exception_take(NULL) ? 0 : taken;
}

uint32_t owner_show(struct stream *s, const uint8_t *data, uint32_t bytes) {
    struct stream_view v = {
        .data = data,
        .end = data + bytes,
        .bytes = bytes,
        .number = s->number,
        .what = s->what | (bytes ? STREAM_ARRIVED : 0u),
        .room = STREAM_BUFFER - s->out_bytes,
        .unsent = s->out_bytes,
        .peer = s->who.target,
        .port = s->who.target_port,
        .own_port = s->who.source_port,
    };
    if (owner_is_over(&s->owner)) /* its connections end as if it had closed them */
        owner_leaves(s);
    if (s->closed || (!v.what && !bytes))
        return bytes;
    memcpy(v.word, s->word, sizeof v.word);
    s->what = 0;
    owner_telling = s;
    const unsigned long taken =
        s->owner.serial ? tell_extension(&s->owner, &v) : s->owner.ready(&v);
    owner_telling = NULL;
    memcpy(s->word, v.word, sizeof v.word);
    return taken < bytes ? (uint32_t)taken : bytes;
}

/* What is in the buffer lies together. */
static void turn(struct stream *s) {
    static uint8_t turned[STREAM_BUFFER];
    ring_get(s->in, s->in_at, turned, STREAM_BUFFER);
    memcpy(s->in, turned, STREAM_BUFFER);
    s->in_at = 0;
}

/* Piece by piece, until one is not taken whole. Who waits for more is shown what lies behind the
 * buffer's end, too; who reads later is told that there is some. */
void owner_show_buffer(struct stream *s) {
    bool more;
    do {
        const uint32_t at = s->owner.later ? 0 : s->in_at % STREAM_BUFFER;
        const uint32_t bytes = s->in_bytes < STREAM_BUFFER - at ? s->in_bytes : STREAM_BUFFER - at;
        const uint32_t taken = owner_show(s, s->in + at, bytes);
        s->in_at += taken;
        s->in_bytes -= taken;
        more = s->in_bytes && (taken == bytes || s->in_bytes > bytes - taken);
        if (more && taken < bytes)
            turn(s);
    } while (more);
}

unsigned long owner_left_for = OWNER_LEFT_FOR;

void owner_leaves(struct stream *s) {
    if (s->flags & STREAM_ORPHAN)
        return;
    s->flags |= STREAM_CLOSING | STREAM_ORPHAN;
    s->closed = true;
    s->since = net_clock();
}

void owners_init(void) {
    module_add(THIS_MODULE);
    event_open_to_own(&event_stream_ready,
                      (struct procedure)EVENT_GUARD_WITH(stream_ready, is_own, NULL));
}
