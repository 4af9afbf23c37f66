/* SPDX-License-Identifier: MIT */
/* spin.c -- packets at interrupt level: who asks is here, at the first interface; who answers is an
 * extension, at the second. */
#include "spin_ends.h"

#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "protocol/checksum.h"
#include "protocol/icmp.h"
#include "protocol/ip.h"
#include "spin/extensions/echo/echo.h"
#include "spin/extensions/forward/flows.h"
#include "spin/extensions/forward/forward.h"
#include "spin/services/net/passage.h"

enum { ETHER_MINE = 0x88b7, PORT_ASKS = 5000, PORT_NOBODY = 9 };

/* --- Frames that are written beforehand --- */

static uint8_t frame[NIC_FRAME_MAX];

static void write_frame(unsigned type) {
    memset(frame, 0, sizeof frame);
    ether_put(frame, &nic_objects[1].address, &nic_objects[0].address, type);
}

/* An echo request behind the frame's headers, with so many bytes of data. */
static void write_echo(unsigned long bytes) {
    const struct ip_header ip = {.source = (uint32_t)nic_objects[0].ip,
                                 .target = (uint32_t)nic_objects[1].ip,
                                 .length = (uint16_t)(IP_HEADER + ICMP_HEADER + bytes),
                                 .ttl = IP_TTL,
                                 .protocol = IP_ICMP};
    write_frame(ETHER_IP);
    uint8_t *at = frame + NIC_HEADER;
    ip_put(at, &ip);
    at += IP_HEADER;
    at[0] = ICMP_ECHO;
    sum_put(at + 2, sum_end(sum_bytes(at, (uint32_t)(ICMP_HEADER + bytes))));
}

/* A copy of it, to be sent by the first interface. */
static struct departure *copy_frame(unsigned long bytes) {
    struct departure *d = departure_new();
    assert_that(d);
    memcpy(d->o->byte, frame, bytes);
    return d;
}

static void send_frame(struct departure *d, unsigned long bytes) {
    int error = departure_send(&nic_objects[0], d, 0, (uint32_t)bytes);
    assert_that(!error);
}

/* The frame goes there and is answered; who asked drops the answer where nobody has it. */
static void time_answers(struct bench *b, unsigned long bytes) {
    const volatile uint64_t *dropped = &nic_objects[0].nobodys;
    while (bench_next(b)) {
        struct departure *d = copy_frame(bytes);
        const uint64_t before = *dropped;
        bench_start(b);
        send_frame(d, bytes);
        while (*dropped == before)
            sti_hlt_cli();
        bench_stop(b);
        ends_settle();
    }
}

BENCH(packet_raw_rtt, "packet/raw_rtt/bytes:60,1514") {
    const unsigned long bytes = bench_arg(b, "bytes");
    if (!ends_prepare(b))
        return;
    cli();
    write_frame(ETHER_ECHO);
    frame[NIC_HEADER] = ECHO_ASKS;
    time_answers(b, bytes);
    sti();
}

BENCH(packet_icmp_rtt, "packet/icmp_rtt/bytes:56") {
    const unsigned long bytes = bench_arg(b, "bytes");
    if (!ends_prepare(b))
        return;
    cli();
    write_echo(bytes);
    time_answers(b, NIC_HEADER + IP_HEADER + ICMP_HEADER + bytes);
    sti();
}

/* --- How soon a frame is its owner's --- */

static struct bench *timed;

static unsigned long stop(void *unused, struct packet *p, unsigned long key,
                          struct outgoing *reply) {
    bench_stop(timed);
    (void)unused, (void)p, (void)key, (void)reply;
    answers++;
    return NET_TAKEN;
}

BENCH(packet_receive, "packet/receive/bytes:60,1514/to:handler,strand") {
    const unsigned long bytes = bench_arg(b, "bytes");
    char to[16];
    struct end e;
    if (!ends_prepare(b))
        return;
    const bool strand = bench_word(b, "to", to, sizeof to)[0] == 's';
    cli();
    end_open(&e, NET_ETHER, ETHER_MINE, strand ? NET_RECEIVED : NET_ARRIVED, stop);
    write_frame(ETHER_MINE);
    timed = b;
    while (bench_next(b)) {
        const unsigned before = answers;
        struct departure *d = copy_frame(bytes);
        bench_start(b);
        send_frame(d, bytes);
        ends_wait(&answers, before);
        ends_settle();
    }
    end_close(&e);
    sti();
}

/* --- Datagrams --- */

BENCH(packet_udp_rtt, "packet/udp_rtt/bytes:16,1472/over:wire,loopback") {
    const unsigned long bytes = bench_arg(b, "bytes");
    char over[16];
    struct end e;
    if (!ends_prepare(b))
        return;
    const bool wire = bench_word(b, "over", over, sizeof over)[0] == 'w';
    const unsigned long target = nic_objects[wire].ip;
    cli();
    end_open(&e, NET_UDP, PORT_ASKS, NET_ARRIVED, NULL);
    while (bench_next(b)) {
        const unsigned before = answers;
        bench_start(b);
        end_send(&e, bytes, target, PORT_ECHO);
        ends_wait(&answers, before);
        bench_stop(b);
        assert_that(answer_bytes == bytes);
        ends_settle();
    }
    end_close(&e);
    sti();
}

BENCH(packet_udp_send, "packet/udp_send/bytes:16,1472") {
    const volatile uint64_t *arrived = &nic_objects[1].frames;
    const unsigned long bytes = bench_arg(b, "bytes");
    struct end e;
    if (!ends_prepare(b))
        return;
    cli();
    end_open(&e, NET_UDP, PORT_ASKS, NET_ARRIVED, NULL);
    while (bench_next(b)) {
        const uint64_t before = *arrived;
        bench_start(b);
        end_send(&e, bytes, nic_objects[1].ip, PORT_NOBODY);
        bench_stop(b);
        while (*arrived == before)
            sti_hlt_cli();
        ends_settle();
    }
    end_close(&e);
    sti();
}

/* The same, with a forwarder between: who asks is at the first interface, and so is who answers. */
BENCH(packet_forward_udp, "packet/forward_udp/bytes:16/by:kernel") {
    const unsigned long bytes = bench_arg(b, "bytes");
    struct end e;
    if (!ends_prepare(b))
        return;
    ends_load("forward");
    cli();
    end_open(&e, NET_UDP, PORT_ASKS, NET_ARRIVED, NULL);
    while (bench_next(b)) {
        const unsigned before = answers;
        bench_start(b);
        end_send(&e, bytes, nic_objects[FORWARD_NIC].ip, FORWARD_PORT);
        ends_wait(&answers, before);
        bench_stop(b);
        assert_that(answer_bytes == bytes);
        ends_settle();
    }
    end_close(&e);
    sti();
}

/* What the forwarder knows of a client, and a way there and back. */
BENCH(packet_size, "packet/size/of:flow") {
    bench_size(b, sizeof(struct flow) + 2 * passage_bytes);
}
