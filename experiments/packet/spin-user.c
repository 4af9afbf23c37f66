/* SPDX-License-Identifier: MIT */
/* spin-user.c -- datagrams and connections by a process's system calls: it has both ends. */
#include "lib/error.h"
#include "measure/bench.h"
#include "spin/user/connections.h"
#include "spin/user/datagrams.h"

#define HEADERS 42 /* of Ethernet, IP and UDP */
#define FIRST   0x0a000001u
#define SECOND  0x0a000002u

static char out[1472], in[1472];

/* A frame of so many bytes from the first interface to the second. */
BENCH(packet_receive_user, "packet/receive/bytes:60,1514/to:user") {
    const uint64_t bytes = bench_arg(b, "bytes") - HEADERS;
    long from = datagram_open(6000, 0), to = datagram_open(6001, 1);
    if (from < 0 || to < 0) {
        bench_skip(b,
                   from == -E_NO_CALL ? "the machine has no network" : error_sentence((int)from));
        return;
    }
    while (bench_next(b)) {
        bench_start(b);
        datagram_send(from, out, bytes, SECOND, 6001);
        datagram_receive(to, in, sizeof in, 0);
        bench_stop(b);
    }
    datagram_close(from);
    datagram_close(to);
}

/* There and back, by the same process. */
BENCH(packet_udp_rtt_process, "packet/udp_rtt/bytes:18/to:process") {
    long client = datagram_open(6000, 0), server = datagram_open(6001, 1);
    if (client < 0 || server < 0) {
        bench_skip(b, "the machine has no network");
        return;
    }
    while (bench_next(b)) {
        bench_start(b);
        datagram_send(client, out, 18, SECOND, 6001);
        datagram_receive(server, in, sizeof in, 0);
        datagram_send(server, in, 18, FIRST, 6000);
        datagram_receive(client, in, sizeof in, 0);
        bench_stop(b);
    }
    datagram_close(client);
    datagram_close(server);
}

/* --- Connections --- */

enum { PORT = 6002, BULK = 65536 };

static char bulk[BULK];
static long listens, client, server;

/* Both ends. */
static void open(void) {
    client = connection_connect(0, SECOND, PORT);
    server = connection_accept(listens);
}

static bool begin(struct bench *b) {
    static const char *const needed[] = {"loopback", "ether", "arp", "ip"};
    for (unsigned i = 0; i < sizeof needed / sizeof needed[0]; i++)
        (void)spin_extend(needed[i]); /* or the kernel has it */
    listens = connection_listen(PORT);
    if (listens < 0)
        bench_skip(b, listens == -E_NO_CALL ? "the machine has no network"
                                            : error_sentence((int)listens));
    return listens >= 0;
}

static void close(void) {
    connection_close(client);
    connection_close(server);
}

/* So many bytes, which have room at the other end, and are read there. */
static void pass(long from, long to, uint64_t bytes) {
    for (uint64_t wrote = 0, came = 0; came < bytes;) {
        if (wrote < bytes)
            wrote += (uint64_t)connection_send(from, bulk + wrote, bytes - wrote);
        while (came < wrote)
            came += (uint64_t)connection_receive(to, bulk + came, bytes - came);
    }
}

BENCH(packet_tcp_rtt_process, "packet/tcp_rtt/bytes:1/level:verified/to:process") {
    if (!begin(b))
        return;
    open();
    while (bench_next(b)) {
        bench_start(b);
        pass(client, server, 1);
        pass(server, client, 1);
        bench_stop(b);
    }
    close();
    connection_close(listens);
}

/* As between handlers: what its server has still to do is not in it. */
BENCH(packet_tcp_connect_close_process, "packet/tcp_connect_close/level:verified/to:process") {
    if (!begin(b))
        return;
    while (bench_next(b)) {
        bench_start(b);
        open();
        connection_finish(client);
        bench_stop(b);
        connection_receive(server, bulk, 1);
        close();
    }
    connection_close(listens);
}

BENCH(packet_tcp_bulk_process, "packet/tcp_bulk/bytes:65536/level:verified/to:process") {
    if (!begin(b))
        return;
    open();
    while (bench_next(b)) {
        bench_start(b);
        pass(client, server, BULK);
        pass(server, client, 1);
        bench_stop(b);
    }
    close();
    connection_close(listens);
}
