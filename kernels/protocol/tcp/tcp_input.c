/* SPDX-License-Identifier: MIT */
/* A segment arrives (RFC 9293, 3.10.7). */
#include "tcp_own.h"

#define PAWS_DAYS (24 * 24 * 3600 * TCP_SECOND) /* RFC 7323, 5.5 */
enum { CHALLENGES = 10 };                       /* a second */

/* An acknowledgement to a segment that may be an attack (RFC 5961), or that two confused peers
 * would answer for ever: not too often. */
static void challenge(struct tcp *t, uint64_t now) {
    if (now - t->challenge_at >= TCP_SECOND || !t->challenges) {
        t->challenge_at = now;
        t->challenges = 0;
    }
    if (t->challenges < CHALLENGES || !DEFENDED(TCP_CHALLENGES)) {
        t->challenges++;
        t->wants |= TCP_WANTS_ACK;
    }
}

static void establish(struct tcp *t, struct tcp_event *e) {
    t->state = t->flags & TCP_IS_CLOSING ? TCP_FIN_WAIT_1 : TCP_ESTABLISHED;
    e->what |= TCP_OPENED;
}

/* --- Is it one of ours? --- */

/* RFC 9293, 3.10.7.4, first; of a window of 0 the data are not taken, but what else it says is. */
static bool acceptable(const struct tcp *t, const struct tcp_segment *s) {
    uint32_t length = s->length + !!(s->flags & TCP_SYN) + !!(s->flags & TCP_FIN);
    if (!DEFENDED(TCP_WINDOW))
        return true;
    if (t->rcv_adv == t->rcv_nxt)
        return s->seq == t->rcv_nxt;
    if (!length)
        return !before(s->seq, t->rcv_nxt) && !before(t->rcv_adv, s->seq);
    return before(s->seq, t->rcv_adv) && before(t->rcv_nxt, s->seq + length);
}

/* Timestamps refuse what is old although its number fits (RFC 7323, 5.3). */
static bool timely(struct tcp *t, const struct tcp_segment *s, uint64_t now) {
    if (!(t->flags & TCP_IS_TIMED) || (s->flags & TCP_RST))
        return true;
    if (!(s->options & TCP_HAS_TIME))
        return false;
    if (!DEFENDED(TCP_OLD_TIME) || !before(s->time, t->ts_recent) ||
        now - t->ts_recent_at > PAWS_DAYS)
        return true;
    challenge(t, now);
    return false;
}

/* A connection begun by both: the peer's SYN may come once more, with the ACK. Without it, our
 * answer to it was lost. True: the segment is done with. */
static bool syn_again(struct tcp *t, struct tcp_segment *s) {
    if (t->state != TCP_SYN_RECEIVED || s->seq != t->irs ||
        (s->flags & (TCP_SYN | TCP_RST)) != TCP_SYN)
        return false;
    s->seq++;
    s->flags &= (uint8_t)~TCP_SYN;
    if (!(s->flags & TCP_ACK))
        t->snd_nxt = t->iss;
    return !(s->flags & TCP_ACK);
}

static bool passes(struct tcp *t, struct tcp_segment *s, uint64_t now, struct tcp_event *e) {
    if (!timely(t, s, now) || syn_again(t, s))
        return false;
    if (!acceptable(t, s)) {
        if (!(s->flags & TCP_RST))
            challenge(t, now);
        if (t->state == TCP_TIME_WAIT && (s->flags & TCP_FIN))
            tcp_enter_time_wait(t, now);
        return false;
    }
    if ((t->flags & TCP_IS_TIMED) && (s->options & TCP_HAS_TIME) && !before(t->last_ack, s->seq)) {
        t->ts_recent = s->time;
        t->ts_recent_at = now;
    }
    if (s->flags & TCP_RST) {
        /* In TIME_WAIT it would let old segments into the next connection (RFC 1337). */
        if (DEFENDED(TCP_RESET) && s->seq != t->rcv_nxt)
            challenge(t, now);
        else if (!DEFENDED(TCP_WAIT_RESET) || t->state != TCP_TIME_WAIT)
            tcp_end(t, e, TCP_RESET);
        return false;
    }
    if (s->flags & TCP_SYN) {
        if (DEFENDED(TCP_SYN))
            challenge(t, now);
        else
            tcp_end(t, e, TCP_RESET);
    }
    return (s->flags & (TCP_SYN | TCP_ACK)) == TCP_ACK;
}

/* --- The acknowledgement --- */

