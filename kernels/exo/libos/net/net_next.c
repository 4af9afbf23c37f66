/* SPDX-License-Identifier: MIT */
/* net_next.c -- see net_own.h: segments of a connection that come one behind the other. */
#include "exo/libos/net/net_own.h"

#include "lib/error.h"
#include "protocol/bytes.h"
#include "protocol/tcp/tcp_next.h"

enum { IP_PIECES = 0x3fff }; /* of the field: that it is one */

/* Whether the packet has nothing that is not in all of its connection; its sum is right. */
static inline bool is_plain(const struct net_tcp *c, const uint8_t *ip) {
    uint64_t hosts = wire_load64(c->path.head + ETHER_HEADER + 12); /* ours, then the peer's */
    return ip[0] == IP_PLAIN && !(wire_get16(ip + 6) & IP_PIECES) && ip[9] == IP_TCP &&
           wire_load64(ip + 12) == (hosts << 32 | hosts >> 32) &&
           wire_get32(ip + IP_HEADER) == ((uint32_t)c->t.target << 16 | c->t.source) &&
           sum_fold(sum_join(sum_join(wire_load64(ip), wire_load64(ip + 8)),
                             wire_load32(ip + 16))) == UINT16_MAX;
}

/* The owner has the data, and is told; what is acknowledged waits for what else came. */
static void arrived(struct net_tcp *c, const uint8_t *data, uint32_t length) {
    const struct tcp_event e = {.what = TCP_DATA, .length = length, .ready = length};
    if (c->take) {
        c->take(c, data, length);
        c->in_first += length;
        if (c->t.wants & TCP_WANTS_ACK)
            c->t.room = c->in_size;
        else
            tcp_room(&c->t, c->in_size);
    } else {
        net_tcp_store(c, data, &e);
    }
    if (c->told)
        c->told(c, NET_DATA);
}

/* Whether a frame is its next segment: then it is done with. */
static inline bool take_next(struct net_tcp *c, const uint8_t *frame, uint32_t bytes) {
    struct net *n = c->net;
    const uint8_t *ip = frame + ETHER_HEADER, *header = ip + IP_HEADER;
    struct tcp_segment s;
    if (bytes < NET_HEAD + TCP_TIMED_HEADER || ether_type(frame) != ETHER_IP ||
        memcmp(frame, &n->link.ether, sizeof n->link.ether) != 0)
        return false;
    uint32_t length = wire_get16(ip + 2), of_tcp = length - IP_HEADER;
    if (length < IP_HEADER + TCP_TIMED_HEADER || length > bytes - ETHER_HEADER ||
        !is_plain(c, ip) || !tcp_get_timed(header, of_tcp, &s) || !tcp_is_next(&c->t, &s))
        return false;
    uint64_t sum = sum_join(c->path.sum, wire_swap16(of_tcp));
    if (sum_fold(sum_join(sum, sum_bytes(header, of_tcp))) != UINT16_MAX)
        return false;
    n->count.frames++;
    n->count.segments++;
    tcp_take_next(&c->t, &s, n->now);
    arrived(c, header + TCP_TIMED_HEADER, s.length);
    return true;
}

void net_tcp_follow(struct net_tcp *c) {
    struct net *n = c->net;
    const uint8_t *frame;
    uint32_t bytes;
    if (n->raw || c->path.ip == n->ip)
        return;
    while (c->queued && (frame = link_second(&n->link, &bytes)) && take_next(c, frame, bytes))
        link_done(&n->link);
}
