/* SPDX-License-Identifier: MIT */
/* linux.c -- what filtered sockets add to a packet that none of them wants: a datagram there and
 * back on a wire whose far end has them, and on one whose far end has none. */
#include "linux/namespaces.h"

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ECHO_PORT = 7, FIRST_PORT = 1000, BYTES = 16, PATIENCE_MS = 100, TRIES = 50 };

static unsigned filters; /* of the child */

/* A socket that has what goes to that port of UDP: as long as a filter of exo.c's. */
static void add_filter(unsigned port) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x800, 0, 8),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 17, 0, 6),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 20),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 4, 0),
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14),
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, 16),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0x40000),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    const struct sock_fprog program = {sizeof code / sizeof code[0], code};
    /* Of this protocol alone, so that it has only what arrives. */
    int it = net_frames("eth1", ETH_P_IP);
    if (setsockopt(it, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program))
        abort();
}

static int open_filtered(void) {
    for (unsigned i = 0; i < filters; i++)
        add_filter(FIRST_PORT + i);
    return net_listen(SOCK_DGRAM, ECHO_PORT);
}

static void serve(int socket) {
    char bytes[BYTES];
    for (;;) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        if (recvfrom(socket, bytes, BYTES, 0, (struct sockaddr *)&from, &length) != BYTES ||
            sendto(socket, bytes, BYTES, 0, (struct sockaddr *)&from, sizeof from) != BYTES)
            abort();
    }
}

static bool ask(int socket) {
    char bytes[BYTES] = {0};
    return send(socket, bytes, BYTES, 0) == BYTES && recv(socket, bytes, BYTES, 0) == BYTES;
}

/* Speaks to the other end by one of the two wires, whose neighbours have found each other. */
static int connected(const char *address) {
    int it = net_connect(SOCK_DGRAM, address, ECHO_PORT);
    net_patience(it, PATIENCE_MS);
    for (unsigned i = 0; i < TRIES; i++)
        if (ask(it))
            return it;
    abort();
}

BENCH(classify_linux, "classify/filters:1,10,100,1000") {
    static const struct net_service service = {open_filtered, serve};
    static const struct net_nic ours[] = {{"eth0", "10.0.0.1"}, {"eth2", "10.0.1.1"}},
                                theirs[] = {{"eth1", "10.0.0.2"}, {"eth3", "10.0.1.2"}};
    filters = (unsigned)bench_arg(b, "filters");
    struct rlimit files = {filters + 64, filters + 64};
    if (setrlimit(RLIMIT_NOFILE, &files) || !net_enter(b, ours, 2) ||
        !net_serve(b, theirs, 2, &service))
        return;
    int filtered = connected("10.0.0.2"), plain = connected("10.0.1.2");
    while (bench_next(b)) {
        bench_start(b);
        bool without = ask(plain);
        bench_stop(b);
        bench_start(b);
        bool with = ask(filtered);
        bench_stop(b);
        bench_difference(b, 1);
        if (!with || !without)
            abort();
    }
    close(filtered), close(plain);
    net_leave();
}