static void measure(struct tcp *t, const struct tcp_segment *s, uint64_t now) {
    if (t->flags & TCP_IS_TIMED) {
        uint32_t ticks = tcp_ticks(t, now) - s->echo;
        if ((s->options & TCP_HAS_TIME) && ticks < 1u << 20)
            tcp_round_took(t, (uint64_t)ticks << 20);
    } else if ((t->flags & TCP_IS_TIMING) && !before(s->ack, t->rtt_seq)) {
        t->flags &= (uint16_t)~TCP_IS_TIMING;
        tcp_round_took(t, now - t->rtt_at);
    }
}

static void take_new(struct tcp *t, const struct tcp_segment *s, uint64_t now,
                     struct tcp_event *e) {
    uint32_t acked = s->ack - t->snd_una;
    measure(t, s, now);
    uint32_t data = acked - (t->snd_una == t->iss);
    if (tcp_fin_sent(t) && s->ack == t->snd_max)
        data--;
    if (data) {
        tcp_congestion_acked(t, data, s->ack);
        e->what |= TCP_ACKED;
        e->acked = data;
    }
    t->snd_una = s->ack;
    if (before(t->snd_nxt, t->snd_una))
        t->snd_nxt = t->snd_una;
}

static void take_window(struct tcp *t, const struct tcp_segment *s) {
    if (DEFENDED(TCP_OLD_WINDOW) && !before(t->snd_wl1, s->seq) &&
        (t->snd_wl1 != s->seq || before(s->ack, t->snd_wl2)))
        return;
    uint32_t window = s->window;
    if (window && !t->snd_wnd) {
        /* What waited for it begins anew, with the bytes that probed it: they were not taken. */
        tcp_round_again(t);
        t->snd_nxt = t->snd_una;
        t->main_at = 0;
    }
    t->snd_wnd = window;
    t->snd_wnd_most = most(t->snd_wnd_most, window);
    t->snd_wl1 = s->seq;
    t->snd_wl2 = s->ack;
}

/* RFC 5681, 2: what makes an acknowledgement a duplicate. */
static bool is_duplicate(const struct tcp *t, const struct tcp_segment *s) {
    return s->ack == t->snd_una && !s->length && !(s->flags & TCP_FIN) &&
           t->snd_una != t->snd_max && t->snd_wnd && s->window == t->snd_wnd;
}

/* Our FIN has arrived. */
static void fin_acked(struct tcp *t, uint64_t now, struct tcp_event *e) {
    if (t->state == TCP_FIN_WAIT_1) {
        t->state = TCP_FIN_WAIT_2;
        t->main_at = 0;
    } else if (t->state == TCP_CLOSING) {
        tcp_enter_time_wait(t, now);
    } else if (t->state == TCP_LAST_ACK) {
        tcp_end(t, e, TCP_GONE);
    }
}

static bool take_ack(struct tcp *t, const struct tcp_segment *s, uint64_t now,
                     struct tcp_event *e) {
    if (t->state == TCP_SYN_RECEIVED) {
        if (!before(t->snd_una, s->ack) || before(t->snd_max, s->ack)) {
            e->what |= TCP_REFUSE;
            return false;
        }
        establish(t, e);
    }
    /* RFC 5961, 5.2: neither of what was not sent yet, nor older than a window. */
    uint32_t sent = DEFENDED(TCP_LATE_ACK) ? t->snd_max : t->snd_nxt;
    bool unsent = DEFENDED(TCP_UNSENT) && before(sent, s->ack);
    bool old = DEFENDED(TCP_OLD_ACK) && before(s->ack, t->snd_una - t->snd_wnd_most);
    if (unsent || old) {
        challenge(t, now);
        return false;
    }
    bool fresh = before(t->snd_una, s->ack);
    if (fresh || (DEFENDED(TCP_ZERO_WINDOW) && !t->snd_wnd) || t->snd_una == t->snd_max)
        t->retries = 0;
    if (fresh)
        take_new(t, s, now, e);
    else if (is_duplicate(t, s))
        tcp_congestion_duplicate(t);
    if (!before(s->ack, t->snd_una))
        take_window(t, s);
    if (tcp_fin_sent(t) && t->snd_una == t->snd_max)
        fin_acked(t, now, e);
    tcp_arm(t, now, fresh);
    return t->state != TCP_CLOSED;
}

/* --- The data --- */

