/* SPDX-License-Identifier: MIT */
/* A connection's clock: how long a round takes (RFC 6298), and what is due when. */
#include "tcp_own.h"

static uint64_t bounded(uint64_t ns) {
    return ns < TCP_RTO_LEAST ? TCP_RTO_LEAST : ns > TCP_RTO_MOST ? TCP_RTO_MOST : ns;
}

/* At first until a probe, which makes it a timeout. */
void tcp_round_again(struct tcp *t) {
    t->rto = t->srtt ? t->srtt + 4 * t->rttvar + TCP_PROBE : TCP_RTO_FIRST;
}

void tcp_round_took(struct tcp *t, uint64_t ns) {
    if (!t->srtt) {
        t->srtt = ns | 1;
        t->rttvar = ns / 2;
    } else {
        uint64_t off = t->srtt > ns ? t->srtt - ns : ns - t->srtt;
        t->rttvar = t->rttvar - t->rttvar / 4 + off / 4;
        t->srtt = (t->srtt - t->srtt / 8 + ns / 8) | 1;
    }
    tcp_round_again(t);
}

void tcp_arm(struct tcp *t, uint64_t now, bool again) {
    if (t->state == TCP_TIME_WAIT || t->state == TCP_CLOSED)
        return;
    bool waits = t->snd_una != t->snd_end + !!(t->flags & TCP_IS_CLOSING);
    if (waits) {
        if (again || !t->main_at)
            t->main_at = now + t->rto;
    } else if (t->state != TCP_FIN_WAIT_2 || !(t->flags & TCP_IS_ORPHAN)) {
        t->main_at = 0;
    } else if (!t->main_at) {
        t->main_at = now + TCP_2MSL;
    }
}

void tcp_enter_time_wait(struct tcp *t, uint64_t now) {
    t->state = TCP_TIME_WAIT;
    t->main_at = now + TCP_2MSL;
}

bool tcp_may_go(const struct tcp *t) {
    bool waits = t->snd_una != t->snd_end + !!(t->flags & TCP_IS_CLOSING);
    return t->state == TCP_TIME_WAIT || t->state == TCP_CLOSED || (t->flags & TCP_IS_ORPHAN) ||
           (waits && t->rto >= TCP_RTO_MOST / 2);
}

uint64_t tcp_deadline(const struct tcp *t) {
    uint64_t at = UINT64_MAX;
    if (t->state == TCP_CLOSED)
        return at;
    if (t->main_at)
        at = t->main_at;
    if (t->ack_at && t->ack_at < at)
        at = t->ack_at;
    if (t->keep && t->heard_at + t->keep < at)
        at = t->heard_at + t->keep;
    return at;
}

/* A tail loss probe (after RFC 8985, 7): of what is last in flight nobody tells that it is lost, so
 * the first of it goes again, once, before a timeout. It is the one that goes, and not the last:
 * without selective acknowledgements that alone says what is lost. Two segments would have been
 * acknowledged at once, so a loss is sure where there are as many. */
bool tcp_probe(struct tcp *t, uint64_t now) {
    UNLESS_THERE(t, false);
    if (t->state < TCP_ESTABLISHED || (t->retries && DEFENDED(TCP_TAIL_ONCE)) || !t->snd_wnd ||
        t->snd_una == t->snd_max || !DEFENDED(TCP_TAIL))
        return false;
    const bool one = tcp_flight(t) <= t->mss && DEFENDED(TCP_TAIL_ONE);
    if (one && now < t->sent_at + TCP_PROBE_ONE) {
        t->main_at = t->sent_at + TCP_PROBE_ONE;
        return true;
    }
    t->retries = 1;
    if (DEFENDED(TCP_KARN))
        t->flags &= (uint16_t)~TCP_IS_TIMING;
    t->wants |= TCP_WANTS_FIRST;
    if (!one)
        tcp_congestion_probe(t);
    t->rto = bounded(t->rto);
    t->main_at = now + t->rto;
    return true;
}

/* Nothing was heard for a time: again what the peer lacks, or a byte beyond its window of 0. */
static void try_again(struct tcp *t, uint64_t now, struct tcp_event *e) {
    uint32_t tries = t->state <= TCP_SYN_RECEIVED ? TCP_SYN_TRIES : TCP_TRIES;
    if (t->retries >= tries) {
        tcp_end(t, e, TCP_TIMEOUT);
        return;
    }
    t->retries++;
    t->rto = bounded(2 * t->rto);
    if (DEFENDED(TCP_KARN))
        t->flags &= (uint16_t)~TCP_IS_TIMING; /* Karn: what is sent twice is not timed */
    if (t->snd_una != t->snd_max)
        tcp_congestion_timeout(t);
    t->snd_nxt = t->snd_una;
    if (t->state > TCP_SYN_RECEIVED && t->snd_una != t->snd_end)
        t->wants |= TCP_WANTS_PROBE;
    t->main_at = now + t->rto;
}

static void keep_alive(struct tcp *t, uint64_t now, struct tcp_event *e) {
    if (t->retries >= TCP_TRIES) {
        tcp_end(t, e, TCP_TIMEOUT);
        return;
    }
    if (t->snd_una == t->snd_max) {
        t->retries++;
        t->wants |= TCP_WANTS_KEEP;
    }
    t->heard_at = now;
}

void tcp_timer(struct tcp *t, uint64_t now, struct tcp_event *e) {
    *e = (struct tcp_event){0};
    if (t->state == TCP_CLOSED)
        return;
    if (t->ack_at && now >= t->ack_at) {
        t->ack_at = 0;
        t->wants |= TCP_WANTS_ACK;
    }
    if (t->main_at && now >= t->main_at) {
        if (t->state == TCP_TIME_WAIT || (t->state == TCP_FIN_WAIT_2 && t->snd_una == t->snd_max))
            tcp_end(t, e, TCP_GONE);
        else if (!tcp_probe(t, now))
            try_again(t, now, e);
    }
    if (t->state > TCP_SYN_RECEIVED && t->state < TCP_TIME_WAIT && t->keep &&
        now >= t->heard_at + t->keep)
        keep_alive(t, now, e);
}
