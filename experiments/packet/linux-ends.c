/* SPDX-License-Identifier: MIT */
/* linux-ends.c -- see linux-ends.h. */
#include "linux-ends.h"

#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 100, TRIES = 50 };

bool ends_begin(struct bench *b, const struct net_service *service) {
    const struct net_nic ours = {"eth0", OUR_ADDRESS}, theirs = {"eth1", THEIR_ADDRESS};
    return net_enter(b, &ours, 1) && net_serve(b, &theirs, 1, service);
}

void await_echo(int socket, const void *frame, size_t bytes) {
    char answer[PACKET_MOST];
    net_patience(socket, PATIENCE_MS);
    for (unsigned i = 0; i < TRIES; i++)
        if (send(socket, frame, bytes, 0) == (ssize_t)bytes &&
            recv(socket, answer, sizeof answer, 0) == (ssize_t)bytes) {
            net_patience(socket, 0);
            return;
        }
    abort();
}

void time_echo(struct bench *b, int socket, const void *frame, size_t bytes) {
    char answer[PACKET_MOST];
    while (bench_next(b)) {
        bench_start(b);
        ssize_t sent = send(socket, frame, bytes, 0);
        ssize_t back = recv(socket, answer, sizeof answer, 0);
        bench_stop(b);
        if (sent != (ssize_t)bytes || back != sent)
            abort();
    }
}

static int open_udp_echo(void) {
    return net_listen(SOCK_DGRAM, ECHO_PORT);
}

static void serve_udp_echo(int socket) {
    char bytes[PACKET_MOST];
    for (;;) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        ssize_t n = recvfrom(socket, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);
        if (n < 0 ||
            sendto(socket, bytes, (size_t)n, 0, (struct sockaddr *)&from, sizeof from) != n)
            abort();
    }
}

static int open_tcp_echo(void) {
    return net_listen(SOCK_STREAM, ECHO_PORT);
}

static void echo_stream(int stream) {
    char bytes[PACKET_MOST];
    int one = 1;
    ssize_t n;
    if (setsockopt(stream, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one))
        abort();
    while ((n = read(stream, bytes, sizeof bytes)) > 0)
        if (write(stream, bytes, (size_t)n) != n)
            abort();
}

static void serve_tcp_echo(int listener) {
    for (;;) {
        int stream = accept(listener, NULL, NULL);
        if (stream < 0)
            abort();
        echo_stream(stream);
        close(stream);
    }
}

const struct net_service udp_echo = {open_udp_echo, serve_udp_echo};
const struct net_service tcp_echo = {open_tcp_echo, serve_tcp_echo};
