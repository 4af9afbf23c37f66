/* SPDX-License-Identifier: MIT */
/* exo-user-udp.c -- datagrams between two environments' libraries. */
#include "exo-net.h"

#include "lib/string.h"

static uint8_t data[1472];
static uint32_t came, bytes_came;

static void got(struct net_udp *self, const struct net_datagram *d) {
    (void)self;
    came++;
    bytes_came += d->bytes;
}
static struct net_udp mine = {.got = got};

/* Somebody's of this end's own, for what goes to oneself. */
static void echoes(struct net_udp *self, const struct net_datagram *d) {
    static struct net_path back;
    if (back.target != d->source_port)
        net_path(&net, &back, CLIENT_IP, IP_UDP, self->port, d->source_port);
    net_udp_send(&net, &back, d->data, d->bytes);
}
static struct net_udp own_echo = {.got = echoes, .port = ECHO};

/* All that is on its way has come. */
static void settle(void) {
    for (int i = 0; i < 4; i++)
        server_pass();
}

static bool begin(struct bench *b, struct net_path *p, uint32_t ip, uint16_t port) {
    if (!server_begin(b))
        return false;
    if (net_udp_open(&net, &mine) || net_udp_open(&net, &own_echo))
        __builtin_trap();
    net_path(&net, p, ip, IP_UDP, mine.port, port);
    /* Both know each other's address before it is timed: what asks for it is lost. */
    struct net_path warm;
    net_path(&net, &warm, SERVER_IP, IP_UDP, mine.port, ECHO);
    server_knows(&warm, &came);
    return !net_resolve(&net, p);
}

static void end(void) {
    net_udp_close(&net, &mine);
    net_udp_close(&net, &own_echo);
    server_end();
}

static void exchange(struct bench *b, uint32_t ip, uint32_t bytes) {
    struct net_path p;
    if (!begin(b, &p, ip, ECHO))
        return;
    while (bench_next(b)) {
        came = bytes_came = 0;
        bench_start(b);
        long error = net_udp_send(&net, &p, data, bytes);
        server_until(&came);
        bench_stop(b);
        if (error || bytes_came != bytes)
            __builtin_trap();
    }
    end();
}

static void exchange_loop(struct bench *b, uint32_t bytes) {
    struct net_path p;
    if (!begin(b, &p, CLIENT_IP, ECHO))
        return;
    while (bench_next(b)) {
        came = bytes_came = 0;
        bench_start(b);
        long error = net_udp_send(&net, &p, data, bytes);
        while (!came)
            net_poll(&net);
        bench_stop(b);
        if (error || bytes_came != bytes)
            __builtin_trap();
    }
    end();
}

BENCH(packet_udp_rtt, "packet/udp_rtt/bytes:16,1472/over:wire,loopback") {
    char over[16];
    uint32_t bytes = (uint32_t)bench_arg(b, "bytes");
    if (strcmp(bench_word(b, "over", over, sizeof over), "wire") == 0)
        exchange(b, SERVER_IP, bytes);
    else
        exchange_loop(b, bytes);
}

BENCH(packet_udp_rtt_process, "packet/udp_rtt/bytes:18/to:process") {
    exchange(b, SERVER_IP, 18);
}

BENCH(packet_udp_send, "packet/udp_send/bytes:16,1472") {
    uint32_t bytes = (uint32_t)bench_arg(b, "bytes");
    struct net_path p;
    if (!begin(b, &p, SERVER_IP, SINK))
        return;
    while (bench_next(b)) {
        bench_start(b);
        long error = net_udp_send(&net, &p, data, bytes);
        bench_stop(b);
        if (error)
            __builtin_trap();
        settle();
    }
    end();
}