/* The event's `length` bytes have the number `seq`, and are to be kept, if there is a place. */
static void store(struct tcp *t, uint32_t seq, uint64_t now, struct tcp_event *e) {
    uint32_t first = t->rcv_nxt, length = e->length;
    bool holes = tcp_is_gap(t, 0);
    if (seq == first) {
        t->rcv_nxt += length;
        tcp_gaps_close(t);
    } else if (!tcp_gap_add(t, seq, seq + length)) {
        t->wants |= TCP_WANTS_ACK;
        e->from = e->length = 0;
        return;
    }
    e->what |= TCP_DATA;
    e->at = seq - first;
    e->ready = t->rcv_nxt - first;
    t->room -= e->ready;
    /* Every second segment, and what tells of a loss or its end, is acknowledged at once (RFC 5681,
     * 4.2). */
    if (holes || seq != first || ++t->unacked >= 2)
        t->wants |= TCP_WANTS_ACK;
    else if (!t->ack_at)
        t->ack_at = now + TCP_ACK_AFTER;
}

static void take_fin(struct tcp *t, uint64_t now, struct tcp_event *e) {
    t->rcv_nxt++;
    if (t->rcv_adv == t->rcv_fin)
        t->rcv_adv++;
    t->wants |= TCP_WANTS_ACK;
    e->what |= TCP_ENDED;
    if (t->state == TCP_ESTABLISHED)
        t->state = TCP_CLOSE_WAIT;
    else if (t->state == TCP_FIN_WAIT_1)
        t->state = TCP_CLOSING;
    else
        tcp_enter_time_wait(t, now);
}

static void take_data(struct tcp *t, const struct tcp_segment *s, uint64_t now,
                      struct tcp_event *e) {
    if (t->state >= TCP_CLOSE_WAIT)
        return;
    uint32_t seq = s->seq, length = s->length, from = 0;
    bool fin = s->flags & TCP_FIN;
    if (before(seq, t->rcv_nxt)) {
        from = least(t->rcv_nxt - seq, length);
        seq += from;
        length -= from;
        t->wants |= TCP_WANTS_ACK;
    }
    uint32_t right = t->flags & TCP_IS_FIN_IN ? t->rcv_fin : t->rcv_adv;
    uint32_t fits = before(seq, right) ? right - seq : 0;
    if (DEFENDED(TCP_FITS) && length > fits) {
        length = fits;
        fin = false;
        t->wants |= TCP_WANTS_ACK;
    }
    bool last = !DEFENDED(TCP_FIN_LAST) || !tcp_gap_beyond(t, seq + length);
    if (fin && !(t->flags & TCP_IS_FIN_IN) && last) {
        t->flags |= TCP_IS_FIN_IN;
        t->rcv_fin = seq + length;
    }
    if (length) {
        e->from = from;
        e->length = length;
        store(t, seq, now, e);
    }
    if (t->flags & TCP_IS_FIN_IN && t->rcv_nxt == t->rcv_fin)
        take_fin(t, now, e);
}

/* --- Together --- */

/* RFC 9293, 3.10.7.3. */
static bool input_syn_sent(struct tcp *t, struct tcp_segment *s, uint64_t now,
                           struct tcp_event *e) {
    bool ack = s->flags & TCP_ACK;
    if (ack && (!before(t->iss, s->ack) || before(t->snd_max, s->ack))) {
        e->what |= TCP_REFUSE;
        return false;
    }
    if (s->flags & TCP_RST) {
        if (ack || !DEFENDED(TCP_RESET_SYN_SENT))
            tcp_end(t, e, TCP_RESET);
        return false;
    }
    if (!(s->flags & TCP_SYN))
        return false;
    tcp_agree(t, s, now);
    t->heard_at = now;
    t->wants |= TCP_WANTS_ACK;
    if (!ack) { /* both open at once */
        t->state = TCP_SYN_RECEIVED;
        t->snd_nxt = t->iss;
        return false;
    }
    establish(t, e);
    s->seq++;
    s->flags &= (uint8_t)~TCP_SYN;
    return true;
}

void tcp_input(struct tcp *t, const struct tcp_segment *arrived, uint64_t now,
               struct tcp_event *e) {
    struct tcp_segment s = *arrived;
    *e = (struct tcp_event){0};
    if (!(s.flags & TCP_SYN))
        s.window <<= t->snd_scale;
    if (t->state == TCP_CLOSED) {
        e->what = TCP_REFUSE;
        return;
    }
    if (!(t->state == TCP_SYN_SENT ? input_syn_sent(t, &s, now, e) : passes(t, &s, now, e)))
        return;
    t->heard_at = now;
    if (take_ack(t, &s, now, e))
        take_data(t, &s, now, e);
}
