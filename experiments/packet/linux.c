/* SPDX-License-Identifier: MIT */
/* linux.c -- packets by Linux's sockets: frames (AF_PACKET), ICMP and UDP, between two network
 * namespaces or by the loopback. */
#include "linux-ends.h"

#include <linux/if_ether.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TYPE = 0x88b5 }; /* local experiments' (IEEE 802) */

/* ---- frames ---- */

/* To everybody: what is at the other end is nobody's business here. */
static void make_frame(uint8_t frame[ETH_FRAME_LEN]) {
    memset(frame, 0, ETH_FRAME_LEN);
    memset(frame, 0xff, ETH_ALEN);
    net_hardware("eth0", frame + ETH_ALEN);
    frame[12] = TYPE >> 8;
    frame[13] = (uint8_t)TYPE;
}

static int open_frames(void) {
    return net_frames("eth1", TYPE);
}

static void serve_frames(int socket) {
    uint8_t frame[PACKET_MOST];
    for (;;) {
        ssize_t n = recv(socket, frame, sizeof frame, 0);
        if (n < 0 || send(socket, frame, (size_t)n, 0) != n)
            abort();
    }
}

BENCH(packet_raw_rtt, "packet/raw_rtt/bytes:60,1514") {
    static const struct net_service service = {open_frames, serve_frames};
    uint8_t frame[ETH_FRAME_LEN];
    if (!ends_begin(b, &service))
        return;
    int socket = net_frames("eth0", TYPE);
    make_frame(frame);
    await_echo(socket, frame, bench_arg(b, "bytes"));
    time_echo(b, socket, frame, bench_arg(b, "bytes"));
    close(socket);
    net_leave();
}

/* One process has both interfaces, so that nobody is woken. */
BENCH(packet_receive, "packet/receive/bytes:60,1514/to:user") {
    static const struct net_nic nics[] = {{"eth0", OUR_ADDRESS}, {"eth1", THEIR_ADDRESS}};
    size_t bytes = bench_arg(b, "bytes");
    uint8_t frame[ETH_FRAME_LEN], there[PACKET_MOST];
    if (!net_enter(b, nics, 2))
        return;
    int from = net_frames("eth0", TYPE), to = net_frames("eth1", TYPE);
    make_frame(frame);
    while (bench_next(b)) {
        bench_start(b);
        ssize_t sent = send(from, frame, bytes, 0), came = recv(to, there, sizeof there, 0);
        bench_stop(b);
        if (sent != (ssize_t)bytes || came != sent)
            abort();
    }
    close(from), close(to);
    net_leave();
}

/* ---- ICMP: the kernel answers ---- */

static int open_nothing(void) {
    return -1;
}

static void serve_nothing(int socket) {
    (void)socket;
    for (;;)
        pause();
}

static const struct net_service nothing = {open_nothing, serve_nothing};

BENCH(packet_icmp_rtt, "packet/icmp_rtt/bytes:56") {
    /* Echo request, and the checksum of nothing but that. */
    static const uint8_t echo[8 + 56] = {8, 0, 0xf7, 0xff};
    struct sockaddr_in to = net_address(THEIR_ADDRESS, 0);
    uint8_t answer[PACKET_MOST];
    if (!ends_begin(b, &nothing))
        return;
    int s = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
    if (s < 0 || connect(s, (struct sockaddr *)&to, sizeof to))
        abort();
    /* The first waits for its neighbour. */
    if (send(s, echo, sizeof echo, 0) < 0 || recv(s, answer, sizeof answer, 0) < 0)
        abort();
    while (bench_next(b)) {
        bench_start(b);
        ssize_t sent = send(s, echo, sizeof echo, 0), came = recv(s, answer, sizeof answer, 0);
        bench_stop(b);
        if (sent != sizeof echo || came != 20 + (ssize_t)sizeof echo)
            abort();
    }
    close(s);
    net_leave();
}

/* ---- UDP ---- */

