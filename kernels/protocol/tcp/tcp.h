/* SPDX-License-Identifier: MIT */
/* tcp.h -- one TCP connection as a pure step (RFC 9293): a segment, the clock or its user changes
 * its state, and says what is to be done. Nothing here allocates, waits, copies data or sends.
 *
 * The owner of a connection has its buffers, its timer and its way to the wire:
 *   received   tcp_input; then store what the event says, and tcp_output until it gives nothing;
 *   time       at tcp_deadline: tcp_timer, then tcp_output;
 *   written    bytes are behind those that wait in the send buffer: tcp_write, then tcp_output;
 *   read       the receive buffer has room again: tcp_room, then tcp_output.
 * The send buffer begins with the byte snd_una; what tcp_output gives says which bytes of it go.
 *
 * Retransmission is RFC 6298's, with a probe before it (after RFC 8985, 7), congestion control RFC
 * 5681's with NewReno (RFC 6582), limited transmit (RFC 3042), a wider beginning (RFC 6928) and
 * slow start by bytes (RFC 9406); timestamps and windows are RFC 7323's, and blind attacks meet RFC
 * 5961. Data that are urgent are data (RFC 6093). */
#ifndef PROTOCOL_TCP_H
#define PROTOCOL_TCP_H

#include <stdbool.h>
#include <stdint.h>

enum tcp_state {
    TCP_CLOSED,
    TCP_SYN_SENT,
    TCP_SYN_RECEIVED,
    TCP_ESTABLISHED,
    TCP_FIN_WAIT_1,
    TCP_FIN_WAIT_2,
    TCP_CLOSE_WAIT,
    TCP_CLOSING,
    TCP_LAST_ACK,
    TCP_TIME_WAIT,
};

/* Of a segment's header. */
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32 };
/* Which options it has. */
enum { TCP_HAS_MSS = 1, TCP_HAS_SCALE = 2, TCP_HAS_TIME = 4 };

#define TCP_HEADER_MOST 60u /* bytes of a header with its options */

struct tcp_segment {
    uint32_t seq, ack;
    uint32_t window; /* as in the header: not scaled yet */
    uint32_t length; /* bytes of data */
    uint32_t time, echo;
    uint16_t source, target; /* ports */
    uint16_t mss;
    uint8_t flags, options, scale;
};

#define TCP_GAPS 4 /* pieces of data beyond what is missing that a connection remembers */

struct tcp {
    uint8_t state;      /* enum tcp_state */
    uint8_t wants;      /* TCP_WANTS_*: what tcp_output is to send */
    uint8_t retries;    /* timeouts since the peer was last heard of */
    uint8_t duplicates; /* acknowledgements that said nothing new, in a row */
    uint8_t unacked;    /* segments with data since our last acknowledgement */
    uint8_t snd_scale, rcv_scale;
    uint16_t flags;          /* TCP_IS_* */
    uint16_t source, target; /* ports: ours, the peer's */
    uint16_t mss;            /* bytes of data in a segment, at most; of what is sent */
    uint16_t mss_in;         /* what we announce */

    /* What is sent (RFC 9293, 3.3.1). Data end at snd_end; a FIN has that number. */
    uint32_t iss, snd_una, snd_nxt, snd_max, snd_end;
    uint32_t snd_wnd, snd_wnd_most, snd_wl1, snd_wl2;
    uint32_t cwnd, ssthresh, recover, grown;

    /* What is received. The peer may send up to rcv_adv; room is what the buffer can take from
     * rcv_nxt on, and rcv_most what it can when it is empty. */
    uint32_t irs, rcv_nxt, rcv_adv, room, rcv_most, rcv_fin;
    struct tcp_gap {
        uint32_t from, to;
    } gap[TCP_GAPS]; /* received beyond rcv_nxt, ascending; from == to: none */

    uint32_t ts_offset, ts_recent, last_ack;
    uint32_t rtt_seq; /* without timestamps: the segment whose acknowledgement is timed */
    uint64_t rtt_at, ts_recent_at;

    /* Nanoseconds. */
    uint64_t srtt, rttvar, rto;
    uint64_t main_at, ack_at; /* deadlines; 0: none */
    uint64_t heard_at, keep;  /* last segment of the peer; keep-alive after so long a silence */
    uint64_t sent_at;         /* our last data */
    uint64_t challenge_at;    /* when the challenges of this second began ... */
    uint32_t challenges;      /* ... and how many they are */
};

enum { TCP_WANTS_ACK = 1, TCP_WANTS_FIRST = 2, TCP_WANTS_PROBE = 4, TCP_WANTS_KEEP = 8 };
enum {
    TCP_IS_NODELAY = 1,    /* small segments need not wait (Nagle's algorithm is off) */
    TCP_IS_TIMED = 2,      /* both send timestamps */
    TCP_IS_CLOSING = 4,    /* the user sends no more: a FIN follows the data */
    TCP_IS_RECOVERING = 8, /* fast recovery, until `recover` is acknowledged */
    TCP_IS_FIN_IN = 16,    /* the peer's FIN was seen, with the number rcv_fin */
    TCP_IS_PASSIVE = 32,   /* the peer opened it */
    TCP_IS_TIMING = 64,    /* rtt_seq is on its way */
    TCP_IS_ORPHAN = 128,   /* nobody reads: FIN_WAIT_2 ends by itself */
    TCP_IS_SCALED = 256,   /* both scale their windows */
};

