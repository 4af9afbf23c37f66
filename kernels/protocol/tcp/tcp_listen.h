/* SPDX-License-Identifier: MIT */
/* tcp_listen.h -- a listener in memory of its owner's, which no peer makes larger: connections that
 * are half open are in a table. When it is full a SYN is answered without a place in it: what is to
 * be remembered is in the number of the answer, and comes back with the acknowledgement
 * (Bernstein's SYN cookies; RFC 4987, 3.6). Such a connection has no options but the length of its
 * segments. */
#ifndef PROTOCOL_TCP_LISTEN_H
#define PROTOCOL_TCP_LISTEN_H

#include "../secret.h"
#include "tcp.h"

/* A connection that is half open; its state is TCP_CLOSED: a free place. */
struct tcp_half {
    struct tuple who; /* source: ours */
    struct tcp tcp;
};

struct tcp_listener {
    struct tcp_half *half;
    uint32_t count; /* places there; 0: all is answered by cookies */
    uint32_t room;  /* bytes of a connection's receive buffer */
    uint16_t mss;
    uint32_t cookies;    /* SYNs that were answered without a place */
    uint64_t cookies_at; /* when the last one was */
    const struct secret *secret;
};

enum tcp_heard {
    TCP_HEARD_NOTHING,
    TCP_HEARD_REPLY,  /* *reply is to be sent */
    TCP_HEARD_OPENED, /* *opened is an established connection, and *e what the segment did to it */
};

/* A segment for the listener's port that belongs to no connection. `full`: its owner has no place
 * for a connection now, so that it may come again. *opened, *e and *reply are written as the result
 * says. */
enum tcp_heard tcp_listen_input(struct tcp_listener *l, const struct tuple *who,
                                const struct tcp_segment *s, uint64_t now, bool full,
                                struct tcp *opened, struct tcp_event *e, struct tcp_segment *reply);
/* When tcp_listen_timer is due, or UINT64_MAX. */
uint64_t tcp_listen_deadline(const struct tcp_listener *l);
/* True: *reply is to be sent to *who, and there may be more. */
bool tcp_listen_timer(struct tcp_listener *l, uint64_t now, struct tuple *who,
                      struct tcp_segment *reply);

#endif
