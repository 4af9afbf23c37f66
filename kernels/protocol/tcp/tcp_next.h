/* SPDX-License-Identifier: MIT */
/* tcp_next.h -- the short way of what most segments of a stream are: the next one, with data and
 * nothing else that is new (Jacobson's header prediction). Whoever asks here first does what
 * tcp_input and tcp_output would do; the tests compare them at each segment. */
#ifndef PROTOCOL_TCP_NEXT_H
#define PROTOCOL_TCP_NEXT_H

#include "tcp_own.h"
#include "../wire.h"

/* A header that has a time (RFC 7323, appendix A), and nothing else behind it. */
enum { TCP_TIMED_HEADER = 32 };

/* What tcp_get says of a segment of `bytes` bytes, at least TCP_TIMED_HEADER; false: its header is
 * another one. */
static inline bool tcp_get_timed(const uint8_t *h, uint32_t bytes, struct tcp_segment *s) {
    if (h[12] >> 4 != TCP_TIMED_HEADER / 4 || wire_get32(h + 20) != 0x0101080a)
        return false;
    *s = (struct tcp_segment){
        .source = (uint16_t)wire_get16(h),
        .target = (uint16_t)wire_get16(h + 2),
        .seq = wire_get32(h + 4),
        .ack = wire_get32(h + 8),
        .flags = h[13] & 0x3f,
        .window = wire_get16(h + 14),
        .length = bytes - TCP_TIMED_HEADER,
        .time = wire_get32(h + 24),
        .echo = wire_get32(h + 28),
        .options = TCP_HAS_TIME,
    };
    return true;
}

/* Whether a segment is data that come next, all of them fit, and of what we sent nothing is on its
 * way or waits. */
static inline bool tcp_is_next(const struct tcp *t, const struct tcp_segment *s) {
    return t->state == TCP_ESTABLISHED && s->seq == t->rcv_nxt && s->length &&
           s->length <= t->rcv_adv - t->rcv_nxt && s->ack == t->snd_una && s->ack == t->snd_end &&
           (s->flags & ~TCP_PSH) == TCP_ACK && s->window << t->snd_scale == t->snd_wnd &&
           (t->flags & (TCP_IS_TIMED | TCP_IS_FIN_IN | TCP_IS_ORPHAN)) == TCP_IS_TIMED &&
           (s->options & TCP_HAS_TIME) && !before(s->time, t->ts_recent) && !tcp_is_gap(t, 0);
}

/* Whether a header is another's but for number and sum; both have TCP_TIMED_HEADER bytes. */
static inline bool tcp_is_like(const uint8_t *h, const uint8_t *other) {
    return !((wire_load32(h) ^ wire_load32(other)) | (wire_load64(h + 8) ^ wire_load64(other + 8)) |
             (wire_load64(h + 18) ^ wire_load64(other + 18)) |
             (wire_load64(h + 24) ^ wire_load64(other + 24)));
}

/* tcp_is_next, of one that is so like the segment that was next and was taken, where nothing else
 * has happened to the connection since. */
static inline bool tcp_is_next_like(const struct tcp *t, const struct tcp_segment *s) {
    return s->seq == t->rcv_nxt && s->length <= t->rcv_adv - t->rcv_nxt;
}

/* It arrives: s->length bytes more are in order. */
static inline void tcp_take_next(struct tcp *t, const struct tcp_segment *s, uint64_t now) {
    if (!before(t->last_ack, s->seq)) {
        t->ts_recent = s->time;
        t->ts_recent_at = now;
    }
    if (before(t->snd_wl1, s->seq) || (t->snd_wl1 == s->seq && !before(s->ack, t->snd_wl2))) {
        t->snd_wl1 = s->seq;
        t->snd_wl2 = s->ack;
    }
    t->heard_at = now;
    t->retries = 0;
    t->main_at = 0;
    t->rcv_nxt += s->length;
    t->room -= s->length;
    if (++t->unacked >= 2)
        t->wants |= TCP_WANTS_ACK;
    else if (!t->ack_at)
        t->ack_at = now + TCP_ACK_AFTER;
}

/* Behind a whole segment of data that tcp_output gave now: the next one is as that was, but for its
 * number, also where an end follows the data: it is in none but the last. Its data begin `*at`
 * bytes behind the send buffer's first. False: ask tcp_output. */
static inline bool tcp_output_next(struct tcp *t, struct tcp_segment *s, uint32_t *at) {
    uint32_t from = t->snd_nxt, used = from - t->snd_una, most_out = least(t->cwnd, t->snd_wnd);
    if (t->state < TCP_ESTABLISHED || t->wants || t->duplicates || from != t->snd_max ||
        from != s->seq + s->length || s->length != t->mss || !(t->flags & TCP_IS_TIMED) ||
        !before(from + s->length, t->snd_end) || used > most_out || most_out - used < t->mss)
        return false;
    *at = used;
    s->seq = from;
    t->snd_nxt = t->snd_max = from + s->length;
    return true;
}

/* Behind such a segment: how many more of the kind may go, `most` at most. Each is as it was, but
 * for its number, which is so many bytes further on; tcp_output_next, as often. */
static inline uint32_t tcp_output_train(struct tcp *t, const struct tcp_segment *s, uint32_t most) {
    uint32_t from = t->snd_nxt, used = from - t->snd_una, most_out = least(t->cwnd, t->snd_wnd);
    if (t->state < TCP_ESTABLISHED || t->wants || t->duplicates || from != t->snd_max ||
        from != s->seq + s->length || !s->length || s->length != t->mss ||
        !(t->flags & TCP_IS_TIMED) || !before(from, t->snd_end) || used > most_out)
        return 0;
    uint32_t whole = least(t->snd_end - from - 1, most_out - used) / s->length;
    uint32_t count = least(whole, most);
    t->snd_nxt = t->snd_max = from + count * s->length;
    return count;
}

/* What tcp_output_next said did not go after all. */
static inline void tcp_output_undo(struct tcp *t, const struct tcp_segment *s) {
    t->snd_nxt = t->snd_max = s->seq;
}

#endif
