/* SPDX-License-Identifier: MIT */
/* floods.c -- what a stranger on the wire sends without end takes a bounded memory, and others are
 * answered. */
#include "sockets_own.h"
#include "stranger.h"

#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/frames.h"
#include "exo/libos/sockets/sockets.h"
#include "lib/error.h"
#include "lib/string.h"
#include "protocol/checksum.h"

static struct stranger_end end;

/* What comes from the stranger's host lies behind what `also` sends. */
static void step(void (*also)(void)) {
    process_pass();
    also();
    if (!net_poll(&stranger))
        net_time(&stranger);
}

/* A byte goes there and back by a connection that is accepted as `fd`, in spite of `also`. */
static bool talks(int fd, void (*also)(void)) {
    static uint8_t byte;
    uint8_t got = 0;
    byte++;
    if (net_tcp_write(&end.c, &byte, 1) != 1)
        return false;
    for (int i = 0; i < 3000 && exos_read(fd, &got, 1) != 1; i++)
        step(also);
    if (got != byte || exos_write(fd, &got, 1) != 1)
        return false;
    got = 0;
    for (int i = 0; i < 3000 && net_tcp_read(&end.c, &got, 1) != 1; i++)
        step(also);
    return got == byte;
}

static int accepted(int listener) {
    int fd = -1;
    for (int i = 0; fd < 0 && i < 3000; i++) {
        stranger_step();
        fd = (int)exos_accept(listener, NULL);
    }
    if (fd >= 0)
        exos_set_flags(fd, EXOS_NONBLOCK);
    return fd;
}

/* --- SYNs of connections that nobody wants --- */

static void syns(void) {
    for (int i = 0; i < 8; i++) {
        const uint64_t n = stranger_number();
        const struct tcp_segment s = {.source = (uint16_t)n,
                                      .target = 7,
                                      .seq = (uint32_t)(n >> 8),
                                      .flags = TCP_SYN,
                                      .window = 1000};
        const uint32_t source =
            n & 1 ? 0x0a000003 + (uint32_t)(n >> 16) % 250 : (uint32_t)(n >> 9) | 0x40000000;
        stranger_segment(source, HOST_IP, &s);
    }
}

uint64_t case_syns(void) {
    const int l = listener(7);
    MUST(l >= 0 && !exos_set_flags(l, EXOS_NONBLOCK) && stranger_begin());
    MUST(stranger_connects(&end, HOST_IP, 7, NULL)); /* they know each other */
    int fd = accepted(l);
    MUST(fd >= 0);
    MUST(talks(fd, syns)); /* pages that fork shared are their own now */
    const uint64_t before = frames_free();
    for (int i = 0; i < 300; i++) {
        syns();
        stranger_step();
    }
    MUST(talks(fd, syns));
    net_tcp_abort(&end.c);
    exos_close(fd);
    MUST(stranger_connects(&end, HOST_IP, 7, syns));
    fd = accepted(l);
    MUST(fd >= 0 && talks(fd, syns));
    MUST(frames_free() == before);
    return 0;
}

/* --- Questions of ARP, from as many as there may be --- */

static void arps(void) {
    for (int i = 0; i < 24; i++) {
        static const struct ether_address all = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
        const uint64_t n = stranger_number();
        const struct arp_packet a = {.asks = !(n & 2),
                                     .source = 0x0a000003 + (uint32_t)(n >> 8) % 250,
                                     .target = HOST_IP,
                                     .source_ether = {{2, 0, 9, 9, 9, (uint8_t)n}}};
        uint8_t *head = link_head(&stranger.link);
        if (!head)
            return;
        memset(head, 0, ETHER_LEAST);
        ether_put(head, &all, &stranger.link.ether, ETHER_ARP);
        arp_put(head + ETHER_HEADER, &a);
        link_send(&stranger.link, ETHER_LEAST, NULL, 0);
    }
}

uint64_t case_arps(void) {
    const int l = listener(7);
    MUST(l >= 0 && !exos_set_flags(l, EXOS_NONBLOCK) && stranger_begin());
    MUST(stranger_connects(&end, HOST_IP, 7, NULL));
    const int fd = accepted(l);
    MUST(fd >= 0);
    MUST(talks(fd, arps)); /* pages that fork shared are their own now */
    const uint64_t before = frames_free();
    for (int i = 0; i < 100; i++)
        MUST(talks(fd, arps));
    MUST(frames_free() == before);
    return 0;
}

