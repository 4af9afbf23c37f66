/* SPDX-License-Identifier: MIT */
/* whole_graph.c -- frames of any bytes, random and mutated, to all of the graph: Ethernet to TCP, a
 * forwarder, handlers and strands. Each datagram that is whole has its answer or its handler, and
 * nobody else's; a connection goes on beside them, byte for byte; nothing is lost of pages and
 * heap.
 *
 *   GRAPH_FRAMES    FRAMES, SEED; tests/kernel/campaign graph FRAMES SEED */
#include "../net/net_checks.h"

#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/memory/heap.h"
#include "protocol/ip.h"
#include "protocol/tcp/tcp.h"
#include "protocol/udp.h"
#include "spin/core/strand.h"
#include "spin/extensions/forward/forward.h"
#include "spin/services/stream/flow.h"
#include "spin/services/stream/ports.h"
#include "spin/services/stream/stream_calls.h"

#ifndef GRAPH_FRAMES
#define GRAPH_FRAMES 20000, 14
#endif

enum { ECHO = 7, HEARS = 4000, BYTES = 64, TURN = 512, FIRST = 4 };
enum { WAITING = 4 }; /* pages that wait for a station, at most */

static uint64_t seed;

static uint32_t draw(uint32_t below) {
    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    return (uint32_t)((seed >> 32) * below >> 32);
}

/* --- A connection from the first interface to the second --- */

static struct end {
    long number;
    unsigned long what, wrote, came, wrong;
} end;

static unsigned char pattern(unsigned long n) {
    return (unsigned char)(n * 2654435761u >> 13 ^ n);
}

static unsigned long hear(struct stream_view *v) {
    end.what |= v->what;
    for (const unsigned char *at = v->data; at < v->end; at++)
        end.wrong += *at != pattern(end.came++);
    return (unsigned long)(v->end - v->data);
}
static const struct stream_owner asks = {.ready = hear};

static bool until(const unsigned long *word, unsigned long least) {
    const uint64_t over = rdtsc() + timer_tsc_hz() / 20;
    sti();
    while (*(const volatile unsigned long *)word < least && rdtsc() < over)
        strand_yield();
    return *word >= least;
}

static void connect(struct check *c) {
    end = (struct end){.number = streams_connect(&asks, 0, nic_objects[1].ip, ECHO)};
    CHECK_THAT(c, end.number > 0 && until(&end.what, STREAM_OPENED));
}

static void echo_stream(struct check *c) {
    unsigned char some[BYTES];
    for (unsigned i = 0; i < BYTES; i++)
        some[i] = pattern(end.wrote + i);
    CHECK_THAT(c, streams_write(&asks, (unsigned long)end.number, some, BYTES) == BYTES);
    end.wrote += BYTES;
    CHECK_THAT(c, until(&end.came, end.wrote) && end.came == end.wrote && !end.wrong);
}

/* --- Frames --- */

/* A segment behind the header of IP, its numbers drawn: who is not on the way of a connection does
 * not know them. */
static void segment(struct frame *f, uint32_t source, unsigned from, unsigned to, uint32_t bytes) {
    const struct tcp_segment s = {.source = (uint16_t)from,
                                  .target = (uint16_t)to,
                                  .seq = draw(UINT32_MAX),
                                  .ack = draw(UINT32_MAX),
                                  .window = draw(UINT16_MAX),
                                  .flags = (uint8_t)(draw(3) ? 1u << draw(5) | TCP_ACK : draw(64))};
    uint8_t *ip = frame_ip(f), *at = ip + IP_HEADER;
    frame_datagram(f, from, to, 60 + bytes);
    ip[9] = IP_TCP;
    wire_put32(ip + 12, source);
    const uint32_t header = tcp_put(at, &s), length = header + bytes;
    f->bytes = ETHER_HEADER + IP_HEADER + length;
    wire_put16(ip + 2, IP_HEADER + length);
    frame_sum_ip(f);
    sum_put(at + 16, sum_end(sum_join(sum_bytes(at, length),
                                      sum_pseudo(source, ip_target(ip), IP_TCP, length))));
}

/* In the connection's name. */
static void forged_segment(struct frame *f, uint32_t bytes) {
    const struct stream *s = stream_at((unsigned long)end.number);
    if (s)
        segment(f, (uint32_t)nic_objects[0].ip, s->who.source_port, ECHO, bytes);
    else
        segment(f, STRANGER, draw(UINT16_MAX), ECHO, bytes);
}

static void make(struct frame *f) {
    const uint32_t bytes = draw(1400);
    switch (draw(10)) {
    case 0:
        frame_echo(f, bytes);
        break;
    case 1: /* by nobody who has an address here */
        frame_question(f, 0x0a000100 + draw(0x1000));
        break;
    case 2:
        frame_piece(f, draw(8), draw(600) * 8, bytes & ~7u, draw(4));
        break;
    case 3:
        frame_datagram(f, draw(UINT16_MAX), HEARS, bytes);
        break;
    case 4:
        frame_datagram(f, draw(20), FORWARD_PORT + draw(3), bytes);
        break;
    case 5:
        segment(f, STRANGER + draw(200), draw(UINT16_MAX), draw(3) ? ECHO : FORWARD_PORT + draw(3),
                bytes);
        break;
    case 6:
        forged_segment(f, bytes);
        break;
    default:
        frame_datagram(f, draw(16), draw(16), bytes);
    }
}

