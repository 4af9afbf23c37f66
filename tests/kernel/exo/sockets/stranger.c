/* SPDX-License-Identifier: MIT */
/* stranger.c -- see stranger.h. */
#include "stranger.h"

#include "exo/libos/exos/own.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/string.h"
#include "sockets_cases.h"

#define AT   ((void *)0x6c0000000000)
#define NIC  1
#define RING 3
#define LONG 300000 /* steps */

struct net stranger;
static struct net_tcp waits[8];

bool stranger_begin(void) {
    const struct secret secret = {{7, 8}};
    long arp;
    if (frames_map(0, 0, 0, (uint64_t)AT, LINK_PAGES, EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED) ||
        link_begin(&stranger.link, NIC, RING, 0, AT) || exo_packet_template(0, 0, NIC, NULL, 0))
        return false;
    net_begin(&stranger, STRANGER_IP, 0xffffff00, 0, secret);
    stranger.wait = waits;
    stranger.waits = sizeof waits / sizeof *waits;
    return net_take_all(&stranger, 0, &arp) > 0 && arp > 0;
}

void stranger_step(void) {
    process_pass();
    if (!net_poll(&stranger))
        net_time(&stranger);
}

bool stranger_until(const uint32_t *word) {
    for (int i = 0; !*(const volatile uint32_t *)word && i < LONG; i++)
        stranger_step();
    return *word;
}

static void told(struct net_tcp *c, uint32_t what) {
    struct stranger_end *e = (struct stranger_end *)c;
    e->opened |= what & NET_OPENED;
    e->ended |= what & NET_ENDED;
    e->closed |= what & NET_CLOSED;
    e->failed |= what & NET_FAILED;
}

bool stranger_connects(struct stranger_end *e, uint32_t ip, uint16_t port, void (*also)(void)) {
    *e = (struct stranger_end){.c = {.told = told,
                                     .in = e->in,
                                     .in_size = sizeof e->in,
                                     .out = e->out,
                                     .out_size = sizeof e->out}};
    if (net_tcp_open(&stranger, &e->c, ip, port))
        return false;
    for (int i = 0; !e->opened && !e->closed && i < LONG; i++) {
        if (also)
            also();
        stranger_step();
    }
    return e->opened;
}

uint32_t stranger_reads(struct stranger_end *e, uint8_t *into, uint32_t bytes) {
    uint32_t done = 0;
    for (int i = 0; done < bytes && i < LONG; i++) {
        const long n = net_tcp_read(&e->c, into + done, bytes - done);
        done += n > 0 ? (uint32_t)n : 0;
        if (n <= 0 && (e->ended || e->closed))
            break;
        stranger_step();
    }
    return done;
}

void stranger_sends(const struct ip_header *h, const void *data, uint32_t bytes) {
    struct ether_address there;
    uint8_t *head = link_head(&stranger.link);
    for (; !head; head = link_head(&stranger.link))
        process_pass();
    memcpy(&there, (const void *)((const struct exo_nic *)EXO_NIC)[0].address, sizeof there);
    memset(head, 0, ETHER_LEAST);
    ether_put(head, &there, &stranger.link.ether, ETHER_IP);
    ip_put(head + ETHER_HEADER, h);
    memcpy(head + NET_HEAD, data, bytes);
    link_send(&stranger.link, NET_HEAD + bytes < ETHER_LEAST ? ETHER_LEAST : NET_HEAD + bytes, NULL,
              0);
}

void stranger_segment(uint32_t source, uint32_t target, const struct tcp_segment *s) {
    uint8_t bytes[60];
    const uint32_t length = tcp_put(bytes, s);
    const struct ip_header h = {.source = source,
                                .target = target,
                                .length = (uint16_t)(IP_HEADER + length),
                                .whole = true,
                                .ttl = IP_TTL,
                                .protocol = IP_TCP};
    const uint64_t sum =
        sum_join(sum_bytes(bytes, length), sum_pseudo(source, target, IP_TCP, length));
    sum_put(bytes + 16, sum_end(sum));
    stranger_sends(&h, bytes, length);
}

uint64_t stranger_number(void) {
    static uint64_t seed = 14;
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return seed >> 24;
}
