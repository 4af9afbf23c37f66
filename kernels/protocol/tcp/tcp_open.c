/* SPDX-License-Identifier: MIT */
/* How a connection begins and ends (RFC 9293, 3.5, 3.6 and 3.10). */
#include "tcp_own.h"

#define MSS_UNSAID 536 /* RFC 9293, 3.7.1 */
#define MSS_LEAST  64  /* of what a peer may ask for: less would be an attack on us */
#define TIME_BYTES 12  /* of a header, for its timestamps */

void tcp_begin(struct tcp *t, const struct tcp_setup *how) {
    *t = (struct tcp){
        .source = how->source,
        .target = how->target,
        .mss = how->mss,
        .mss_in = how->mss,
        .iss = how->iss,
        .snd_una = how->iss,
        .snd_nxt = how->iss,
        .snd_max = how->iss,
        .snd_end = how->iss + 1,
        .room = how->room,
        .rcv_most = how->room,
        .ts_offset = how->ts_offset,
        .rto = TCP_RTO_FIRST,
    };
    while (how->room >> t->rcv_scale > UINT16_MAX)
        t->rcv_scale++;
}

void tcp_open(struct tcp *t, const struct tcp_setup *how) {
    tcp_begin(t, how);
    t->state = TCP_SYN_SENT;
}

void tcp_agree(struct tcp *t, const struct tcp_segment *syn, uint64_t now) {
    t->irs = syn->seq;
    t->rcv_nxt = syn->seq + 1;
    t->rcv_adv = t->rcv_nxt + least(t->room, UINT16_MAX);
    t->last_ack = t->rcv_nxt;
    uint32_t mss = syn->options & TCP_HAS_MSS ? syn->mss : MSS_UNSAID;
    t->mss = (uint16_t)least(t->mss_in, most(mss, MSS_LEAST));
    if (syn->options & TCP_HAS_TIME) {
        t->flags |= TCP_IS_TIMED;
        t->ts_recent = syn->time;
        t->ts_recent_at = now;
        t->mss -= TIME_BYTES;
    }
    if (syn->options & TCP_HAS_SCALE) {
        t->flags |= TCP_IS_SCALED;
        t->snd_scale = syn->scale;
    } else {
        t->rcv_scale = 0;
    }
    t->snd_wnd = t->snd_wnd_most = syn->window; /* that of a SYN is never scaled */
    t->snd_wl1 = syn->seq;
    t->snd_wl2 = t->iss;
    tcp_congestion_start(t);
}

bool tcp_accept(struct tcp *t, const struct tcp_setup *how, const struct tcp_segment *s,
                uint64_t now) {
    if ((s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
        return false;
    tcp_begin(t, how);
    t->state = TCP_SYN_RECEIVED;
    t->flags = TCP_IS_PASSIVE;
    t->heard_at = now;
    tcp_agree(t, s, now);
    return true;
}

bool tcp_write(struct tcp *t, uint32_t bytes) {
    bool may =
        t->state >= TCP_SYN_SENT && t->state <= TCP_CLOSE_WAIT && !(t->flags & TCP_IS_CLOSING);
    if (may)
        t->snd_end += bytes;
    return may;
}

void tcp_close(struct tcp *t) {
    if (t->state == TCP_SYN_SENT)
        t->state = TCP_CLOSED;
    else if (t->state == TCP_ESTABLISHED)
        t->state = TCP_FIN_WAIT_1;
    else if (t->state == TCP_CLOSE_WAIT)
        t->state = TCP_LAST_ACK;
    t->flags |= TCP_IS_CLOSING;
}

bool tcp_abort(struct tcp *t, struct tcp_segment *s) {
    bool tell = t->state >= TCP_SYN_RECEIVED && t->state <= TCP_LAST_ACK;
    *s = (struct tcp_segment){
        .source = t->source,
        .target = t->target,
        .seq = tcp_seen_next(t),
        .ack = t->rcv_nxt,
        .flags = TCP_RST | TCP_ACK,
    };
    t->state = TCP_CLOSED;
    return tell;
}

bool tcp_gives_way(const struct tcp *t, const struct tcp_segment *s) {
    if (t->state != TCP_TIME_WAIT || (s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
        return false;
    if ((t->flags & TCP_IS_TIMED) && (s->options & TCP_HAS_TIME))
        return before(t->ts_recent, s->time);
    return before(t->rcv_nxt, s->seq);
}
