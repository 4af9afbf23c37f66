/* SPDX-License-Identifier: MIT */
/* any.c -- frames of any bytes, random and mutated, from a stranger on the wire to all of a stack:
 * ARP, pieces, ICMP, UDP, TCP, with sockets open. A connection beside them has its bytes, a socket
 * the datagrams of its port and no others, memory is as before, and each frame is counted once. */
#include "sockets_own.h"
#include "stranger.h"

#include "exo/libos/exos/files/files.h"
#include "exo/libos/frames.h"
#include "exo/libos/sockets/sockets.h"
#include "exo/libos/stubs.h"
#include "lib/string.h"
#include "protocol/checksum.h"

/* Pages that are touched when the first packet is put together in them. */
enum { LATER = NET_WHOLES * NET_WHOLE / 4096 };
enum { PORT = 9, ROUND = 64, WARM = 40, EXPECTED = 4096, DATA = 1400 };

static struct stranger_end end;
static uint32_t expected[EXPECTED]; /* what datagrams of the port have in them, in order */
static uint32_t promised, seen;

static uint32_t draw(uint32_t below) {
    return (uint32_t)((stranger_number() & UINT32_MAX) * below >> 32);
}

static uint32_t digest(const uint8_t *data, uint32_t bytes) {
    uint32_t d = bytes;
    for (uint32_t i = 0; i < bytes; i++)
        d = d * 16777619 ^ data[i];
    return d;
}

/* --- Frames --- */

static uint32_t datagram(uint8_t *at, struct ip_header *h, uint32_t bytes) {
    const struct udp_header u = {.source = (uint16_t)draw(UINT16_MAX),
                                 .target = (uint16_t)(draw(2) ? PORT : draw(20)),
                                 .length = (uint16_t)(UDP_HEADER + bytes)};
    h->protocol = IP_UDP;
    udp_put(at, &u, h->source, h->target, sum_bytes(at + UDP_HEADER, bytes));
    return UDP_HEADER + bytes;
}

/* Half of them in the connection's name, whose numbers nobody off its way knows. */
static uint32_t segment(uint8_t *at, struct ip_header *h, uint32_t bytes) {
    const bool forged = draw(2);
    const struct tcp_segment s = {.source = forged ? end.c.t.source : (uint16_t)draw(UINT16_MAX),
                                  .target = 7,
                                  .seq = draw(UINT32_MAX),
                                  .ack = draw(UINT32_MAX),
                                  .window = draw(UINT16_MAX),
                                  .flags = (uint8_t)draw(64)};
    h->protocol = IP_TCP;
    h->source = forged ? STRANGER_IP : h->source;
    const uint32_t length = tcp_put(at, &s) + bytes;
    sum_put(at + 16, sum_end(sum_join(sum_bytes(at, length),
                                      sum_pseudo(h->source, h->target, IP_TCP, length))));
    return length;
}

static uint32_t packet(uint8_t *at) {
    struct ip_header h = {.source = STRANGER_IP + 1 + draw(200), .target = HOST_IP, .ttl = IP_TTL};
    uint8_t *data = at + IP_HEADER;
    uint32_t bytes = draw(DATA);
    switch (draw(4)) {
    case 0:
        h.id = (uint16_t)draw(8);
        h.offset = (uint16_t)(draw(1000) * 8);
        h.more = draw(2);
        h.protocol = IP_UDP;
        bytes &= ~7u;
        break;
    case 1: {
        const struct icmp_message m = {.type = (uint8_t)(draw(2) ? ICMP_ECHO : draw(20))};
        h.protocol = IP_ICMP;
        icmp_put(data, &m, sum_bytes(data + ICMP_HEADER, bytes));
        bytes += ICMP_HEADER;
        break;
    }
    case 2:
        bytes = segment(data, &h, bytes);
        break;
    default:
        bytes = datagram(data, &h, bytes);
    }
    h.length = (uint16_t)(IP_HEADER + bytes);
    ip_put(at, &h);
    return IP_HEADER + bytes;
}

/* Some other bytes, with a right sum of the header, mostly. */
static uint32_t mutate(uint8_t *frame, uint32_t bytes) {
    for (uint32_t n = draw(4); n; n--)
        frame[draw(8) ? ETHER_HEADER + draw(bytes - ETHER_HEADER) : draw(bytes)] =
            (uint8_t)draw(256);
    if (draw(4) && ether_type(frame) == ETHER_IP) {
        sum_put(frame + ETHER_HEADER + 10, 0);
        sum_put(frame + ETHER_HEADER + 10, sum_end(sum_bytes(frame + ETHER_HEADER, IP_HEADER)));
    }
    return draw(4) ? bytes : ETHER_HEADER + draw(bytes - ETHER_HEADER + 1);
}

/* Whether it says that the stranger, or the host, is another station: then it would be. */
static bool takes_a_name(const uint8_t *frame, uint32_t bytes) {
    struct arp_packet a;
    return ether_type(frame) == ETHER_ARP &&
           arp_get(frame + ETHER_HEADER, bytes - ETHER_HEADER, &a) && a.source == STRANGER_IP;
}

