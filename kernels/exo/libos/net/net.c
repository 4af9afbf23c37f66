/* SPDX-License-Identifier: MIT */
/* net.c -- see net.h: what comes, and whose it is. */
#include "exo/libos/net/net_own.h"

#include "exo/defence.h"
#include "exo/libos/time/clock.h"
#include "lib/error.h"
#include "protocol/bytes.h"

void net_begin(struct net *n, uint32_t ip, uint32_t mask, uint32_t router, struct secret secret) {
    struct link link = n->link;
    *n = (struct net){.link = link, .ip = ip, .mask = mask, .router = router, .secret = secret};
    n->learned = 1;
    n->due = UINT64_MAX;
}

uint64_t net_now(void) {
    return clock_ns(clock_now());
}

/* --- UDP --- */

static inline uint32_t hash(uint16_t port) {
    return port % NET_HASHES;
}

static inline struct net_udp *udp_of(const struct net *n, uint16_t port) {
    struct net_udp *u = n->udp[hash(port)];
    while (u && u->port != port)
        u = u->next;
    return u;
}

long net_udp_open(struct net *n, struct net_udp *u) {
    if (!u->port) {
        const struct tuple t = {.source = n->ip};
        uint32_t tries = NET_PORT_HIGH - NET_PORT_LOW;
        do
            u->port = port_choose(&n->secret, &t, NET_PORT_LOW, NET_PORT_HIGH, &n->next_port);
        while (udp_of(n, u->port) && --tries);
    }
    if (udp_of(n, u->port))
        return -E_EXISTS;
    u->next = n->udp[hash(u->port)];
    n->udp[hash(u->port)] = u;
    return 0;
}

void net_udp_close(struct net *n, struct net_udp *u) {
    struct net_udp **at = &n->udp[hash(u->port)];
    while (*at && *at != u)
        at = &(*at)->next;
    if (*at)
        *at = u->next;
}

static bool too_many_errors(struct net *n) {
    uint64_t now = net_now();
    if (!n->errors || now - n->errors_at >= TCP_SECOND) {
        n->errors_at = now;
        n->errors = 0;
    }
    return ++n->errors > NET_ERRORS && DEFENDED(NET_TELLS);
}

/* Nobody has what this packet is for. */
static void tell_unreachable(struct net *n, const struct ip_header *h, const uint8_t *data,
                             unsigned code) {
    uint32_t bytes = h->length - h->header;
    if (!icmp_may_tell(h->protocol, h->offset, h->target != n->ip, data, bytes) ||
        too_many_errors(n))
        return;
    /* The packet's header again, and the first eight bytes behind it (RFC 792). */
    uint8_t message[ICMP_HEADER + IP_HEADER + 8] = {0};
    struct ip_header again = *h;
    const struct icmp_message m = {.type = ICMP_UNREACHABLE, .code = (uint8_t)code};
    struct net_path p;
    ip_put(message + ICMP_HEADER, &again);
    memcpy(message + ICMP_HEADER + IP_HEADER, data, bytes < 8 ? bytes : 8);
    icmp_put(message, &m, sum_bytes(message + ICMP_HEADER, IP_HEADER + 8));
    net_path(n, &p, h->source, IP_ICMP, 0, 0);
    if (!net_ip_send(n, &p, message, sizeof message))
        n->count.answered++;
}

static void udp_input(struct net *n, const struct ip_header *h, const uint8_t *data) {
    uint32_t bytes = h->length - (uint32_t)h->header;
    struct udp_header u;
    if (!udp_get(data, bytes, &u) ||
        (u.summed && !udp_is_whole(&u, h->source, h->target, sum_bytes(data, u.length)))) {
        n->count.bad++;
        return;
    }
    struct net_udp *to = udp_of(n, u.target);
    if (!to) {
        n->count.nobody++;
        tell_unreachable(n, h, data, ICMP_NO_PORT);
        return;
    }
    n->count.datagrams++;
    const struct net_datagram d = {
        .source = h->source,
        .target = h->target,
        .source_port = u.source,
        .target_port = u.target,
        .data = data + UDP_HEADER,
        .bytes = u.length - (uint32_t)UDP_HEADER,
    };
    to->got(to, &d);
}

