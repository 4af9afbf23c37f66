/* SPDX-License-Identifier: MIT */
/* tcp_steps.h -- TCP (protocol/tcp/tcp.h) as the protocol of the kernel's connections: verified and
 * metered (tcp_step.bpf.c), or signed (../tcp_signed). Each operation is proven by itself, so that
 * what one has done is not followed into the next. */
#include "spin/extend.h"
#include "spin/services/stream/stream_step.h"

/* GCC would look at them with their callers. */
#if defined(__BPF__) && !defined(__clang__)
#include "protocol/bytes.h"
#undef APART
#define APART __attribute__((noipa))
#endif

/* NOLINTBEGIN(bugprone-suspicious-include) */
#include "protocol/tcp/tcp_congestion.c"
#include "protocol/tcp/tcp_gap.c"
#include "protocol/tcp/tcp_header.c"
#include "protocol/tcp/tcp_input.c"
#include "protocol/tcp/tcp_next.h"
#include "protocol/tcp/tcp_open.c"
#include "protocol/tcp/tcp_output.c"
#include "protocol/tcp/tcp_time.c"
/* NOLINTEND(bugprone-suspicious-include) */

_Static_assert(TCP_HEADER_MOST <= STREAM_HEADER, "what a segment has");

/* The header that has come, as numbers. */
APART bool step_get(struct stream_step *c NEVER_NULL) {
    UNLESS_THERE(c, false);
    return c->bytes <= UINT16_MAX && tcp_get(c->header, c->bytes, &c->heard);
}

static inline void put(struct stream_step *c, uint32_t i, const struct tcp_segment *s, uint32_t at,
                       uint32_t more) {
    struct stream_segment *to = &c->segment[masked(i, STREAM_SEGMENTS - 1)];
    to->header = tcp_put(to->byte, s);
    to->at = at;
    to->length = s->length;
    to->more = more;
    c->segments = i + 1;
}

APART uint32_t step_train(struct tcp *t NEVER_NULL, const struct tcp_segment *s NEVER_NULL) {
    UNLESS_THERE(t, 0);
    UNLESS_THERE(s, 0);
    return tcp_output_train(t, s, STREAM_TRAIN);
}

APART bool step_send(struct tcp *t NEVER_NULL, struct stream_step *c NEVER_NULL, uint32_t i) {
    UNLESS_THERE(t, false);
    UNLESS_THERE(c, false);
    struct tcp_segment s;
    uint32_t at;
    if (!tcp_output(t, c->now, &s, &at))
        return false;
    put(c, i, &s, at, step_train(t, &s));
    return true;
}

static void send(struct tcp *t, struct stream_step *c) {
    for (uint32_t i = 0; i < STREAM_SEGMENTS && step_send(t, c, i); i++)
        continue;
}

APART long step_user(struct tcp *t NEVER_NULL, struct stream_step *c NEVER_NULL) {
    UNLESS_THERE(t, 0);
    UNLESS_THERE(c, 0);
    if (c->flags & STREAM_NODELAY)
        t->flags |= TCP_IS_NODELAY;
    if (c->flags & STREAM_ORPHAN)
        t->flags |= TCP_IS_ORPHAN;
    if (c->written)
        tcp_write(t, c->written);
    if (c->room != t->room)
        tcp_room(t, c->room);
    if ((c->flags & STREAM_CLOSING) && !(t->flags & TCP_IS_CLOSING))
        tcp_close(t);
    return 1;
}

APART long step_refuse(struct stream_step *c NEVER_NULL) {
    struct tcp_segment reply;
    UNLESS_THERE(c, 0);
    if (step_get(c) && tcp_refuse(&c->heard, &reply))
        put(c, 0, &reply, 0, 0);
    return 1;
}

APART long step_abort(struct tcp *t NEVER_NULL, struct stream_step *c NEVER_NULL) {
    UNLESS_THERE(t, 0);
    UNLESS_THERE(c, 0);
    struct tcp_segment s;
    if (tcp_abort(t, &s))
        put(c, 0, &s, 0, 0);
    return 1;
}

/* Header prediction: whether it is the next data and nothing else. */
APART bool step_next(struct tcp *t NEVER_NULL, struct stream_step *c NEVER_NULL) {
    UNLESS_THERE(t, false);
    UNLESS_THERE(c, false);
    if (c->bytes < TCP_TIMED_HEADER || !tcp_get_timed(c->header, c->bytes, &c->heard) ||
        !tcp_is_next(t, &c->heard))
        return false;
    tcp_take_next(t, &c->heard, c->now);
    c->data = TCP_TIMED_HEADER;
    c->found.what = TCP_DATA;
    c->found.length = c->found.ready = c->heard.length;
    c->state = TCP_ESTABLISHED;
    c->may_go = 0;
    c->quiet = !t->wants;
    c->deadline = tcp_deadline(t);
    return true;
}

APART long step_input(struct tcp *t NEVER_NULL, struct stream_step *c NEVER_NULL) {
    UNLESS_THERE(t, 0);
    UNLESS_THERE(c, 0);
    if (!step_get(c))
        return 1;
    if (tcp_gives_way(t, &c->heard))
        return 0;
    c->data = c->bytes - c->heard.length;
    tcp_input(t, &c->heard, c->now, &c->found);
    return 1;
}

APART long step_begin(struct tcp *t NEVER_NULL, struct stream_step *c NEVER_NULL) {
    UNLESS_THERE(t, 0);
    UNLESS_THERE(c, 0);
    if (c->op == STREAM_OPENS) {
        tcp_open(t, &c->setup);
        return 1;
    }
    return step_get(c) && tcp_accept(t, &c->setup, &c->heard, c->now);
}

APART long step_timer(struct tcp *t NEVER_NULL, struct stream_step *c NEVER_NULL) {
    UNLESS_THERE(t, 0);
    UNLESS_THERE(c, 0);
    tcp_timer(t, c->now, &c->found);
    return 1;
}

INSTEAD(stream_step) long on_step(struct tcp *t, struct stream_step *c) {
    long done = 1;
    c->found = (struct tcp_event){0};
    c->segments = 0;
    if (c->op == STREAM_INPUT && step_next(t, c))
        return 1;
    if (c->op == STREAM_OUTPUT)
        step_user(t, c);
    else if (c->op == STREAM_INPUT)
        done = step_input(t, c);
    else if (c->op == STREAM_TIMER)
        step_timer(t, c);
    else if (c->op == STREAM_ABORTS)
        step_abort(t, c);
    else if (c->op == STREAM_REFUSES)
        step_refuse(c);
    else
        done = step_begin(t, c);
    if (done && c->op != STREAM_INPUT && c->op != STREAM_ABORTS && c->op != STREAM_REFUSES)
        send(t, c);
    c->state = t->state;
    c->may_go = tcp_may_go(t);
    c->quiet = !t->wants && t->snd_nxt == t->snd_max && t->snd_max == t->snd_end;
    c->deadline = tcp_deadline(t);
    return done;
}