/* What a step found out. */
enum tcp_what {
    TCP_OPENED = 1,   /* established */
    TCP_ACKED = 2,    /* the send buffer's first `acked` bytes have arrived: forget them */
    TCP_DATA = 4,     /* `length` bytes of the segment's data, from `from` on, belong `at` bytes
                         behind what was received in order; then `ready` bytes more are in order */
    TCP_ENDED = 8,    /* the peer sends no more */
    TCP_RESET = 16,   /* the peer broke it off; state is TCP_CLOSED */
    TCP_TIMEOUT = 32, /* the peer is not heard of any more; state is TCP_CLOSED */
    TCP_GONE = 64,    /* it ended as both wished; state is TCP_CLOSED */
    TCP_REFUSE = 128, /* answer the segment by what tcp_refuse makes of it */
};

struct tcp_event {
    uint32_t what; /* of enum tcp_what */
    uint32_t acked;
    uint32_t from, length, at, ready;
};

/* How a connection is to be. */
struct tcp_setup {
    uint32_t iss;       /* RFC 6528: tcp_iss */
    uint32_t ts_offset; /* of its timestamps; from the same secret */
    uint32_t room;      /* bytes that the empty receive buffer takes */
    uint16_t source, target;
    uint16_t mss; /* the longest data that a segment of the link has, with no options */
};

/* Nanoseconds. */
#define TCP_SECOND    1000000000ull
#define TCP_RTO_FIRST TCP_SECOND       /* RFC 6298, 2.1 */
#define TCP_RTO_LEAST (TCP_SECOND / 5) /* as Linux: a path in a machine or a house is shorter */
#define TCP_RTO_MOST  (60 * TCP_SECOND)
#define TCP_PROBE     (TCP_SECOND / 100) /* behind a round: what is last in flight goes again once */
#define TCP_PROBE_ONE (TCP_SECOND / 20)  /* one segment alone: its peer may wait with the answer */
#define TCP_ACK_AFTER (TCP_SECOND / 25)
#define TCP_2MSL      (60 * TCP_SECOND)
enum { TCP_TRIES = 13, TCP_SYN_TRIES = 7 }; /* 9 minutes; 2 */

/* An active open: SYN_SENT. */
void tcp_open(struct tcp *t, const struct tcp_setup *how);
/* A passive open: what a listener makes of a segment for which there is no connection. True:
 * SYN_RECEIVED. False: no connection; the segment is to be refused, if it has an ACK. */
bool tcp_accept(struct tcp *t, const struct tcp_setup *how, const struct tcp_segment *s,
                uint64_t now);

/* Takes a segment that came at `now`; what it means for the owner is in *e, and what is to be said
 * is tcp_output's. */
void tcp_input(struct tcp *t, const struct tcp_segment *s, uint64_t now, struct tcp_event *e);
/* The next segment to send; false: none. `*at`: its data begin so many bytes behind the send
 * buffer's first. */
bool tcp_output(struct tcp *t, uint64_t now, struct tcp_segment *s, uint32_t *at);
/* What is due at `now` happens (tcp_deadline); *e says where it has ended by that. */
void tcp_timer(struct tcp *t, uint64_t now, struct tcp_event *e);
/* When tcp_timer is due, or UINT64_MAX. */
uint64_t tcp_deadline(const struct tcp *t);

/* The user has put `bytes` more behind the send buffer's. False: it sends no more, or may not. */
bool tcp_write(struct tcp *t, uint32_t bytes);
/* The receive buffer takes `room` bytes from the end of what is in order on. */
void tcp_room(struct tcp *t, uint32_t room);
/* The user sends no more; it may go on to receive. */
void tcp_close(struct tcp *t);
/* Ends it at once. True: the peer is to be told by *s. */
bool tcp_abort(struct tcp *t, struct tcp_segment *s);
/* Whether an owner who has no place for one more connection may end this one for it: it waits for
 * stragglers alone, nobody reads it any more, or its peer has taken nothing for half a minute. So
 * peers that read slowly have no more memory than what is given to all. */
bool tcp_may_go(const struct tcp *t);
/* Whether a connection in TIME_WAIT makes place for the one that this SYN begins (RFC 6191). */
bool tcp_gives_way(const struct tcp *t, const struct tcp_segment *s);

/* The answer to a segment that has no connection (RFC 9293, 3.10.7.1). False: none. */
bool tcp_refuse(const struct tcp_segment *s, struct tcp_segment *reply);

/* Reads the header of a segment of `bytes` bytes, data included, into *s; of the data nothing need
 * be there. Gives where they begin; 0: it is none. Its checksum is not looked at (checksum.h). */
uint32_t tcp_get(const uint8_t *header, uint32_t bytes, struct tcp_segment *s);
/* The header of *s, its checksum 0, into TCP_HEADER_MOST bytes; gives its length. */
uint32_t tcp_put(uint8_t *header, const struct tcp_segment *s);

#endif
