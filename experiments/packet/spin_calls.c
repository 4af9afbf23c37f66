/* SPDX-License-Identifier: MIT */
/* spin_calls.c -- datagrams one after the other, active messages, and calls of procedures: who asks
 * and who answers are handlers at interrupt level. */
#include "spin_ends.h"

#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "protocol/am.h"
#include "protocol/rpc.h"
#include "protocol/wire.h"
#include "spin/extensions/echo/echo.h"
#include "spin/services/loader/loader.h"
#include "spin/services/net/graph.h"

enum { PORT_ASKS = 5000, PORT_COUNTS = 5001, TRAIN = 16 };
enum { ASKS = 100, PROCEDURE = 3 };

static struct extension *load(const char *name) {
    static struct report why;
    struct extension *e = loader_find(name);
    if (!e && loader_load(name, &e, &why))
        panic("packet: %s: %s", name, why.text);
    return e;
}

/* The stations know each other: of what waits for that the last packet alone goes. */
static void meet(const struct end *e) {
    const unsigned before = answers;
    end_send(e, 1, nic_objects[1].ip, PORT_ECHO);
    ends_wait(&answers, before);
    ends_settle();
}

/* --- A train of datagrams, and one byte back --- */

static unsigned long counts(void *unused, struct packet *p, unsigned long key,
                            struct outgoing *reply) {
    static unsigned count;
    (void)unused, (void)p, (void)key, (void)reply;
    return ++count % TRAIN ? NET_TAKEN : NET_REPLY(1);
}

BENCH(packet_udp_stream, "packet/udp_stream/bytes:1472") {
    const unsigned long bytes = bench_arg(b, "bytes");
    struct end asks, other;
    if (!ends_prepare(b))
        return;
    cli();
    end_open(&asks, NET_UDP, PORT_ASKS, NET_ARRIVED, NULL);
    end_open(&other, NET_UDP, PORT_COUNTS, NET_ARRIVED, counts);
    meet(&asks);
    while (bench_next(b)) {
        const unsigned before = answers;
        bench_start(b);
        for (unsigned i = 0; i < TRAIN; i++)
            end_send(&asks, bytes, nic_objects[1].ip, PORT_COUNTS);
        ends_wait(&answers, before);
        bench_stop(b);
        ends_settle();
    }
    end_close(&other);
    end_close(&asks);
    sti();
}

/* --- Active messages: the answer names the same handler, and says so --- */

static unsigned long take(void *unused, struct packet *p, unsigned long key,
                          struct outgoing *reply) {
    (void)unused, (void)key;
    if (p->nic == 0) {
        answers++;
        return NET_TAKEN;
    }
    memcpy(&reply->byte[NET_ROOM], p->data, 4 * AM_WORDS);
    return NET_REPLY(4 * AM_WORDS);
}

BENCH(packet_am_rtt, "packet/am_rtt") {
    struct end e;
    if (!ends_prepare(b))
        return;
    load("am");
    cli();
    end_open(&e, NET_AM, ASKS, NET_ARRIVED, take);
    while (bench_next(b)) {
        const unsigned before = answers;
        bench_start(b);
        end_send(&e, 4 * AM_WORDS, nic_objects[1].mac, ASKS);
        ends_wait(&answers, before);
        bench_stop(b);
        ends_settle();
    }
    end_close(&e);
    sti();
}

/* --- Calls --- */

static unsigned long called(void *unused, struct packet *p, unsigned long key,
                            struct outgoing *reply) {
    (void)unused, (void)key;
    memcpy(&reply->byte[NET_ROOM], p->data, 4);
    return NET_REPLY(4);
}

/* What the owner of the procedure has handed on. */
static unsigned long handle(const struct extension *e) {
    uint64_t argument[PARAMETERS] = {PROCEDURE}, result = 0;
    struct net_report report;
    if (!extension_run(extension_program(e, "rpc_handle"), argument, UINT64_MAX, &result, &report))
        panic("packet: there is no handle");
    return result;
}

BENCH(packet_rpc_rtt, "packet/rpc_rtt") {
    static uint32_t number;
    struct end asks, other;
    if (!ends_prepare(b))
        return;
    struct rpc_header h = {.handle = handle(load("rpc")), .procedure = PROCEDURE, .kind = RPC_CALL};
    cli();
    end_open(&asks, NET_UDP, PORT_ASKS, NET_ARRIVED, NULL);
    end_open(&other, NET_RPC, PROCEDURE, NET_ARRIVED, called);
    meet(&asks);
    while (bench_next(b)) {
        const unsigned before = answers;
        bench_start(b);
        struct departure *d = departure_new();
        h.number = ++number;
        rpc_put(&d->o->byte[NET_ROOM], &h);
        wire_put32(&d->o->byte[NET_ROOM + RPC_HEADER], number);
        if (net_send(asks.claim, d, RPC_HEADER + 4, nic_objects[1].ip, PORT_RPC))
            panic("packet: a call cannot be sent");
        ends_wait(&answers, before);
        bench_stop(b);
        ends_settle();
    }
    end_close(&other);
    end_close(&asks);
    sti();
}