/* With right sums, mostly, so that it goes further up. */
static void mutate(struct frame *f) {
    for (unsigned n = draw(4); n; n--)
        f->byte[(draw(8) ? ETHER_HEADER : 0) + draw(f->bytes - ETHER_HEADER)] = (uint8_t)draw(256);
    if (draw(4) == 0)
        f->bytes = draw(f->bytes + 1);
    else if (draw(4) && f->bytes >= ETHER_HEADER + IP_HEADER)
        frame_sum_ip(f);
}

/* --- What is to become of one --- */

static bool is_ours(const struct frame *f) {
    return f->bytes >= ETHER_HEADER && ether_is_for(f->byte, &nic_objects[1].address) &&
           !ether_is_group(f->byte + sizeof(struct ether_address));
}

/* The port of a datagram that is whole, in one piece, without options, and for this host alone; 0:
 * it is none, or from the port of an echo, which none answers. */
static unsigned port_of(const struct frame *f) {
    const uint8_t *ip = f->byte + ETHER_HEADER;
    struct ip_header h;
    struct udp_header u;
    if (!is_ours(f) || ether_type(f->byte) != ETHER_IP || ip_get(ip, f->bytes - ETHER_HEADER, &h) ||
        h.target != (uint32_t)nic_objects[1].ip || h.protocol != IP_UDP || h.more || h.offset ||
        ip[0] != IP_PLAIN || h.source == h.target ||
        !udp_get(ip + h.header, h.length - (uint32_t)h.header, &u) ||
        (u.target == ECHO && u.source == ECHO))
        return 0;
    return u.summed && !udp_is_whole(&u, h.source, h.target, sum_bytes(ip + h.header, u.length))
               ? 0
               : u.target;
}

/* The answer of the second interface's echo service. */
static bool is_echo(const struct frame *asked) {
    const uint8_t *ip = asked->byte + ETHER_HEADER, *back = net_last.byte + ETHER_HEADER;
    const uint32_t header = (ip[0] & 15u) * 4, length = wire_get16(ip + header + 4);
    return net_last.bytes >= ETHER_HEADER + IP_HEADER + length &&
           ip_source(back) == ip_target(ip) && ip_target(back) == ip_source(ip) &&
           wire_get16(back + IP_HEADER) == ECHO &&
           wire_get16(back + IP_HEADER + 2) == wire_get16(ip + header) &&
           !memcmp(back + IP_HEADER + UDP_HEADER, ip + header + UDP_HEADER, length - UDP_HEADER);
}

static unsigned long heard, counted; /* datagrams for HEARS; frames that the interface counts */

/* What is dropped may have waited before, to be sent. */
static uint64_t not_taken(void) {
    return nic_objects[1].strangers + nic_objects[1].nobodys;
}

static void one(struct check *c, uint64_t number) {
    static struct frame f;
    make(&f);
    mutate(&f);
    const unsigned port = port_of(&f);
    const unsigned long sent = net_sent_count();
    const uint64_t before = not_taken(), strangers = nic_objects[1].strangers;
    const uint64_t by_wire = nic_objects[1].frames;
    const bool is_strangers =
        f.bytes >= ETHER_HEADER && !ether_is_for(f.byte, &nic_objects[1].address);
    frame_arrives(&f);
    heard += port == HEARS;
    if (port == ECHO && (net_sent_count() != sent + 1 || !is_echo(&f)))
        check_fail(c, "frame %lu: %lu answers to it", number, net_sent_count() - sent);
    const uint64_t came = 1 + nic_objects[1].frames - by_wire; /* the connection's, too */
    if (nic_objects[1].strangers != strangers + is_strangers || not_taken() > before + came)
        check_fail(c, "frame %lu is counted as %lu of %lu", number, not_taken() - before, came);
    counted += not_taken() - before;
}

static bool load(struct check *c, struct extension *e[]) {
    static const char *const needed[] = {"loopback", "ether",     "arp",    "ip",
                                         "icmp",     "udp",       "tcp",    "echo",
                                         "tcp_echo", "net_hears", "forward"};
    if (!nic_objects[1].nic)
        check_skip(c, "the machine has no two network interfaces");
    for (unsigned i = 0; i < sizeof needed / sizeof *needed && !c->failed && !c->skipped; i++) {
        e[i] = loader_find(needed[i]);
        e[i] = e[i] ? e[i] : loading_load(c, needed[i]);
    }
    return !c->failed && !c->skipped;
}

CHECK(net_graph, "stream/any_frames_beside_it_change_no_connection_and_nobodys_packets") {
    const uint64_t campaign[] = {GRAPH_FRAMES};
    struct extension *e[11] = {NULL};
    size_t used = 0;
    unsigned most = 0;
    if (!load(c, e))
        return;
    seed = campaign[1];
    CHECK_THAT(c, !flow_use("tcp"));
    connect(c);
    for (uint64_t n = 0; n < campaign[0] && !c->failed; n++) {
        one(c, n);
        if (n % TURN)
            continue;
        echo_stream(c);
        const unsigned pages = net_pages();
        if (n <= FIRST * TURN) /* what is made once is there then */
            used = heap_used();
        most = pages > most ? pages : most;
        if (pages + WAITING < most || heap_used() > used)
            check_fail(c, "frame %lu: %u pages for %u, %lu bytes of the heap for %lu", n, pages,
                       most, heap_used(), used);
    }
    CHECK_THAT(c, loading_call(c, e[9], "net_heard") == heard && counted < campaign[0]);
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)end.number));
    for (unsigned i = 11; i-- > 7;)
        CHECK_THAT(c, !loader_unload(e[i]));
}
