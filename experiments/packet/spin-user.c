/* SPDX-License-Identifier: MIT */
/* spin-user.c -- datagrams by a process's system calls: it has both ends. */
#include "lib/error.h"
#include "measure/bench.h"
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
