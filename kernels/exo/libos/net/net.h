/* SPDX-License-Identifier: MIT */
/* net.h -- TCP/IP of an environment over an interface (kernels/protocol does the protocols; this
 * has their buffers, time and way to the wire). Nothing here waits, allocates or has a lock: one
 * environment calls net_poll, and what is in a packet is told by calls of functions it gave.
 *
 *   the ring -> net_poll -> ARP, ICMP: answered here
 *                        -> net_udp.got, net_tcp (tcp.h) -> net_tcp.told, net_raw.got
 *   net_udp_send, net_tcp_... -> a header behind the path's -> the interface
 *
 * Who wants packets to come says so by a filter (net_take...), for the kernel gives an environment
 * no others. */
#ifndef EXO_LIBOS_NET_NET_H
#define EXO_LIBOS_NET_NET_H

#include "exo/libos/net/link.h"
#include "protocol/arp.h"
#include "protocol/icmp.h"
#include "protocol/ip.h"
#include "protocol/secret.h"
#include "protocol/tcp/tcp_listen.h"
#include "protocol/udp.h"

#define NET_ARPS      16u
#define NET_WHOLES    4u    /* packets that are put together at one time... */
#define NET_WHOLE     8192u /* ...of so many bytes of data, at most */
#define NET_HASHES    64u
#define NET_WAITS     20000u /* ns: then a neighbour's answer, and room, are looked for again */
#define NET_PARTS     4u     /* of a segment's data */
#define NET_ERRORS    100u   /* ICMP's, a second: a flood is not answered by one */
#define NET_AT_ONCE   256u   /* frames that net_poll looks at */
#define NET_HEAD      (ETHER_HEADER + IP_HEADER)
#define NET_PORT_LOW  49152u /* ports that are chosen (RFC 6335) */
#define NET_PORT_HIGH 65535u

struct net_tcp;

/* To whom: what of headers is the same in all packets. */
struct net_path {
    uint32_t ip;             /* the peer's */
    uint16_t source, target; /* ports */
    uint32_t learned;        /* `head` has the peer's address if this is net.learned */
    uint8_t protocol;
    uint8_t head[NET_HEAD];
    uint16_t field; /* IP's checksum of it, without a length */
    uint64_t sum;   /* of the pseudo header without length */
};

struct net_datagram {
    uint32_t source, target;
    uint16_t source_port, target_port;
    const uint8_t *data; /* until the function that is told returns */
    uint32_t bytes;
};

/* Datagrams of a port. */
struct net_udp {
    struct net_udp *next;
    void (*got)(struct net_udp *self, const struct net_datagram *d);
    uint16_t port;
};

/* Whole packets of IP, beside what becomes of them here. */
struct net_raw {
    struct net_raw *next;
    void (*got)(struct net_raw *self, const struct ip_header *h, const uint8_t *data);
    uint8_t protocol;
};

/* Connections that others may open: `half` and `count` of `tcp` are its owner's, for those that are
 * half open; when they are too many they are answered by cookies. `wants` gives the memory of one
 * that is free, whose buffers and functions are set, and which becomes no other until it is told
 * NET_OPENED; null: not now. */
struct net_listener {
    struct net_listener *next;
    struct net_tcp *(*wants)(struct net_listener *self);
    struct tcp_listener tcp;
    uint32_t room; /* of a receive buffer */
    uint16_t port;
};

struct net {
    struct link link;
    uint32_t ip, mask, router; /* router 0: none */
    struct secret secret;
    uint32_t learned; /* how often a neighbour's address became known, or was forgotten */
    uint32_t next_port;
    uint16_t next_id;
    struct arp_entry arp[NET_ARPS];
    struct ip_whole whole[NET_WHOLES];
    uint8_t (*whole_data)[NET_WHOLE]; /* null: pieces are dropped */
    struct net_udp *udp[NET_HASHES];
    struct net_tcp *tcp[NET_HASHES];
    struct net_listener *listener;
    struct net_tcp *later; /* what they send waits until all that came is looked at */
    struct net_raw *raw;
    /* The last answer of no connection's that waits for its neighbour's address; to 0: none. */
    struct tcp_segment reply;
    uint32_t reply_to;
    /* Null, or has frames that are neither IP's nor ARP's. */
    void (*other)(struct net *self, const uint8_t *frame, uint32_t bytes);
    /* Connections in TIME_WAIT, which their owners have forgotten; 0 of them: owners keep theirs,
     * and are told at its end. */
    struct net_tcp *wait;
    uint32_t waits, next_wait;
    uint64_t errors_at; /* ns: when this second's errors began, and how many they are */
    uint32_t errors;
    uint64_t now; /* ns: when a segment came last */
    uint64_t due; /* ns: when net_time is to be called, at the latest */
    struct net_counts {
        uint64_t frames, bad, nobody, answered, datagrams, segments, sent, lost, asked;
    } count;
};

/* By a link that has begun, as the host `ip`. */
void net_begin(struct net *n, uint32_t ip, uint32_t mask, uint32_t router, struct secret secret);

