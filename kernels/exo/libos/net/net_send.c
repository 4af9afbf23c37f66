/* SPDX-License-Identifier: MIT */
/* net_send.c -- see net.h: what goes; and by which filters what comes. */
#include "exo/libos/net/net_own.h"

#include "lib/error.h"
#include "protocol/bytes.h"

void net_path(const struct net *n, struct net_path *p, uint32_t ip, uint8_t protocol,
              uint16_t source, uint16_t target) {
    const struct ip_header h = {
        .source = n->ip, .target = ip, .whole = true, .ttl = IP_TTL, .protocol = protocol};
    *p = (struct net_path){.ip = ip, .protocol = protocol, .source = source, .target = target};
    ip_put(p->head + ETHER_HEADER, &h);
    p->field = wire_load16(p->head + ETHER_HEADER + 10);
    p->sum = sum_pseudo(n->ip, ip, protocol, 0);
}

/* A frame has ETHER_LEAST bytes. */
static inline uint32_t pad(uint8_t *head, uint32_t bytes, uint32_t data) {
    if (bytes + data >= ETHER_LEAST || data)
        return bytes;
    memset(head + bytes, 0, ETHER_LEAST - bytes);
    return ETHER_LEAST;
}

static inline long sent(struct net *n, uint32_t bytes, const struct link_part *part,
                        uint32_t parts) {
    long error = link_send(&n->link, bytes, part, parts);
    if (__builtin_expect(n->link.kept, 0))
        n->due = 0;
    return error;
}

long net_send(struct net *n, struct net_path *p, uint32_t bytes, const struct link_part *part,
              uint32_t parts, uint32_t data) {
    uint8_t *head = link_head(&n->link);
    memcpy(head, p->head, NET_HEAD);
    ip_put_length(head + ETHER_HEADER, IP_HEADER + bytes + data, p->field);
    n->count.sent++;
    if (__builtin_expect(p->ip == n->ip, 0))
        return link_loop(&n->link, NET_HEAD + bytes, part, parts);
    return sent(n, pad(head, NET_HEAD + bytes, data), part, parts);
}

long net_udp_send(struct net *n, struct net_path *p, const void *data, uint32_t bytes) {
    if (bytes > ETHER_MTU - IP_HEADER - UDP_HEADER)
        return -E_TOO_LONG;
    long error = net_resolve(n, p);
    if (error)
        return error;
    uint8_t *head = link_head(&n->link);
    if (!head)
        return -E_FULL;
    const struct udp_header u = {
        .source = p->source, .target = p->target, .length = (uint16_t)(UDP_HEADER + bytes)};
    uint8_t *udp = head + NET_HEAD;
    memcpy(udp + UDP_HEADER, data, bytes);
    udp_put(udp, &u, n->ip, p->ip, sum_bytes(udp + UDP_HEADER, bytes));
    return net_send(n, p, UDP_HEADER + bytes, NULL, 0, 0);
}

/* Pieces go one after the other, copied. */
long net_ip_send(struct net *n, struct net_path *p, const void *data, uint32_t bytes) {
    long error = bytes > IP_BYTES_MOST - IP_HEADER ? -E_TOO_LONG : net_resolve(n, p);
    struct ip_header h = {.source = n->ip,
                          .target = p->ip,
                          .id = ++n->next_id,
                          .ttl = IP_TTL,
                          .protocol = p->protocol};
    uint32_t part;
    for (uint32_t from = 0; !error && (from < bytes || !bytes); from += part) {
        uint8_t *head = link_head(&n->link);
        if (!head)
            return -E_FULL;
        part = ip_cut(bytes, from, ETHER_MTU);
        h.offset = (uint16_t)from;
        h.more = from + part < bytes;
        h.length = (uint16_t)(IP_HEADER + part);
        memcpy(head, p->head, ETHER_HEADER);
        ip_put(head + ETHER_HEADER, &h);
        memcpy(head + NET_HEAD, (const uint8_t *)data + from, part);
        n->count.sent++;
        error = p->ip == n->ip ? link_loop(&n->link, NET_HEAD + part, NULL, 0)
                               : sent(n, pad(head, NET_HEAD + part, 0), NULL, 0);
        if (!bytes)
            break;
    }
    return error;
}

/* --- Filters --- */

#define ETHER_TYPE(type)                                                                           \
    { .op = DPF_EQ, .bytes = 2, .offset = 12, .value = (type) }
#define IP_TARGET(ip)                                                                              \
    { .op = DPF_EQ, .bytes = 4, .offset = 30, .value = (ip) }

long net_take_all(struct net *n, unsigned slot, long *arp) {
    const struct dpf_atom mine[] = {ETHER_TYPE(ETHER_IP), IP_TARGET(n->ip)};
    const struct dpf_atom asks[] = {ETHER_TYPE(ETHER_ARP)};
    long id = link_filter(&n->link, slot, mine, 2);
    *arp = id < 0 ? id : link_filter(&n->link, slot, asks, 1);
    return id;
}

/* The filter of a protocol's packets for this host, whose first piece tells the ports behind the IP
 * header. */
#define FLOW(n, protocol)                                                                          \
    ETHER_TYPE(ETHER_IP), IP_TARGET((n)->ip),                                                      \
        {.op = DPF_EQ, .bytes = 1, .offset = 23, .value = (protocol)},                             \
        {.op = DPF_MEQ, .bytes = 2, .offset = 20, .mask = 0x1fff},

long net_take_port(struct net *n, unsigned slot, uint8_t protocol, uint16_t port) {
    const struct dpf_atom atom[] = {
        FLOW(n, protocol){.op = DPF_MSHIFT, .bytes = 1, .offset = 14, .mask = 15, .shift = 2},
        {.op = DPF_EQ, .bytes = 2, .offset = 16, .value = port}};
    return link_filter(&n->link, slot, atom, sizeof atom / sizeof *atom);
}

long net_take_flow(struct net *n, unsigned slot, const struct net_path *p) {
    const struct dpf_atom atom[] = {
        FLOW(n, p->protocol){.op = DPF_EQ, .bytes = 4, .offset = 26, .value = p->ip},
        {.op = DPF_MSHIFT, .bytes = 1, .offset = 14, .mask = 15, .shift = 2},
        {.op = DPF_EQ, .bytes = 2, .offset = 14, .value = p->target},
        {.op = DPF_EQ, .bytes = 2, .offset = 16, .value = p->source}};
    return link_filter(&n->link, slot, atom, sizeof atom / sizeof *atom);
}
