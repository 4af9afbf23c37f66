/* SPDX-License-Identifier: MIT */
/* exo-user-tcp.c -- connections between two environments' libraries. */
#include "exo-net.h"

static struct client peer;

static void end(void) {
    net_tcp_abort(&peer.c);
    server_end();
}

BENCH(packet_tcp_rtt, "packet/tcp_rtt/bytes:1") {
    if (!server_begin(b))
        return;
    client_open(&peer, ECHO);
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
        client_open(&peer, ECHO);
        net_tcp_close(&peer.c);
        server_until(&peer.closed);
        bench_stop(b);
    }
    end();
}

BENCH(packet_tcp_bulk, "packet/tcp_bulk/bytes:65536") {
    static uint8_t data[BULK];
    if (!server_begin(b))
        return;
    client_open(&peer, SINK);
    while (bench_next(b)) {
        char byte;
        peer.came = 0;
        bench_start(b);
        long wrote = net_tcp_write(&peer.c, data, BULK);
        server_until(&peer.came);
        bench_stop(b);
        if (wrote != BULK || net_tcp_read(&peer.c, &byte, 1) != 1)
            __builtin_trap();
    }
    end();
}