/* Nanoseconds, as all times here. */
uint64_t net_now(void);

/* All frames that have come, as long as they are not so many that nothing else is ever done; 0:
 * there were none. */
uint32_t net_poll(struct net *n);
/* Does what is due, if something is. */
void net_time(struct net *n);

/* --- Filters: which packets come. Ids, or link_filter's errors --- */

/* All for this host, and ARP: two filters, `*arp` the second one's id. */
long net_take_all(struct net *n, unsigned slot, long *arp);
/* Those of a protocol and a port of this host's. */
long net_take_port(struct net *n, unsigned slot, uint8_t protocol, uint16_t port);
/* Those of one peer and port among them. */
long net_take_flow(struct net *n, unsigned slot, const struct net_path *p);

/* --- Sending --- */

/* Makes *p the path to `ip`, between these ports, if the protocol has any; nothing is asked for
 * before something is sent. */
void net_path(const struct net *n, struct net_path *p, uint32_t ip, uint8_t protocol,
              uint16_t source, uint16_t target);
/* -E_AGAIN: the next hop's address is asked for: later; -E_NOT_FOUND: it does not answer, or there
 * is no route. */
long net_resolve(struct net *n, struct net_path *p);
/* A datagram of up to 1,472 bytes, which are copied. 0; -E_TOO_LONG; net_resolve's errors; -E_FULL:
 * too many are on their way; packet_send's. */
long net_udp_send(struct net *n, struct net_path *p, const void *data, uint32_t bytes);
/* Any protocol's data, cut to what the link takes. Errors as net_udp_send's. */
long net_ip_send(struct net *n, struct net_path *p, const void *data, uint32_t bytes);
/* --- UDP --- */

/* -E_EXISTS: somebody has the port; port 0: one that is free. */
long net_udp_open(struct net *n, struct net_udp *u);
void net_udp_close(struct net *n, struct net_udp *u);

/* --- TCP --- */

enum net_told {
    NET_OPENED = 1,
    NET_ROOM = 2,    /* some of what was written has arrived */
    NET_DATA = 4,    /* there is more to read */
    NET_ENDED = 8,   /* the peer writes no more */
    NET_CLOSED = 16, /* it is no more: the connection's memory is its owner's again; t.state is
                        TCP_CLOSED */
    NET_FAILED = 32, /* together with NET_CLOSED: the peer broke it off, or is not heard of */
};

struct net_tcp {
    struct net_tcp *next, *later;
    struct net *net;
    struct tcp t;
    struct net_path path;
    /* Who has it. told may read, write and close. */
    void (*told)(struct net_tcp *self, uint32_t what);
    /* Rings of bytes; both powers of 2. out_first is what snd_una is. */
    uint8_t *out, *in;
    uint32_t out_size, in_size;
    uint32_t out_first, out_bytes, in_first, in_bytes;
    /* Not null: where the bytes to send are, in place of `out`: `bytes` of them, `at` behind what
     * has arrived, as at most NET_PARTS parts, with their sum. Gives how many. */
    uint32_t (*gather)(struct net_tcp *self, uint32_t at, uint32_t bytes, struct link_part *part,
                       uint64_t *sum);
    /* Not null: takes data that come in order where they lie, in place of `in`; all of them. */
    void (*take)(struct net_tcp *self, const uint8_t *data, uint32_t bytes);
    uint64_t acked; /* bytes that have arrived in all */
    bool waits;     /* for a neighbour's address, or for the interface */
    bool held;      /* its owner's: what is to be sent is kept, and so merged, until net_tcp_go */
    bool queued;    /* the same until all that came is looked at */
};

/* Opens one whose buffers and functions are set. 0; -E_FULL: no port is free. */
long net_tcp_open(struct net *n, struct net_tcp *c, uint32_t ip, uint16_t port);
/* -E_EXISTS: somebody has the port. */
long net_listen(struct net *n, struct net_listener *l);
void net_listen_end(struct net *n, struct net_listener *l);
/* Copies as many bytes as fit: how many. -E_DEAD: it takes no more. */
long net_tcp_write(struct net_tcp *c, const void *data, uint32_t bytes);
/* So many bytes more are to be sent, which `gather` has. */
long net_tcp_wrote(struct net_tcp *c, uint32_t bytes);
/* Copies as many as there are: how many; 0: none, now or, where the peer has ended, ever. */
long net_tcp_read(struct net_tcp *c, void *into, uint32_t bytes);
/* So many bytes of `in` were read where they lie. */
void net_tcp_taken(struct net_tcp *c, uint32_t bytes);
/* What was kept while c->held goes: data, acknowledgement and end in one segment, if they fit. */
void net_tcp_go(struct net_tcp *c);
/* No more is written: what was is sent, and then the end. */
void net_tcp_close(struct net_tcp *c);
/* Nobody has it any more: it is told only NET_CLOSED. What comes in is answered by a reset. */
void net_tcp_leave(struct net_tcp *c);
/* Ends it now, by a reset; it is not told. */
void net_tcp_abort(struct net_tcp *c);

#endif
