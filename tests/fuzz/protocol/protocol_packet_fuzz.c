/* SPDX-License-Identifier: MIT */
/* Any bytes as a packet of each protocol. What is accepted lies within its bytes, and written again
 * it is read the same. The input ends where its memory does, so that a byte too far is found. */
#include <stdlib.h>
#include <string.h>

#include "protocol/am.h"
#include "protocol/arp.h"
#include "protocol/http.h"
#include "protocol/icmp.h"
#include "protocol/ip.h"
#include "protocol/rpc.h"
#include "protocol/tcp/tcp.h"
#include "protocol/udp.h"

#define MUST(x)                                                                                    \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

static void tcp(const uint8_t *p, uint32_t n) {
    struct tcp_segment s, again;
    uint8_t bytes[TCP_HEADER_MOST];
    uint32_t header = tcp_get(p, n, &s);
    if (!header)
        return;
    MUST(header <= n && header + s.length == n);
    uint32_t put = tcp_put(bytes, &s);
    MUST(put <= TCP_HEADER_MOST && tcp_get(bytes, put, &again) == put);
    MUST(again.seq == s.seq && again.ack == s.ack && again.options == s.options);
}

static void pieces(const uint8_t *p, uint32_t n) {
    struct ip_whole table[4] = {0};
    uint64_t now = 1;
    for (; n >= 6; p += 6, n -= 6) {
        struct ip_header h = {.source = p[0] & 3u,
                              .header = IP_HEADER,
                              .offset = (uint16_t)(p[1] * 8),
                              .more = p[2] & 1,
                              .length = (uint16_t)(IP_HEADER + p[3] * (p[2] & 1 ? 8 : 1))};
        bool fresh;
        uint32_t at = ip_whole_of(table, 4, &h, now, &fresh);
        MUST(at < 4);
        ip_whole_add(&table[at], &h);
        const struct ip_whole *w = &table[at];
        MUST(w->runs <= IP_RUNS);
        for (uint32_t i = 0; i < w->runs; i++)
            MUST(w->run[i].from < w->run[i].to && (!i || w->run[i - 1].to < w->run[i].from));
        now += p[4] * 1000000000ull;
    }
}

static void http(const uint8_t *p, uint32_t n) {
    struct http_request r;
    uint64_t from, count;
    http_get(p, n, &r);
    MUST(r.bytes <= n);
    if (r.status != HTTP_OK)
        return;
    MUST(r.path + r.path_bytes < r.bytes && r.path_bytes <= HTTP_PATH_MOST);
    /* No part of it is . or .., or empty. */
    for (uint32_t i = 0, part = 0; i <= r.path_bytes; i++) {
        if (i < r.path_bytes && p[r.path + i] != '/')
            continue;
        const uint8_t *at = p + r.path + part;
        uint32_t bytes = i - part;
        MUST((bytes || !r.path_bytes) && (bytes != 1 || at[0] != '.'));
        MUST(bytes != 2 || at[0] != '.' || at[1] != '.');
        part = i + 1;
    }
    if (http_range(&r, 1000, &from, &count) != HTTP_RANGE)
        MUST(from + count <= 1000);
}

static void calls(const uint8_t *p, uint32_t n) {
    struct rpc_header h, again;
    struct am_message m;
    uint8_t bytes[RPC_HEADER];
    if (rpc_get(p, n, &h)) {
        rpc_put(bytes, &h);
        MUST(!memcmp(bytes, p, RPC_HEADER) && rpc_get(bytes, RPC_HEADER, &again));
    }
    if (am_get(p, n, 4, &m)) {
        MUST(m.handler < 4 && AM_HEADER + m.bytes <= n);
        am_put(bytes, &m);
        MUST(!memcmp(bytes, p, AM_HEADER));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint32_t n = size > 2000 ? 2000 : (uint32_t)size;
    uint8_t *p = malloc(n + 1);
    struct ip_header h;
    struct arp_packet a;
    struct icmp_message m;
    struct udp_header u;
    memcpy(p, data, n);
    uint8_t *exact = malloc(n ? n : 1);
    memcpy(exact, p, n);
    if (ip_get(exact, n, &h) == IP_FINE) {
        MUST(h.header >= IP_HEADER && h.header <= h.length && h.length <= n);
        ip_hop(exact);
        MUST(ip_get(exact, n, &h) == IP_FINE);
    }
    arp_get(exact, n, &a);
    icmp_get(exact, n, &m);
    if (udp_get(exact, n, &u))
        MUST(u.length <= n);
    tcp(exact, n);
    http(exact, n);
    calls(exact, n);
    pieces(exact, n);
    free(exact);
    free(p);
    return 0;
}
