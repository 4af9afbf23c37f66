/* SPDX-License-Identifier: MIT */
/* What a connection sends next (RFC 9293, 3.8.6.2.1: when to send data). */
#include "tcp_own.h"

/* The window to announce: it grows by a segment or half of the buffer, or not at all (RFC 9293,
 * 3.8.6.2.2), and what was announced is never taken back. */
static uint32_t window(struct tcp *t) {
    uint32_t open = t->rcv_adv - t->rcv_nxt;
    uint32_t step = DEFENDED(TCP_SILLY) ? least(t->rcv_most / 2, t->mss_in) : 1;
    if (t->room > open && t->room - open >= step)
        open = t->room;
    uint32_t said = least(open >> t->rcv_scale, UINT16_MAX);
    uint32_t right = t->rcv_nxt + (said << t->rcv_scale);
    if (before(t->rcv_adv, right) || !DEFENDED(TCP_NOT_BACK))
        t->rcv_adv = right;
    return said;
}

static void fill(struct tcp *t, uint64_t now, struct tcp_segment *s, uint32_t seq, uint8_t flags) {
    *s = (struct tcp_segment){
        .source = t->source,
        .target = t->target,
        .seq = seq,
        .ack = t->rcv_nxt,
        .flags = flags | TCP_ACK,
        .window = window(t),
    };
    if (t->flags & TCP_IS_TIMED) {
        s->options = TCP_HAS_TIME;
        s->time = tcp_ticks(t, now);
        s->echo = t->ts_recent;
    }
    t->wants &= (uint8_t)~TCP_WANTS_ACK;
    t->ack_at = 0;
    t->unacked = 0;
    t->last_ack = t->rcv_nxt;
}

/* After `s` went, which ends before `end`. */
static void went(struct tcp *t, uint64_t now, uint32_t end) {
    if (before(t->snd_max, end)) {
        if (!(t->flags & (TCP_IS_TIMED | TCP_IS_TIMING))) {
            t->flags |= TCP_IS_TIMING;
            t->rtt_seq = end;
            t->rtt_at = now;
        }
        t->snd_max = end;
    }
    if (before(t->snd_nxt, end))
        t->snd_nxt = end;
    t->sent_at = now;
    tcp_arm(t, now, false);
}

static bool output_syn(struct tcp *t, uint64_t now, struct tcp_segment *s) {
    if (t->snd_nxt != t->iss)
        return false;
    bool active = t->state == TCP_SYN_SENT;
    fill(t, now, s, t->iss, TCP_SYN);
    s->window = least(t->room, UINT16_MAX);
    s->options = TCP_HAS_MSS;
    s->mss = t->mss_in;
    s->scale = t->rcv_scale;
    if (active || (t->flags & TCP_IS_SCALED))
        s->options |= TCP_HAS_SCALE;
    if (active || (t->flags & TCP_IS_TIMED))
        s->options |= TCP_HAS_TIME;
    s->time = tcp_ticks(t, now);
    if (active)
        s->flags = TCP_SYN;
    went(t, now, t->iss + 1);
    return true;
}

/* How many bytes may go from `from` on, by both windows. */
static uint32_t allowed(const struct tcp *t, uint32_t from) {
    uint32_t limited = t->duplicates < 3 ? t->duplicates : 0; /* RFC 3042 */
    uint32_t most_out = least(t->cwnd + limited * t->mss, t->snd_wnd);
    uint32_t used = from - t->snd_una;
    return used < most_out ? least(most_out - used, t->mss) : 0;
}

/* Whether so few bytes are worth a segment (Nagle's algorithm, and the sender's side of the silly
 * window); they are all that wait, or fill what is allowed. */
static bool worth(const struct tcp *t, uint32_t from, uint32_t length, uint32_t waiting) {
    if (!length)
        return false;
    if (length == t->mss || before(from, t->snd_max) || length >= t->snd_wnd_most / 2)
        return true;
    return length == waiting &&
           (!DEFENDED(TCP_SMALL) || (t->flags & TCP_IS_NODELAY) || t->snd_una == t->snd_max);
}

/* Data, a FIN, or both. */
static bool output_data(struct tcp *t, uint64_t now, struct tcp_segment *s, uint32_t *at) {
    uint32_t from = t->wants & TCP_WANTS_FIRST ? t->snd_una : t->snd_nxt;
    uint32_t waiting = before(from, t->snd_end) ? t->snd_end - from : 0;
    uint32_t length = least(waiting, allowed(t, from));
    if ((t->wants & TCP_WANTS_PROBE) && waiting && !length)
        length = 1;
    bool fin = (t->flags & TCP_IS_CLOSING) && length == waiting && !before(t->snd_end, from);
    bool forced = (t->wants & (TCP_WANTS_FIRST | TCP_WANTS_PROBE)) && length;
    t->wants &= (uint8_t) ~(TCP_WANTS_FIRST | TCP_WANTS_PROBE);
    if (!forced && !fin && !worth(t, from, length, waiting))
        return false;
    fill(t, now, s, from, 0);
    s->length = length;
    if (length == waiting && length)
        s->flags |= TCP_PSH;
    if (fin)
        s->flags |= TCP_FIN;
    *at = from - t->snd_una;
    went(t, now, from + length + fin);
    return true;
}

bool tcp_output(struct tcp *t, uint64_t now, struct tcp_segment *s, uint32_t *at) {
    *at = 0;
    if (t->state == TCP_CLOSED)
        return false;
    if (t->state <= TCP_SYN_RECEIVED)
        return output_syn(t, now, s);
    if (t->state != TCP_TIME_WAIT) {
        if (t->sent_at && now - t->sent_at > TCP_RTO_LEAST && now - t->sent_at > t->rto)
            tcp_congestion_idle(t);
        if (output_data(t, now, s, at))
            return true;
        tcp_arm(t, now, false);
    }
    bool keep = t->wants & TCP_WANTS_KEEP;
    if (!keep && !(t->wants & TCP_WANTS_ACK))
        return false;
    /* An acknowledgement without data has the number of what comes next, as the peer sees it; one
     * that asks for an answer a number that the peer has. */
    t->wants &= (uint8_t)~TCP_WANTS_KEEP;
    fill(t, now, s, keep ? t->snd_una - 1 : tcp_seen_next(t), 0);
    return true;
}

void tcp_room(struct tcp *t, uint32_t room) {
    uint32_t open = t->rcv_adv - t->rcv_nxt;
    t->room = room;
    if (t->state >= TCP_ESTABLISHED && t->state <= TCP_FIN_WAIT_2 && room > open &&
        room - open >= least(t->rcv_most / 2, 2u * t->mss_in))
        t->wants |= TCP_WANTS_ACK;
}
