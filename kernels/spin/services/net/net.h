/* SPDX-License-Identifier: MIT */
/* net.h -- how an extension is a protocol, or has packets: Plexus (Fiuczynski, Bershad, USENIX
 * 1996). Each protocol is a node of a graph, with three events:
 *
 *     X_arrived    a packet came: at interrupt level, in NET_BOUND instructions at most
 *     X_received   the same packet in a strand, for who cannot be that quick; it may wait
 *     X_sent       one is about to go: the protocol puts its header before it
 *
 * Nobody hears of packets that are not its own. An extension claims keys of a node (of UDP and TCP
 * ports, of IP protocols, of Ethernet types, of active messages and RPC the numbers of handlers)
 * and its handlers are called for these alone:
 *
 *     static unsigned long port;
 *     INITIALISE long begin(void) {
 *         port = net_claim(NET_UDP, 7, 7, NET_ANY);         0: somebody has it
 *         return !port;
 *     }
 *     HANDLER(udp_arrived) unsigned long echo(struct packet *p, unsigned long key,
 *                                             struct outgoing *reply) {
 *         ...                                   from p->data to p->end; into reply->byte[NET_ROOM]
 *         return NET_REPLY(bytes);
 *     }
 *
 * HANDLER(X_arrived) is proven to need no more than NET_BOUND, and called directly; EPHEMERAL(...)
 * is cut there, and then has not had the packet. A packet is read-only, and several share it; it is
 * gone when its handler has returned. Nothing here allocates from the collector's heap. */
#ifndef SPIN_SERVICES_NET_NET_H
#define SPIN_SERVICES_NET_NET_H

#include <stdint.h>

#include "spin/core/event.h"

#define NET_BOUND      5000 /* instructions of a handler at interrupt level */
#define NET_ROOM       128  /* bytes before what is sent, for the headers of all below */
#define OUTGOING_BYTES 4096
#define OUTGOING_DATA  (OUTGOING_BYTES - NET_ROOM)
#define NET_ANY        255 /* any interface */
#define NET_LOOPBACK   4   /* the interface without a device */

enum net_node { NET_ETHER, NET_IP, NET_UDP, NET_TCP, NET_AM, NET_RPC, NET_NODES };

/* What came. Of `data` to `end` the node's protocol sees what is behind the header of the one
 * below: behind Ethernet's, IP's, UDP's; at TCP's node the segment with its header. */
struct packet {
    const unsigned char *data, *end;
    const unsigned char *frame, *frame_end; /* all of it, from Ethernet's header on */
    unsigned long bytes;                    /* from data to end */
    unsigned long source, target;           /* IPv4, numbers as protocol/ip.h has them */
    unsigned long source_port, target_port;
    unsigned long network, transport; /* where in the frame IP's header is, and what is in IP */
    unsigned long sum;                /* of what is in IP, folded (protocol/checksum.h) */
    unsigned long nic, me, mac;       /* which interface, its address, and its station's number */
    unsigned long now; /* nanoseconds; at Ethernet's node of ARP alone, others ask net_now */
};

/* What is to go, or a reply: its data begin at NET_ROOM. */
struct outgoing {
    unsigned char byte[OUTGOING_BYTES];
};

/* What is known of it, for X_sent. */
struct sending {
    unsigned long begin, bytes; /* where in o->byte it begins by now, and how long it is */
    unsigned long source, target, source_port, target_port, protocol;
    unsigned long sum; /* at the nodes of UDP and TCP: of its bytes from `begin` on, folded */
    unsigned long nic, me, mask, router;
    unsigned long mac;          /* of `nic`: its first byte is the most significant of six */
    unsigned long ether;        /* the next station's; 0: not known */
    unsigned long type;         /* of Ethernet */
    unsigned long id;           /* another one each time */
    unsigned long now;          /* nanoseconds */
    unsigned long offset, more; /* of IP: a piece of a packet */
    unsigned long hops;         /* of IP: that it may go; 0: as many as one's own packets */
    unsigned long reply,
        about[3]; /* of AM and RPC: it is one, to this: the 24 bytes before its data */
};

/* --- What X_arrived and X_received give --- */

#define NET_NOTHING 0ul /* it is not for me */
#define NET_TAKEN   1ul /* it was, and nothing else is to be done */
/* So many bytes of the reply, from NET_ROOM on, go back to where the packet came from, by the same
 * protocol, between the same ports. */
#define NET_REPLY(bytes) (2ul | (unsigned long)(bytes) << 8)
/* The same, and behind these bytes a copy of the packet's data from `from` on. */
#define NET_ANSWER(bytes, from) (5ul | (unsigned long)(bytes) << 8 | (unsigned long)(from) << 32)
/* The node above has it, under this key: `bytes` bytes of data, `header` further on. */
#define NET_UP(key, header, bytes)                                                                 \
    (3ul | (unsigned long)(header) << 8 | (unsigned long)(bytes) << 24 | (unsigned long)(key) << 40)
#define NET_KEY_MOST 0xffffff
/* A piece of a packet: so many bytes behind the header belong at `offset` of whole packet `place`;
 * `flags`: NET_FRESH, what is there is nothing; NET_LAST, all of it is there, `key`'s. */
#define NET_PIECE(place, flags, key, header, bytes, offset)                                        \
    (4ul | (unsigned long)(header) << 8 | (unsigned long)(bytes) << 16 |                           \
     (unsigned long)(offset) << 32 | (unsigned long)(place) << 48 | (unsigned long)(flags) << 52 | \
     (unsigned long)(key) << 56)
