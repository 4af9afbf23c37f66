/* SPDX-License-Identifier: MIT */
/* linux-forward.c -- somebody stands between two wires: this process has interface 0, he has 1 and
 * 2, and who answers has 3. He passes packets on by the kernel's routes or by two sockets, or loses
 * frames. */
#include "linux-ends.h"
#include "protocol/impair.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NEAR_NET    "10.0.0.0"
#define BEYOND_NET  "10.0.1.0"
#define BEYOND_FROM "10.0.1.2" /* he */
#define BEYOND      "10.0.1.3" /* who answers */

/* ---- routes ---- */

static int open_router(void) {
    net_forward();
    return -1;
}

static void serve_router(int socket) {
    (void)socket;
    for (;;)
        pause();
}

static int open_udp_beyond(void) {
    net_route(NEAR_NET, BEYOND_FROM);
    return udp_echo.open();
}

static int open_tcp_beyond(void) {
    net_route(NEAR_NET, BEYOND_FROM);
    return tcp_echo.open();
}

/* ---- two sockets. Each packet has one answer: no process can do less. ---- */

static int open_udp_splice(void) {
    return net_listen(SOCK_DGRAM, ECHO_PORT);
}

static void serve_udp_splice(int near) {
    char bytes[PACKET_MOST];
    int beyond = net_connect(SOCK_DGRAM, BEYOND, ECHO_PORT);
    for (;;) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        ssize_t n = recvfrom(near, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);
        if (n < 0 || send(beyond, bytes, (size_t)n, 0) != n)
            abort();
        n = recv(beyond, bytes, sizeof bytes, 0);
        if (n < 0 || sendto(near, bytes, (size_t)n, 0, (struct sockaddr *)&from, sizeof from) != n)
            abort();
    }
}

static int open_tcp_splice(void) {
    return net_listen(SOCK_STREAM, ECHO_PORT);
}

static bool pass(int from, int to) {
    char bytes[PACKET_MOST];
    ssize_t n = read(from, bytes, sizeof bytes);
    return n > 0 && write(to, bytes, (size_t)n) == n;
}

static void serve_tcp_splice(int listener) {
    for (;;) {
        int near = accept(listener, NULL, NULL);
        int beyond = net_connect(SOCK_STREAM, BEYOND, ECHO_PORT);
        if (near < 0 || beyond < 0)
            abort();
        while (pass(near, beyond) && pass(beyond, near))
            ;
        close(near), close(beyond);
    }
}

/* ---- the rows ---- */

/* Where packets for who answers are sent; null: the row is skipped. */
static const char *begin(struct bench *b, const struct net_service *splice,
                         const struct net_service *beyond) {
    static const struct net_service router = {open_router, serve_router};
    static const struct net_nic ours = {"eth0", OUR_ADDRESS}, last = {"eth3", BEYOND},
                                his[] = {{"eth1", THEIR_ADDRESS}, {"eth2", BEYOND_FROM}};
    char by[16];
    bool routed = !strcmp(bench_word(b, "by", by, sizeof by), "kernel");
    if (!net_enter(b, &ours, 1) || !net_serve(b, &last, 1, beyond) ||
        !net_serve(b, his, 2, routed ? &router : splice))
        return NULL;
    if (routed)
        net_route(BEYOND_NET, THEIR_ADDRESS);
    return routed ? BEYOND : THEIR_ADDRESS;
}

static void time_forward(struct bench *b, int type, const char *address) {
    static const char bytes[PACKET_MOST];
    size_t count = bench_arg(b, "bytes");
    int socket = net_connect(type, address, ECHO_PORT);
    if (socket < 0)
        abort();
    await_echo(socket, bytes, count);
    time_echo(b, socket, bytes, count);
    close(socket);
    net_leave();
}

BENCH(packet_forward_udp, "packet/forward_udp/bytes:16/by:kernel,user") {
    static const struct net_service splice = {open_udp_splice, serve_udp_splice};
    const struct net_service beyond = {open_udp_beyond, udp_echo.serve};
    const char *to = begin(b, &splice, &beyond);
    if (to)
        time_forward(b, SOCK_DGRAM, to);
}

BENCH(packet_forward_tcp, "packet/forward_tcp/bytes:16/by:kernel,user") {
    static const struct net_service splice = {open_tcp_splice, serve_tcp_splice};
    const struct net_service beyond = {open_tcp_beyond, tcp_echo.serve};
    const char *to = begin(b, &splice, &beyond);
    if (to)
        time_forward(b, SOCK_STREAM, to);
}

/* ---- a bad wire ---- */

enum { SEED = 14, LOSSY_BULKS = 16 };

/* Of a hundred frames, for the child that loses them. */
static unsigned loss;

static int open_bad_wire(void) {
    net_unmerged("eth1"), net_unmerged("eth2");
    return net_frames("eth1", 0);
}

/* Takes a frame, the NUMBERth of its direction. */
static void pass_frame(int from, int to, uint64_t seed, uint64_t number) {
    uint8_t frame[PACKET_MOST];
    const struct impair how = {.seed = seed, .drop = (uint16_t)(loss * IMPAIR_ALL / 100)};
    ssize_t n = recv(from, frame, sizeof frame, 0);
    if (n < 0)
        abort();
    struct impair_fate fate = impair_fate(&how, number, (uint32_t)n);
    if (fate.copies && send(to, frame, (size_t)n, 0) != n)
        abort();
}

static void serve_bad_wire(int near) {
    int far = net_frames("eth2", 0);
    uint64_t there = 0, back = 0;
    for (;;) {
        struct pollfd ready[] = {{.fd = near, .events = POLLIN}, {.fd = far, .events = POLLIN}};
        if (poll(ready, 2, -1) < 0)
            abort();
        if (ready[0].revents)
            pass_frame(near, far, SEED, there++);
        if (ready[1].revents)
            pass_frame(far, near, SEED + 1, back++);
    }
}

/* Some are lost in each sample, and most of the time an end waits until it knows. */
BENCH(packet_tcp_bulk_loss, "packet/tcp_bulk/loss:0,1,5") {
    static const struct net_service bad_wire = {open_bad_wire, serve_bad_wire};
    static const struct net_nic ours = {"eth0", OUR_ADDRESS}, last = {"eth3", THEIR_ADDRESS},
                                his[] = {{"eth1", "10.9.0.1"}, {"eth2", "10.9.1.1"}};
    bench_waits(b);
    bench_slow(b);
    loss = (unsigned)bench_arg(b, "loss");
    if (!net_enter(b, &ours, 1) || !net_serve(b, &last, 1, &tcp_sink) ||
        !net_serve(b, his, 2, &bad_wire))
        return;
    time_bulk(b, THEIR_ADDRESS, LOSSY_BULKS);
    net_leave();
}