/* --- Pieces of packets that never become whole, and contradict each other --- */

enum { WHOLE = 3000 };
static uint8_t bytes[WHOLE + UDP_HEADER], back[WHOLE];

static void pieces(void) {
    for (int i = 0; i < 8; i++) {
        const uint64_t n = stranger_number();
        const uint32_t length = 8 + (uint32_t)(n >> 3) % 700 * 2;
        const struct ip_header h = {.source = 0x0a000003 + (uint32_t)(n >> 9) % 2,
                                    .target = HOST_IP,
                                    .length = (uint16_t)(IP_HEADER + (length & ~7u)),
                                    .id = (uint16_t)(n >> 12 & 7),
                                    .offset = (uint16_t)((n >> 16) % 8100 & ~7ul),
                                    .more = n & 1,
                                    .ttl = IP_TTL,
                                    .protocol = IP_UDP};
        stranger_sends(&h, bytes, length & ~7u);
    }
}

uint64_t case_pieces(void) {
    const struct udp_header u = {.source = 5, .target = 9, .length = sizeof bytes};
    struct exos_address from;
    struct net_path path;
    const int fd = (int)exos_socket(EXOS_DATAGRAM, 0);
    MUST(fd >= 0 && !exos_bind(fd, 9) && !exos_set_flags(fd, EXOS_NONBLOCK) && stranger_begin());
    for (uint32_t i = 0; i < WHOLE; i++)
        bytes[UDP_HEADER + i] = (uint8_t)(i * 2654435761u >> 13);
    udp_put(bytes, &u, STRANGER_IP, HOST_IP, sum_bytes(bytes + UDP_HEADER, WHOLE));
    net_path(&stranger, &path, HOST_IP, IP_UDP, 0, 0);
    while (net_resolve(&stranger, &path))
        stranger_step();
    uint64_t before = 0;
    for (int round = 0; round < 20; round++) {
        if (round == 1)
            before = frames_free();
        for (int i = 0; i < 20; i++) {
            pieces();
            stranger_step();
        }
        MUST(!net_ip_send(&stranger, &path, bytes, sizeof bytes));
        long n = -1;
        for (int i = 0; i < 3000 && n < 0; i++) {
            stranger_step();
            n = exos_receive_from(fd, &from, back, sizeof back);
        }
        MUST(n == WHOLE && !memcmp(back, bytes + UDP_HEADER, WHOLE) && from.port == 5);
    }
    MUST(frames_free() + NET_WHOLES * NET_WHOLE / 4096 >= before); /* the table's own pages */
    return 0;
}

/* --- What says that it comes from the host itself --- */

static void datagram_from(uint32_t source) {
    const struct udp_header u = {.source = 7, .target = 7, .length = UDP_HEADER + 4};
    uint8_t packet[UDP_HEADER + 4] = "        echo";
    const struct ip_header h = {.source = source,
                                .target = HOST_IP,
                                .length = IP_HEADER + sizeof packet,
                                .whole = true,
                                .ttl = IP_TTL,
                                .protocol = IP_UDP};
    udp_put(packet, &u, source, HOST_IP, sum_bytes(packet + UDP_HEADER, 4));
    stranger_sends(&h, packet, sizeof packet);
}

uint64_t case_ourselves(void) {
    struct exos_address from;
    uint8_t got[16];
    int fd = (int)exos_socket(EXOS_DATAGRAM, 0);
    MUST(fd >= 0 && !exos_bind(fd, 7) && !exos_set_flags(fd, EXOS_NONBLOCK) && stranger_begin());
    const uint32_t sources[] = {HOST_IP, HOST_IP | 0xff, 0, 0xe0000001, UINT32_MAX, STRANGER_IP};
    for (unsigned i = 0; i < sizeof sources / sizeof *sources; i++) {
        datagram_from(sources[i]);
        for (int step = 0; step < 20; step++)
            stranger_step();
    }
    MUST(exos_receive_from(fd, &from, got, sizeof got) == 4 && from.ip == STRANGER_IP);
    MUST(exos_receive_from(fd, &from, got, sizeof got) == -E_AGAIN);
    exos_close(fd);
    return 0;
}
