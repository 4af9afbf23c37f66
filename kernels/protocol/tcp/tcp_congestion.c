/* SPDX-License-Identifier: MIT */
/* How much may be on its way: slow start, congestion avoidance, fast retransmit and recovery (RFC
 * 5681), NewReno (RFC 6582). All windows are in bytes. */
#include "tcp_own.h"

#define CWND_MOST (1u << 30)

/* RFC 6928, 2. */
static uint32_t initial(const struct tcp *t) {
    return least(10u * t->mss, most(2u * t->mss, 14600));
}

void tcp_congestion_start(struct tcp *t) {
    t->cwnd = initial(t);
    t->ssthresh = CWND_MOST;
    t->recover = t->iss;
}

bool tcp_congestion_idle(struct tcp *t) {
    UNLESS_THERE(t, false);
    if (!tcp_flight(t))
        t->cwnd = least(t->cwnd, initial(t));
    return true;
}

static void half(struct tcp *t) {
    t->ssthresh = most(tcp_flight(t) / 2, 2u * t->mss);
    t->grown = 0;
}

static void grow(struct tcp *t, uint32_t acked) {
    if (t->cwnd < t->ssthresh) {
        /* Of what one acknowledgement tells of eight segments count: whose acknowledges all that
         * came together tells of many (RFC 9406, 4.2, without pacing). */
        t->cwnd += least(acked, 8u * t->mss);
    } else {
        /* A segment a round, counted in bytes: 5681's equation 2 in the form it recommends. */
        t->grown += acked;
        if (t->grown >= t->cwnd) {
            t->grown -= t->cwnd;
            t->cwnd += t->mss;
        }
    }
    t->cwnd = least(t->cwnd, CWND_MOST);
}

/* `acked` bytes arrived for the first time, all before `ack`; snd_una is not moved yet. */
void tcp_congestion_acked(struct tcp *t, uint32_t acked, uint32_t ack) {
    t->duplicates = 0;
    if (!(t->flags & TCP_IS_RECOVERING)) {
        grow(t, acked);
    } else if (before(ack, t->recover)) {
        /* A part: the next one is lost, too (RFC 6582, 3.2, step 3). */
        t->cwnd -= least(acked, t->cwnd - t->mss);
        if (acked >= t->mss)
            t->cwnd += t->mss;
        t->wants |= TCP_WANTS_FIRST;
    } else {
        uint32_t left = t->snd_max - ack;
        t->cwnd = least(t->ssthresh, most(left, t->mss) + t->mss);
        t->flags &= (uint16_t)~TCP_IS_RECOVERING;
    }
}

/* An acknowledgement says again that a segment is missing. */
void tcp_congestion_duplicate(struct tcp *t) {
    if (t->duplicates < UINT8_MAX)
        t->duplicates++;
    if (t->flags & TCP_IS_RECOVERING) {
        t->cwnd = least(t->cwnd + t->mss, CWND_MOST);
    } else if (t->duplicates == 3 && before(t->recover, t->snd_una)) {
        half(t);
        t->recover = t->snd_max;
        t->cwnd = t->ssthresh + 3u * t->mss;
        t->flags |= TCP_IS_RECOVERING;
        t->wants |= TCP_WANTS_FIRST;
    }
}

/* The first of what is in flight is lost, though nobody said so. */
void tcp_congestion_probe(struct tcp *t) {
    if (t->flags & TCP_IS_RECOVERING)
        return;
    half(t);
    t->recover = t->snd_max;
    t->cwnd = t->ssthresh;
    t->flags |= TCP_IS_RECOVERING;
}

void tcp_congestion_timeout(struct tcp *t) {
    if (t->retries <= 1) /* the same loss does not halve twice (RFC 5681, 3.1) */
        half(t);
    t->cwnd = t->mss;
    t->recover = t->snd_max;
    t->duplicates = 0;
    t->flags &= (uint16_t)~TCP_IS_RECOVERING;
}