/* A datagram that the port may have: it is whole, and in one piece. */
static void promise(const uint8_t *frame, uint32_t bytes) {
    const uint8_t *ip = frame + ETHER_HEADER, *at;
    struct ip_header h;
    struct udp_header u;
    if (ether_type(frame) != ETHER_IP || ip_get(ip, bytes - ETHER_HEADER, &h) || h.more ||
        h.offset || h.protocol != IP_UDP)
        return;
    at = ip + h.header;
    if (udp_get(at, h.length - (uint32_t)h.header, &u) && u.target == PORT &&
        (!u.summed || udp_is_whole(&u, h.source, h.target, sum_bytes(at, u.length))))
        expected[promised++ % EXPECTED] = digest(at + UDP_HEADER, u.length - (uint32_t)UDP_HEADER);
}

static void any(void) {
    uint8_t *frame = link_head(&stranger.link);
    struct ether_address host;
    if (!frame)
        return;
    memcpy(&host, (const void *)((const struct exo_nic *)EXO_NIC)[0].address, sizeof host);
    ether_put(frame, &host, &stranger.link.ether, draw(8) ? ETHER_IP : ETHER_ARP);
    uint32_t bytes = ETHER_HEADER + packet(frame + ETHER_HEADER);
    if (ether_type(frame) == ETHER_ARP) {
        const struct arp_packet a = {.asks = draw(2),
                                     .source = STRANGER_IP + 1 + draw(200),
                                     .target = HOST_IP,
                                     .source_ether = {{2, 0, 9, 9, 9, (uint8_t)draw(256)}}};
        arp_put(frame + ETHER_HEADER, &a);
        bytes = ETHER_LEAST;
    }
    bytes = mutate(frame, bytes);
    if (takes_a_name(frame, bytes))
        return;
    promise(frame, bytes);
    link_send(&stranger.link, bytes, NULL, 0);
}

/* --- What is as it must be --- */

static const volatile struct exo_nic *nic(unsigned n) {
    return (const volatile struct exo_nic *)EXO_NIC + n;
}

/* Frames of interface 0 that somebody's filter wanted. */
static uint64_t wanted(void) {
    const volatile struct exo_filter *f = (const volatile struct exo_filter *)EXO_FILTER;
    uint64_t all = 0;
    for (unsigned i = 0; i < EXO_FILTERS; i++)
        all += f[i].references && f[i].nic == 0 ? f[i].packets : 0;
    return all;
}

/* Frames that came to interface 0 and are not counted to anybody; and that are on the way to it. As
 * before, whatever those were whose filters are gone. */
static uint64_t uncounted(void) {
    return nic(0)->frames_in - wanted() - nic(0)->nobody;
}
static uint64_t under_way(void) {
    return nic(1)->frames_out + nic(1)->sending - nic(0)->frames_in;
}

/* All that came to the socket was sent, in this order. */
static bool are_expected(int fd, uint32_t *datagrams) {
    static uint8_t back[2048];
    struct exos_address from;
    long n;
    while ((n = exos_receive_from(fd, &from, back, sizeof back)) >= 0) {
        const uint32_t d = digest(back, (uint32_t)n);
        while (seen != promised && expected[seen % EXPECTED] != d)
            seen++;
        if (seen++ == promised)
            return false;
        ++*datagrams;
    }
    return true;
}

static bool echoes(int fd) {
    static uint8_t byte;
    uint8_t got = 0;
    byte++;
    if (net_tcp_write(&end.c, &byte, 1) != 1)
        return false;
    for (int i = 0; i < 3000 && exos_read(fd, &got, 1) != 1; i++)
        stranger_step();
    if (got != byte || exos_write(fd, &got, 1) != 1)
        return false;
    got = 0;
    for (int i = 0; i < 3000 && net_tcp_read(&end.c, &got, 1) != 1; i++)
        stranger_step();
    return got == byte;
}

uint64_t case_any(void) {
    const uint64_t frames = so_many & 0xffffff;
    const int l = listener(7), u = (int)exos_socket(EXOS_DATAGRAM, 0);
    uint64_t before = 0, sent = 0;
    uint32_t datagrams = 0;
    int fd = -1;
    MUST(l >= 0 && u >= 0 && !exos_bind(u, PORT) && !exos_set_flags(u, EXOS_NONBLOCK));
    MUST(!exos_set_flags(l, EXOS_NONBLOCK) && stranger_begin());
    MUST(stranger_connects(&end, HOST_IP, 7, NULL));
    for (int i = 0; fd < 0 && i < 3000; i++) {
        stranger_step();
        fd = (int)exos_accept(l, NULL);
    }
    MUST(fd >= 0 && !exos_set_flags(fd, EXOS_NONBLOCK) && echoes(fd));
    for (uint64_t n = so_many >> 24; n; n--) /* the seed's */
        stranger_number();
    const uint64_t others = uncounted(), lost = under_way();
    for (uint64_t round = 0; sent < frames; round++) {
        for (unsigned i = 0; i < ROUND; i++, sent++) {
            any();
            if (i % 8 == 7) {
                stranger_step();
                MUST(are_expected(u, &datagrams));
            }
        }
        MUST(echoes(fd) && are_expected(u, &datagrams));
        before = round < WARM ? frames_free() : before;
        MUST(frames_free() + LATER >= before);
        MUST(uncounted() == others);
    }
    MUST(under_way() == lost && datagrams > frames / 100);
    return 0;
}