/* --- IP --- */

static void icmp_input(struct net *n, const struct ip_header *h, const uint8_t *data) {
    uint32_t bytes = h->length - (uint32_t)h->header;
    struct icmp_message m;
    struct net_path p;
    if (!icmp_get(data, bytes, &m)) {
        n->count.bad++;
        return;
    }
    if (m.type != ICMP_ECHO || h->target != n->ip)
        return;
    net_path(n, &p, h->source, IP_ICMP, 0, 0);
    if (IP_HEADER + bytes > ETHER_MTU) { /* it was put together, so it lies in memory of ours */
        icmp_answer((uint8_t *)(uintptr_t)data);
        n->count.answered += !net_ip_send(n, &p, data, bytes);
    } else if (!net_resolve(n, &p)) {
        uint8_t *head = link_head(&n->link);
        if (!head)
            return;
        memcpy(head + NET_HEAD, data, bytes);
        icmp_answer(head + NET_HEAD);
        n->count.answered += !net_send(n, &p, bytes, NULL, 0, 0);
    }
}

static void packet(struct net *n, const struct ip_header *h, const uint8_t *data) {
    bool wanted = false;
    for (struct net_raw *r = n->raw; r; r = r->next)
        if (r->protocol == h->protocol) {
            r->got(r, h, data);
            wanted = true;
        }
    if (h->protocol == IP_UDP)
        udp_input(n, h, data);
    else if (h->protocol == IP_TCP)
        net_tcp_input(n, h, data, h->length - (uint32_t)h->header);
    else if (h->protocol == IP_ICMP)
        icmp_input(n, h, data);
    else if (!wanted)
        tell_unreachable(n, h, data, ICMP_NO_PROTOCOL);
}

/* A piece: the packet is somebody's when all have come. */
static void piece(struct net *n, struct ip_header *h, const uint8_t *data) {
    uint32_t bytes = h->length - (uint32_t)h->header;
    bool fresh;
    if (!n->whole_data || h->offset + bytes > NET_WHOLE) {
        n->count.lost++;
        return;
    }
    uint32_t which = ip_whole_of(n->whole, NET_WHOLES, h, net_now(), &fresh);
    struct ip_whole *w = &n->whole[which];
    enum ip_piece did = ip_whole_add(w, h);
    if (did == IP_DROP) {
        n->count.lost++;
        return;
    }
    memcpy(n->whole_data[which] + h->offset, data, bytes);
    if (did == IP_STORE)
        return;
    h->length = (uint16_t)(IP_HEADER + w->bytes);
    h->header = IP_HEADER;
    h->offset = 0;
    h->more = false;
    packet(n, h, n->whole_data[which]);
}

/* Nobody on the wire has our address, and nothing comes from many: an answer would be to ourselves,
 * for ever, or to all of them (RFC 1122, 3.2.1.3). */
static bool is_nobodys(const struct net *n, uint32_t source, bool own) {
    if (source == n->ip)
        return !own && DEFENDED(NET_SOURCE);
    return !source || source == (n->ip | ~n->mask) || source >> 28 >= 14;
}

static void ip_input(struct net *n, const uint8_t *at, uint32_t bytes, bool own) {
    struct ip_header h;
    if (ip_get(at, bytes, &h) || is_nobodys(n, h.source, own)) {
        n->count.bad++;
        return;
    }
    if (h.target != n->ip && h.target != (n->ip | ~n->mask) && h.target != UINT32_MAX) {
        n->count.nobody++;
        return;
    }
    if (h.more || h.offset)
        piece(n, &h, at + h.header);
    else
        packet(n, &h, at + h.header);
}

/* --- ARP --- */

static void arp_say(struct net *n, const struct arp_packet *a, const struct ether_address *to) {
    uint8_t *head = link_head(&n->link);
    if (!head)
        return;
    memset(head, 0, ETHER_LEAST);
    ether_put(head, to, &n->link.ether, ETHER_ARP);
    arp_put(head + ETHER_HEADER, a);
    link_send(&n->link, ETHER_LEAST, NULL, 0);
}