static void time_udp(struct bench *b, const char *address) {
    static const char bytes[PACKET_MOST];
    int socket = net_connect(SOCK_DGRAM, address, ECHO_PORT);
    await_echo(socket, bytes, bench_arg(b, "bytes"));
    time_echo(b, socket, bytes, bench_arg(b, "bytes"));
    close(socket);
}

BENCH(packet_udp_rtt, "packet/udp_rtt/bytes:16,1472/over:wire,loopback") {
    char over[16];
    bool wire = !strcmp(bench_word(b, "over", over, sizeof over), "wire");
    if (wire ? !ends_begin(b, &udp_echo)
             : !net_enter(b, NULL, 0) || !net_serve(b, NULL, 0, &udp_echo))
        return;
    time_udp(b, wire ? THEIR_ADDRESS : "127.0.0.1");
    net_leave();
}

BENCH(packet_udp_rtt_process, "packet/udp_rtt/bytes:18/to:process") {
    if (!ends_begin(b, &udp_echo))
        return;
    time_udp(b, THEIR_ADDRESS);
    net_leave();
}

/* Answers each TRAINth with its last bytes. */
enum { TRAIN = 16 };

static void serve_trains(int socket) {
    char bytes[PACKET_MOST];
    for (unsigned n = 0;;) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        if (recvfrom(socket, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length) < 0)
            abort();
        if (++n % TRAIN == 0 &&
            sendto(socket, bytes, 1, 0, (struct sockaddr *)&from, sizeof from) != 1)
            abort();
    }
}

static int open_trains(void) {
    return net_listen(SOCK_DGRAM, ECHO_PORT);
}

static void send_train(int socket, size_t bytes) {
    static const char train[PACKET_MOST];
    char answer;
    for (unsigned i = 0; i < TRAIN; i++)
        if (send(socket, train, bytes, 0) != (ssize_t)bytes)
            abort();
    if (recv(socket, &answer, 1, 0) != 1)
        abort();
}

BENCH(packet_udp_stream, "packet/udp_stream/bytes:1472") {
    static const struct net_service service = {open_trains, serve_trains};
    size_t bytes = bench_arg(b, "bytes");
    if (!ends_begin(b, &service))
        return;
    int socket = net_connect(SOCK_DGRAM, THEIR_ADDRESS, ECHO_PORT);
    net_patience(socket, 1000);
    /* Those that are sent while the neighbour is looked for are lost. */
    for (unsigned i = 0; i < TRAIN; i++, usleep(1000))
        if (send(socket, &bytes, 1, 0) != 1)
            abort();
    char answer;
    if (recv(socket, &answer, 1, 0) != 1)
        abort();
    while (bench_next(b)) {
        bench_start(b);
        send_train(socket, bytes);
        bench_stop(b);
    }
    close(socket);
    net_leave();
}

static int open_discard(void) {
    return net_listen(SOCK_DGRAM, DISCARD_PORT);
}

static void serve_discard(int socket) {
    char bytes[PACKET_MOST];
    while (recv(socket, bytes, sizeof bytes, 0) >= 0)
        ;
    abort();
}

BENCH(packet_udp_send, "packet/udp_send/bytes:16,1472") {
    static const struct net_service service = {open_discard, serve_discard};
    static const char bytes[PACKET_MOST];
    size_t count = bench_arg(b, "bytes");
    if (!ends_begin(b, &service))
        return;
    int socket = net_connect(SOCK_DGRAM, THEIR_ADDRESS, DISCARD_PORT);
    if (send(socket, bytes, count, 0) != (ssize_t)count)
        abort();
    usleep(20000); /* its neighbour is found, and it has gone */
    while (bench_next(b)) {
        bench_start(b);
        ssize_t sent = send(socket, bytes, count, 0);
        bench_stop(b);
        if (sent != (ssize_t)count)
            abort();
        usleep(1000); /* the other end has taken it */
    }
    close(socket);
    net_leave();
}
