/* SPDX-License-Identifier: MIT */
/* linux-tcp.c -- TCP by Linux's sockets, between two network namespaces. */
#include "linux-ends.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BULK = 65536 };

BENCH(packet_tcp_rtt, "packet/tcp_rtt/bytes:1") {
    char byte = 1;
    if (!ends_begin(b, &tcp_echo))
        return;
    int stream = net_connect(SOCK_STREAM, THEIR_ADDRESS, ECHO_PORT);
    if (stream < 0)
        abort();
    while (bench_next(b)) {
        bench_start(b);
        bool well = write(stream, &byte, 1) == 1 && read(stream, &byte, 1) == 1;
        bench_stop(b);
        if (!well)
            abort();
    }
    close(stream);
    net_leave();
}

/* What the other end has still to do with the connection, it does before the next. */
BENCH(packet_tcp_connect_close, "packet/tcp_connect_close") {
    const struct sockaddr_in to = net_address(THEIR_ADDRESS, ECHO_PORT);
    if (!ends_begin(b, &tcp_echo))
        return;
    while (bench_next(b)) {
        bench_start(b);
        int stream = socket(AF_INET, SOCK_STREAM, 0);
        int error = connect(stream, (const struct sockaddr *)&to, sizeof to);
        close(stream);
        bench_stop(b);
        if (error)
            abort();
        usleep(1000);
    }
    net_leave();
}

static int open_sink(void) {
    return net_listen(SOCK_STREAM, DISCARD_PORT);
}

/* Has the stream end at once: what waits for the other end's last word keeps its interface, and by
 * a bad wire that takes minutes. */
static void end_at_once(int stream) {
    const struct linger no = {.l_onoff = 1};
    if (setsockopt(stream, SOL_SOCKET, SO_LINGER, &no, sizeof no))
        abort();
}

/* Answers each BULK bytes with one. */
static void serve_sink(int listener) {
    static char bytes[BULK];
    int stream = accept(listener, NULL, NULL);
    if (stream < 0)
        abort();
    end_at_once(stream);
    ssize_t n;
    for (size_t got = 0; (n = read(stream, bytes, sizeof bytes)) > 0;)
        for (got += (size_t)n; got >= BULK; got -= BULK)
            if (write(stream, bytes, 1) != 1)
                abort();
}

const struct net_service tcp_sink = {open_sink, serve_sink};

void time_bulk(struct bench *b, const char *address, unsigned times) {
    static char bytes[BULK];
    int stream = net_connect(SOCK_STREAM, address, DISCARD_PORT);
    if (stream < 0)
        abort();
    end_at_once(stream);
    while (bench_next(b)) {
        bench_start(b);
        bool well = true;
        for (unsigned i = 0; i < times && well; i++)
            well = write(stream, bytes, BULK) == BULK && read(stream, bytes, 1) == 1;
        bench_stop(b);
        if (!well)
            abort();
    }
    close(stream);
}

BENCH(packet_tcp_bulk, "packet/tcp_bulk/bytes:65536") {
    if (!ends_begin(b, &tcp_sink))
        return;
    time_bulk(b, THEIR_ADDRESS, 1);
    net_leave();
}
