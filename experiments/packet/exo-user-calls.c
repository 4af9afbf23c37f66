/* SPDX-License-Identifier: MIT */
/* exo-user-calls.c -- trains of datagrams, calls of procedures, active messages; and messages by
 * way of a process between two wires. */
#include "exo-net.h"

#include "exo/libos/stubs.h"
#include "protocol/bytes.h"
#include "protocol/am.h"
#include "protocol/rpc.h"

static uint8_t data[1472];
static uint32_t came;
static struct rpc_call call;

static void got(struct net_udp *self, const struct net_datagram *d) {
    struct rpc_header h;
    (void)self;
    if (d->source_port != CALLS)
        came++;
    else if (rpc_get(d->data, d->bytes, &h) && rpc_is_reply(&call, &h))
        came++;
}
static struct net_udp mine = {.got = got};

static bool begin(struct bench *b, uint16_t port, struct net_path *p) {
    struct net_path echo;
    if (!server_begin(b))
        return false;
    mine.port = 0;
    if (net_udp_open(&net, &mine))
        __builtin_trap();
    net_path(&net, &echo, SERVER_IP, IP_UDP, mine.port, ECHO);
    net_path(&net, p, SERVER_IP, IP_UDP, mine.port, port);
    server_knows(&echo, &came);
    return !net_resolve(&net, p);
}

static void end(void) {
    net_udp_close(&net, &mine);
    server_end();
}

BENCH(packet_udp_stream, "packet/udp_stream/bytes:1472") {
    struct net_path p;
    if (!begin(b, TRAINS, &p))
        return;
    while (bench_next(b)) {
        came = 0;
        bench_start(b);
        for (unsigned i = 0; i < TRAIN; i++)
            while (net_udp_send(&net, &p, data, sizeof data))
                server_pass();
        server_until(&came);
        bench_stop(b);
    }
    end();
}

BENCH(packet_rpc_rtt, "packet/rpc_rtt") {
    static uint8_t message[RPC_HEADER + 4];
    static uint32_t number;
    struct net_path p;
    if (!begin(b, CALLS, &p))
        return;
    while (bench_next(b)) {
        came = 0;
        bench_start(b);
        rpc_begin(&call, HANDLE, ++number, 1, net_now(), TCP_SECOND, 3);
        rpc_put(message, &call.header);
        long error = net_udp_send(&net, &p, message, sizeof message);
        server_until(&came);
        bench_stop(b);
        if (error)
            __builtin_trap();
    }
    end();
}

/* --- Active messages: a frame names the function that takes it --- */

static void replied(const struct am_message *m) {
    came = m->word[0];
}

static void other(struct net *n, const uint8_t *frame, uint32_t bytes) {
    static void (*const handler[])(const struct am_message *) = {replied};
    struct am_message m;
    (void)n;
    if (ether_type(frame) == ETHER_AM &&
        am_get(frame + ETHER_HEADER, bytes - ETHER_HEADER, sizeof handler / sizeof *handler, &m))
        handler[m.handler](&m);
}

BENCH(packet_am_rtt, "packet/am_rtt") {
    const struct am_message m = {.word = {7}};
    struct net_path p;
    if (!begin(b, ECHO, &p))
        return;
    net.other = other;
    long filter = take_messages(&net);
    while (bench_next(b)) {
        came = 0;
        bench_start(b);
        uint8_t *head = link_head(&net.link);
        memcpy(head, p.head, ETHER_HEADER);
        send_message(&net, head, &m);
        server_until(&came);
        bench_stop(b);
        if (came != 7)
            __builtin_trap();
    }
    exo_filter_drop(0, (uint64_t)filter);
    end();
}

/* --- By way of another --- */

static struct client peer;

/* A datagram and its answer went by whoever stands between; false: the row is skipped. */
static bool forward_begin(struct bench *b, struct net_path *p) {
    char by[8];
    bool by_ash = *bench_word(b, "by", by, sizeof by) == 'a';
    if (by_ash ? !ash_forwarder_begin(b) : !forwarder_begin(b))
        return false;
    mine.port = 0;
    if (net_udp_open(&net, &mine))
        __builtin_trap();
    net_path(&net, p, SERVER_IP, IP_UDP, mine.port, ECHO);
    server_knows(p, &came);
    if (by_ash)
        server_alone();
    return true;
}

BENCH(packet_forward_udp, "packet/forward_udp/bytes:16/by:ash,user") {
    struct net_path p;
    if (!forward_begin(b, &p))
        return;
    while (bench_next(b)) {
        came = 0;
        bench_start(b);
        long error = net_udp_send(&net, &p, data, 16);
        server_until(&came);
        bench_stop(b);
        if (error)
            __builtin_trap();
    }
    end();
}

BENCH(packet_forward_tcp, "packet/forward_tcp/bytes:16/by:ash,user") {
    struct net_path p;
    if (!forward_begin(b, &p))
        return;
    client_open(&peer, SERVER_IP, ECHO);
    while (bench_next(b)) {
        char bytes[16];
        long got_bytes = 0;
        bench_start(b);
        net_tcp_write(&peer.c, data, sizeof bytes);
        while (got_bytes < (long)sizeof bytes) {
            peer.came = 0;
            server_until(&peer.came);
            got_bytes += net_tcp_read(&peer.c, bytes, sizeof bytes);
        }
        bench_stop(b);
    }
    net_tcp_abort(&peer.c);
    end();
}
