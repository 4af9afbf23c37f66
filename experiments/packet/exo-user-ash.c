/* SPDX-License-Identifier: MIT */
/* exo-user-ash.c -- what is answered where it arrives: a handler has interface 1, and this
 * environment asks on interface 0. */
#include "exo/ash.h"
#include "exo/dpf/dpf_atom.h"
#include "exo/libos/ash/ash_answers.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/net/link.h"
#include "exo/libos/stubs.h"
#include "lib/string.h"
#include "measure/bench.h"
#include "protocol/icmp.h"
#include "protocol/udp.h"

#define AT     ((void *)0x560000000000)
#define REGION 0x570000000000ul
enum { ASKS = 0x0a000003, ANSWERS = 0x0a000004, PORT = 7, RING = 3 };

static struct link link;
static long answers, comes, handler;

static struct dpf_atom eq(uint32_t bytes, uint32_t offset, uint32_t value) {
    return (struct dpf_atom){
        .op = DPF_EQ, .bytes = (uint8_t)bytes, .offset = (uint16_t)offset, .value = value};
}

/* Frames of IP from one address to another. */
static long filter(unsigned nic, uint32_t from, uint32_t to, uint32_t protocol) {
    const struct dpf_atom atom[] = {eq(2, 12, ETHER_IP), eq(1, 23, protocol), eq(4, 26, from),
                                    eq(4, 30, to)};
    return exo_filter_insert(0, nic, atom, 4, NULL);
}

/* Both ends; false: the row is skipped. */
static bool begin(struct bench *b, uint32_t protocol, const uint8_t *object, const uint8_t *end) {
    static bool ready;
    if (env_info()->nics < 2) {
        bench_skip(b, "the machine has no two network interfaces");
        return false;
    }
    if (!ready && (frames_map(0, 0, 0, (uint64_t)AT, LINK_PAGES, EXO_WRITE | EXO_NO_EXEC) ||
                   frames_map(0, 0, 0, REGION, 1, EXO_WRITE | EXO_NO_EXEC) ||
                   link_begin(&link, 0, RING, 0, AT) || exo_packet_template(0, 0, 0, NULL, 0) ||
                   exo_packet_template(0, 0, 1, NULL, 0))) {
        bench_skip(b, "the machine has too little memory");
        return false;
    }
    ready = true;
    handler = exo_ash_set(EXO_ASH_HOW(0, link_physical((void *)REGION) >> 12, 1), object,
                          (uint64_t)(end - object), (struct cap){0}, NULL);
    answers = filter(1, ASKS, ANSWERS, protocol);
    comes = filter(0, ANSWERS, ASKS, protocol);
    if (handler < 0 || answers < 0 || comes < 0 ||
        exo_ash_bind(0, (uint64_t)answers, (uint64_t)handler) ||
        exo_filter_bind(0, (uint64_t)comes, RING))
        __builtin_trap();
    return true;
}

static void end(void) {
    exo_filter_drop(0, (uint64_t)answers);
    exo_filter_drop(0, (uint64_t)comes);
    exo_ash_drop((uint64_t)handler);
}

/* The beginning of a frame with so many bytes behind its header of IP. */
static uint8_t *head(uint32_t protocol, uint32_t bytes) {
    struct ether_address there;
    struct ip_header ip = {.source = ASKS,
                           .target = ANSWERS,
                           .length = (uint16_t)(IP_HEADER + bytes),
                           .ttl = IP_TTL,
                           .protocol = (uint8_t)protocol};
    uint8_t *at = link_head(&link);
    memcpy(&there, (const void *)((const struct exo_nic *)EXO_NIC)[1].address, sizeof there);
    ether_put(at, &there, &link.ether, ETHER_IP);
    ip_put(at + ETHER_HEADER, &ip);
    return at + ETHER_HEADER + IP_HEADER;
}

/* What lies there goes; nobody needs to be told when, for what comes back comes later. */
static inline long send(uint64_t at, uint32_t bytes) {
    const struct exo_piece piece = {at, bytes};
    return exo_packet_send(0, 0, &piece, 1, 0);
}

/* It goes, and its answer comes. */
static void exchange(struct bench *b, uint32_t bytes, void (*again)(void)) {
    while (bench_next(b)) {
        again();
        uint64_t at = link_physical(link_head(&link)), said;
        const volatile uint64_t *word = &link.word[link.next];
        bench_start(b);
        long error = send(at, bytes);
        while (!(said = *word))
            continue;
        bench_stop(b);
        if (error || (uint32_t)said != (bytes < ETHER_LEAST ? ETHER_LEAST : bytes))
            __builtin_trap();
        link_done(&link);
    }
}

enum { ECHO_DATA = 56 };
static void echo(void) {
    const struct icmp_message m = {.type = ICMP_ECHO, .id = 1, .seq = 1};
    uint8_t *at = head(IP_ICMP, ICMP_HEADER + ECHO_DATA);
    icmp_put(at, &m, sum_bytes(at + ICMP_HEADER, ECHO_DATA));
}

BENCH(packet_icmp_rtt, "packet/icmp_rtt/bytes:56") {
    if (!begin(b, IP_ICMP, ash_icmp_answer, ash_icmp_answer_end))
        return;
    exchange(b, ETHER_HEADER + IP_HEADER + ICMP_HEADER + ECHO_DATA, echo);
    end();
}

enum { UDP_DATA = 18 };
static void datagram(void) {
    const struct udp_header u = {.source = PORT, .target = PORT, .length = UDP_HEADER + UDP_DATA};
    uint8_t *at = head(IP_UDP, UDP_HEADER + UDP_DATA);
    udp_put(at, &u, ASKS, ANSWERS, sum_bytes(at + UDP_HEADER, UDP_DATA));
}

BENCH(packet_udp_rtt_ash, "packet/udp_rtt/bytes:18/to:ash") {
    if (!begin(b, IP_UDP, ash_udp_answer, ash_udp_answer_end))
        return;
    exchange(b, ETHER_HEADER + IP_HEADER + UDP_HEADER + UDP_DATA, datagram);
    end();
}

/* The handler counts before it does anything else, and takes the frame. */
BENCH(packet_receive_ash, "packet/receive/bytes:60,1514/to:ash") {
    uint32_t bytes = (uint32_t)bench_arg(b, "bytes");
    if (!begin(b, IP_UDP, ash_count, ash_count_end))
        return;
    volatile uint64_t *count = (volatile uint64_t *)REGION;
    while (bench_next(b)) {
        uint64_t before = *count;
        head(IP_UDP, bytes - ETHER_HEADER - IP_HEADER);
        uint64_t at = link_physical(link_head(&link));
        bench_start(b);
        long error = send(at, bytes);
        while (*count == before)
            continue;
        bench_stop(b);
        if (error)
            __builtin_trap();
    }
    end();
}
