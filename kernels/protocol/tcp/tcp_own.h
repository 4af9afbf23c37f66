/* SPDX-License-Identifier: MIT */
/* tcp_own.h -- what the files of TCP share. */
#ifndef PROTOCOL_TCP_OWN_H
#define PROTOCOL_TCP_OWN_H

#include "../rules.h"
#include "../bytes.h"
#include "tcp.h"

/* `number`, whose bits are all in `mask` anyway: where TCP is verified, it is so to the verifier,
 * whatever its compiler knows. */
static inline uint32_t masked(uint32_t number, uint32_t mask) {
#ifdef __BPF__
    __asm__("" : "+r"(number));
    return number & mask;
#else
    (void)mask;
    return number;
#endif
}

/* Sequence numbers are compared in a circle (RFC 9293, 3.4). */
static inline bool before(uint32_t a, uint32_t b) {
    return (int32_t)(a - b) < 0;
}

static inline uint32_t least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

static inline uint32_t most(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

/* Timestamps tick every 2^20 nanoseconds. */
static inline uint32_t tcp_ticks(const struct tcp *t, uint64_t now) {
    return (uint32_t)(now >> 20) + t->ts_offset;
}

static inline uint32_t tcp_flight(const struct tcp *t) {
    return t->snd_max - t->snd_una;
}

/* Whether the FIN was sent. */
static inline bool tcp_fin_sent(const struct tcp *t) {
    return (t->flags & TCP_IS_CLOSING) && t->snd_max == t->snd_end + 1;
}

static inline void tcp_end(struct tcp *t, struct tcp_event *e, uint32_t why) {
    t->state = TCP_CLOSED;
    e->what |= why;
}

/* The number of what comes next, as the peer sees it: what it did not take for want of room comes
 * again. */
static inline uint32_t tcp_seen_next(const struct tcp *t) {
    uint32_t right = t->snd_una + t->snd_wnd + (t->snd_una == t->iss); /* a SYN needs none */
    return before(right, t->snd_max) ? right : t->snd_max;
}

/* What the options of the peer's SYN say. */
void tcp_agree(struct tcp *t, const struct tcp_segment *syn, uint64_t now);
void tcp_enter_time_wait(struct tcp *t, uint64_t now);
/* What tcp_open and tcp_accept have in common. */
void tcp_begin(struct tcp *t, const struct tcp_setup *how);

/* tcp_time.c: the time of a round, and from it that of a retransmission (RFC 6298). */
void tcp_round_took(struct tcp *t, uint64_t ns);
/* What timeouts made longer is as long again as rounds say. */
void tcp_round_again(struct tcp *t);
/* Sets the timer for what is on its way, or waits for a window. */
void tcp_arm(struct tcp *t, uint64_t now, bool again);

/* True: nothing was heard, and the first of what is on its way goes again, or it is too early yet;
 * false: it is time for a timeout. */
APART bool tcp_probe(struct tcp *t NEVER_NULL, uint64_t now);

/* tcp_gap.c: what was received beyond rcv_nxt. */
static inline bool tcp_is_gap(const struct tcp *t, uint32_t i) {
    return i < TCP_GAPS && t->gap[i].from != t->gap[i].to;
}
/* Remembers that [from, to) was received; false: there is no place for one more. */
APART bool tcp_gap_add(struct tcp *t NEVER_NULL, uint32_t from, uint32_t to);
/* What is in order now moves rcv_nxt on. */
APART void tcp_gaps_close(struct tcp *t NEVER_NULL);
/* Whether data were received beyond `seq`, where they are said to end. */
APART bool tcp_gap_beyond(const struct tcp *t NEVER_NULL, uint32_t seq);

/* tcp_congestion.c. */
void tcp_congestion_start(struct tcp *t);
void tcp_congestion_acked(struct tcp *t, uint32_t acked, uint32_t ack);
void tcp_congestion_duplicate(struct tcp *t);
void tcp_congestion_timeout(struct tcp *t);
void tcp_congestion_probe(struct tcp *t);
/* After a silence the network is to be felt for again (RFC 5681, 4.1). */
APART bool tcp_congestion_idle(struct tcp *t NEVER_NULL);

#endif
