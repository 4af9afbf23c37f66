/* SPDX-License-Identifier: MIT */
/* exo-user-tcp.c -- connections between two environments' libraries. */
#include "exo-net.h"

#include "exo/libos/time/clock.h"
#include "exo/libos/time/sleep.h"

static struct client peer;

static void end(void) {
    net_tcp_abort(&peer.c);
    server_end();
}

BENCH(packet_tcp_rtt, "packet/tcp_rtt/bytes:1") {
    if (!server_begin(b))
        return;
    client_open(&peer, SERVER_IP, ECHO);
    while (bench_next(b)) {
        char byte;
        peer.came = 0;
        bench_start(b);
        net_tcp_write(&peer.c, "x", 1);
        server_until(&peer.came);
        long got = net_tcp_read(&peer.c, &byte, 1);
        bench_stop(b);
        if (got != 1 || byte != 'x')
            __builtin_trap();
    }
    end();
}

BENCH(packet_tcp_connect_close, "packet/tcp_connect_close") {
    if (!server_begin(b))
        return;
    while (bench_next(b)) {
        bench_start(b);
        client_open(&peer, SERVER_IP, ECHO);
        net_tcp_close(&peer.c);
        bench_stop(b);
        server_until(&peer.closed);
    }
    end();
}

/* What is sent lies in the program's own data, which also are what is sent again. */
static uint8_t data[BULK] __attribute__((aligned(4096)));
static uint32_t from_data(struct net_tcp *c, uint32_t at, uint32_t bytes, struct link_part *part,
                          uint64_t *sum) {
    const uint8_t *from = data + (c->acked + at) % BULK;
    part[0] = (struct link_part){from, bytes};
    *sum = sum_bytes(from, bytes);
    return 1;
}

BENCH(packet_tcp_bulk, "packet/tcp_bulk/bytes:65536") {
    if (!server_begin(b))
        return;
    client_open(&peer, SERVER_IP, SINK);
    peer.c.gather = from_data;
    while (bench_next(b)) {
        char byte;
        peer.came = 0;
        bench_start(b);
        long wrote = net_tcp_wrote(&peer.c, BULK);
        server_until(&peer.came);
        bench_stop(b);
        if (wrote != BULK || net_tcp_read(&peer.c, &byte, 1) != 1)
            __builtin_trap();
    }
    end();
}

static uint64_t summed;
static uint32_t from_data_counted(struct net_tcp *c, uint32_t at, uint32_t bytes,
                                  struct link_part *part, uint64_t *sum) {
    summed += bytes;
    return from_data(c, at, bytes, part, sum);
}

/* Bytes that instructions read in it: the writer's sums of data; what the kernel copies of frames,
 * by both interfaces; the reader's sums, of TCP's header and all behind it. */
static uint64_t touched(void) {
    const volatile struct exo_nic *nic = (const volatile struct exo_nic *)EXO_NIC;
    const uint64_t copied = nic[0].bytes_in + nic[1].bytes_in;
    const uint64_t heads = (nic[0].frames_in + nic[1].frames_in) * NET_HEAD;
    return summed + copied + (copied - heads);
}

BENCH(packet_tcp_touched, "packet/count/of:touched/bytes:65536") {
    uint64_t before = 0;
    char byte;
    if (!server_begin(b))
        return;
    client_open(&peer, SERVER_IP, SINK);
    peer.c.gather = from_data_counted;
    for (unsigned i = 0; i < 8; i++) { /* the last one counts: windows have grown */
        before = touched();
        peer.came = 0;
        if (net_tcp_wrote(&peer.c, BULK) != BULK)
            __builtin_trap();
        server_until(&peer.came);
        net_tcp_read(&peer.c, &byte, 1);
    }
    bench_count(b, touched() - before);
    end();
}

/* Nothing is to be done for a time: the processor halts, and the others' clocks go on. */
#define NAP_NS 2000000
static void nap(void) {
    static const struct exo_variable now = {(uint64_t) & ((struct exo_info *)EXO_INFO)->now, 0};
    const struct term terms[] = {{TERM_GE, 0, TERM_CONSTANT, clock_now() + clock_ticks(NAP_NS)},
                                 {TERM_OR, 0, 0, 1}};
    uint8_t code[128];
    uint64_t tag;
    long bytes = predicate_of_terms(terms, 2, 1, code, sizeof code);
    if (bytes < 0 || predicate_sleep(code, (size_t)bytes, &now, 1, &tag))
        __builtin_trap();
}

enum { LOSSY_BULKS = 16, PASSES = 4 };

BENCH(packet_tcp_bulk_loss, "packet/tcp_bulk/loss:0,1,5") {
    bench_slow(b);
    bench_waits(b);
    if (!loser_begin(b, bench_arg(b, "loss")))
        return;
    client_open(&peer, LOSSY_IP, SINK);
    peer.c.gather = from_data;
    while (bench_next(b)) {
        bench_start(b);
        for (unsigned i = 0; i < LOSSY_BULKS; i++) {
            char byte;
            peer.came = 0;
            net_tcp_wrote(&peer.c, BULK);
            for (unsigned idle = 0; !peer.came;)
                if (server_pass())
                    idle = 0;
                else if (++idle == PASSES)
                    nap(), idle = 0;
            net_tcp_read(&peer.c, &byte, 1);
        }
        bench_stop(b);
    }
    end();
}