#define NET_WHOLES 4 /* packets in pieces at once */
enum { NET_FRESH = 1, NET_LAST = 2 };

/* --- What X_sent gives, and where it writes --- */

/* Where a header of so many bytes begins: the kernel looks whether there is room for it. */
static inline unsigned char *header_at(struct outgoing *o, const struct sending *s,
                                       unsigned long header) {
    unsigned long at = s->begin - header;
    __asm__("" : "+r"(at)); /* what the compiler knows of it is not proven by that */
    at %= NET_ROOM;
    __asm__("" : "+r"(at));
    return &o->byte[at];
}

/* The header's bytes, written before o->byte[s->begin]; or one of these. */
#define NET_DROP    (1ul << 32) /* it cannot be sent */
#define NET_RESOLVE (1ul << 33) /* the station of the address | this is to be asked for */

#define NET_NODE_EVENTS(X)                                                                         \
    X(ether, "Ether")                                                                              \
    X(ip, "Ip")                                                                                    \
    X(udp, "Udp")                                                                                  \
    X(tcp, "Tcp")                                                                                  \
    X(am, "Am")                                                                                    \
    X(rpc, "Rpc")

#define NET_NODE_DECLARE(id, name)                                                                 \
    EVENT_DECLARE(id##_arrived, unsigned long,                                                     \
                  (struct packet * packet, unsigned long key, struct outgoing *reply));            \
    EVENT_DECLARE(id##_received, unsigned long,                                                    \
                  (struct packet * packet, unsigned long key, struct outgoing *reply));            \
    EVENT_DECLARE(id##_sent, unsigned long, (struct outgoing * o, struct sending * s));
NET_NODE_EVENTS(NET_NODE_DECLARE)
#undef NET_NODE_DECLARE

/* Who has the address `ip` on the interface s->nic? NET_STATION of its number; 0: not known yet;
 * NET_REPLY: nor was it asked: the question is sent, as of ARP. */
#define NET_STATION(number) (1ul | (unsigned long)(number) << 8)
EVENT_DECLARE(ether_resolve, unsigned long,
              (unsigned long ip, struct outgoing *question, struct sending *s));
/* A frame is about to come back by the interface without a device. 0: it does. */
EVENT_DECLARE(loopback_sent, unsigned long, (struct outgoing * o, struct sending *s));
/* In the strand, when an alarm (net_alarm) is due; heard by all that claim something. */
EVENT_DECLARE(net_time, unsigned long, (unsigned long now));

/* --- What an extension calls: the domain /svc/domains/Net --- */

#ifdef __BPF__
#define NET_CALL extern __attribute__((section(".ksyms")))
#else
#define NET_CALL
#endif

/* Keys `low` to `high` of a node are the caller's from here on, while it is loaded, and what it
 * binds to the node's events from then on hears of these; once for each node, in an initialiser.
 * Replies, and what is sent by it, go by this interface, or NET_ANY: the one that leads there. Of
 * NET_TCP the range of all ports may be claimed beside others: it has what these do not. 0:
 * somebody has one of them, or it is a protocol's of the graph and not its own. */
NET_CALL unsigned long net_claim(unsigned long node, unsigned long low, unsigned long high,
                                 unsigned long nic);
/* Something to send, its bytes are not zero. Null: too many are under way. */
NET_CALL struct outgoing *packet_new(void);
NET_CALL void packet_free(struct outgoing *o);
/* Copies `bytes` bytes of the packet, from p->data + `from` on, to o->byte[at]; gives their sum,
 * folded; -1: there are not so many, or there is no room. */
NET_CALL long packet_copy(struct outgoing *o, unsigned long at, struct packet *p,
                          unsigned long from, unsigned long bytes);
/* Sends `bytes` bytes from o->byte[NET_ROOM] on by a claim's protocol, from the claim's first key.
 * Of Ethernet `target` is the station; of IP, UDP, TCP, RPC the address, and `more`, of UDP and
 * RPC, the port; of UDP also NET_FROM another of the claim's own ports. At IP a header of UDP or
 * TCP in the data must have a source port that the caller has. 0, -E_PERM: the claim is not the
 * caller's, -E_INVALID, -E_FULL, -E_AGAIN: the next station is being asked for, and it is kept
 * until then. o is gone in any case. */
#define NET_FROM(source, port) ((unsigned long)(source) << 16 | (unsigned long)(port))
NET_CALL int packet_send(unsigned long claim, struct outgoing *o, unsigned long bytes,
                         unsigned long target, unsigned long more);
/* A packet that came to the claim, at UDP or TCP, goes on as it is, of another source and to
 * another target, as packet_send says them. For NET_PASS_FOR nanoseconds those that come between
 * the same addresses and ports go the same way, and are not shown to anybody: damaged ones stay
 * damaged. Each has a hop less than it came with. 0, or packet_send's errors; -E_INVALID, too: its
 * last hop is behind it. */
#define NET_PASS_FOR 100000000ul
NET_CALL int packet_pass(unsigned long claim, struct packet *p, unsigned long target,
                         unsigned long more);
/* Nanoseconds since the boot. */
NET_CALL unsigned long net_now(void);
/* A number that nobody can guess, another one each time: of the processor's source of chance, or,
 * where it has none, of its counter. Under QEMU's -seed they are the same in every run. */
NET_CALL unsigned long net_chance(void);
/* net_time is raised at that time, at the latest. */
NET_CALL void net_alarm(unsigned long at);

#ifndef __BPF__
/* The interfaces, if there are any, and all of this. */
void net_init(void);
#endif

#endif