/* Whether it is the neighbour's address that was known before. */
static bool is_known(const struct net *n, const struct arp_packet *a) {
    for (unsigned i = 0; i < NET_ARPS; i++)
        if (n->arp[i].ip == a->source && n->arp[i].state == ARP_KNOWN)
            return !memcmp(&n->arp[i].ether, &a->source_ether, sizeof a->source_ether);
    return false;
}

static void arp_came(struct net *n, const uint8_t *at, uint32_t bytes) {
    struct arp_packet a, reply;
    if (!arp_get(at, bytes, &a)) {
        n->count.bad++;
        return;
    }
    const struct arp_self me = {.ip = n->ip, .ether = n->link.ether, .now = net_now()};
    bool known = is_known(n, &a);
    if (arp_input(n->arp, NET_ARPS, &a, &me, &reply))
        arp_say(n, &reply, &reply.target_ether);
    if (known || !is_known(n, &a)) /* nobody waits for it */
        return;
    n->learned++;
    net_tcp_time(n, me.now, true);
}

static void forget_neighbours(struct net *n, uint64_t now) {
    for (unsigned i = 0; i < NET_ARPS; i++) {
        if (n->arp[i].state != ARP_KNOWN)
            continue;
        if (n->arp[i].until <= now)
            n->learned++;
        else if (n->arp[i].until < n->due)
            n->due = n->arp[i].until;
    }
}

long net_resolve(struct net *n, struct net_path *p) {
    static const struct ether_address all = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    if (__builtin_expect(p->learned == n->learned, 1))
        return 0;
    struct ether_address ether = n->link.ether;
    uint32_t next = (p->ip ^ n->ip) & n->mask ? n->router : p->ip;
    if (p->ip != n->ip) {
        if (!next)
            return -E_NOT_FOUND;
        uint64_t now = net_now();
        enum arp_answer a = arp_find(n->arp, NET_ARPS, next, now, &ether);
        if (a == ARP_ASK) {
            const struct arp_packet ask = {
                .asks = true, .source = n->ip, .target = next, .source_ether = n->link.ether};
            n->count.asked++;
            arp_say(n, &ask, &all);
        }
        if (a != ARP_FOUND) {
            n->due = now + ARP_AGAIN < n->due ? now + ARP_AGAIN : n->due;
            return a == ARP_NOBODY ? -E_NOT_FOUND : -E_AGAIN;
        }
        forget_neighbours(n, now);
    }
    ether_put(p->head, &ether, &n->link.ether, ETHER_IP);
    p->learned = n->learned;
    return 0;
}

/* --- All --- */

/* From the wire, or our own to ourselves. */
static void frame(struct net *n, const uint8_t *at, uint32_t bytes, bool own) {
    n->count.frames++;
    if (bytes < ETHER_HEADER || !ether_is_for(at, &n->link.ether))
        n->count.nobody++;
    else if (ether_type(at) == ETHER_IP)
        ip_input(n, at + ETHER_HEADER, bytes - ETHER_HEADER, own);
    else if (ether_type(at) == ETHER_ARP)
        arp_came(n, at + ETHER_HEADER, bytes - ETHER_HEADER);
    else if (n->other)
        n->other(n, at, bytes);
}

uint32_t net_poll(struct net *n) {
    uint32_t bytes, frames = 0;
    const uint8_t *at;
    while (frames < NET_AT_ONCE && (at = link_next(&n->link, &bytes))) {
        frame(n, at, bytes, false);
        link_done(&n->link);
        frames++;
    }
    while (n->link.loops && frames < 2 * NET_AT_ONCE && (at = link_looped(&n->link, &bytes))) {
        frame(n, at, bytes, true);
        frames++;
    }
    if (n->later)
        net_tcp_later(n);
    return frames;
}

void net_time(struct net *n) {
    uint64_t now = net_now();
    if (now < n->due)
        return;
    n->due = link_head(&n->link) ? UINT64_MAX : now + NET_WAITS;
    forget_neighbours(n, now);
    net_tcp_time(n, now, false);
}
