/* SPDX-License-Identifier: MIT */
/* spin_tcp.c -- connections between the two interfaces: both ends are handlers in the strand of
 * connections, TCP is an extension, verified or signed. */
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "measure/bench.h"
#include "spin_between.h"
#include "spin_ends.h"
#include "spin/extensions/forward/forward.h"
#include "spin/services/stream/stream_calls.h"
#include "spin/services/stream/flow.h"
#include "spin/services/thread/kthread.h"

enum { ECHO = 7, SINK = 9, BULK = 65536 };

static struct list asker = LIST_INIT(asker); /* where the row waits */
static uint8_t data[BULK];

/* --- Who answers --- */

static unsigned long answer(struct stream_view *v);
static const struct stream_owner server = {.ready = answer};

static unsigned long answer(struct stream_view *v) {
    const unsigned long bytes = (unsigned long)(v->end - v->data);
    if (v->own_port == ECHO && bytes)
        streams_write(&server, v->number, v->data, bytes);
    if (v->own_port == SINK && (v->word[0] += bytes) >= BULK) {
        v->word[0] -= BULK;
        streams_write(&server, v->number, "", 1);
    }
    if (v->what & STREAM_ENDED)
        streams_close(&server, v->number, true);
    return bytes;
}

/* --- Who asks --- */

static struct {
    unsigned long what, came, left; /* left: to be written */
    long number;
} client;

static unsigned long hear(struct stream_view *v);
static const struct stream_owner asks = {.ready = hear};

static void write_more(void) {
    const long wrote =
        streams_write(&asks, (unsigned long)client.number, data + BULK - client.left, client.left);
    client.left -= wrote > 0 ? (unsigned long)wrote : 0;
}

static unsigned long hear(struct stream_view *v) {
    client.what |= v->what;
    client.came += (unsigned long)(v->end - v->data);
    if (client.left && (v->what & STREAM_ROOM))
        write_more();
    kthread_wake(&asker);
    return (unsigned long)(v->end - v->data);
}

static void until(const unsigned long *word, unsigned long bits) {
    cli();
    while (!(*(const volatile unsigned long *)word & bits))
        kthread_wait_always(&asker);
    sti();
}

static void open_to(unsigned long nic, unsigned long port) {
    client.what = client.came = 0;
    client.number = streams_connect(&asks, 0, nic_objects[nic].ip, port);
    if (client.number < 0)
        panic("packet: no connection: %ld", client.number);
}

static void open(unsigned long port) {
    open_to(1, port);
}

static bool begin(struct bench *b, bool is_signed) {
    static bool listens;
    if (!ends_prepare(b))
        return false;
    if (flow_use("tcp") || (is_signed && flow_use("tcp_signed")))
        panic("packet: TCP cannot be had");
    if (!listens && (streams_listen(&server, ECHO) || streams_listen(&server, SINK)))
        panic("packet: nobody can listen");
    listens = true;
    return true;
}

/* Of the rows by level; port 0: no connection yet. */
static bool begin_level(struct bench *b, unsigned long port) {
    char level[16];
    if (!begin(b, bench_word(b, "level", level, sizeof level)[0] == 's'))
        return false;
    if (!port)
        return true;
    open(port);
    until(&client.what, STREAM_OPENED);
    return true;
}

/* Connections of other rows are by the protocol that there was. */
static void by_verified(void) {
    if (flow_use("tcp"))
        panic("packet: TCP cannot be had");
}

static void end(void) {
    streams_abort(&asks, (unsigned long)client.number);
    by_verified();
}

BENCH(packet_tcp_rtt, "packet/tcp_rtt/bytes:1/level:verified,signed") {
    if (!begin_level(b, ECHO))
        return;
    while (bench_next(b)) {
        client.came = 0;
        bench_start(b);
        streams_write(&asks, (unsigned long)client.number, "x", 1);
        until(&client.came, 1);
        bench_stop(b);
    }
    end();
}

BENCH(packet_tcp_connect_close, "packet/tcp_connect_close/level:verified,signed") {
    if (!begin_level(b, 0))
        return;
    while (bench_next(b)) {
        bench_start(b);
        open(ECHO);
        until(&client.what, STREAM_OPENED);
        streams_close(&asks, (unsigned long)client.number, true);
        bench_stop(b);
        until(&client.what, STREAM_ENDED);
    }
    by_verified();
}

BENCH(packet_tcp_bulk, "packet/tcp_bulk/bytes:65536/level:verified,signed") {
    if (!begin_level(b, SINK))
        return;
    while (bench_next(b)) {
        client.came = 0;
        client.left = BULK;
        bench_start(b);
        write_more();
        until(&client.came, 1);
        bench_stop(b);
    }
    end();
}

enum { LOSSY_BULKS = 16 };

BENCH(packet_tcp_bulk_loss, "packet/tcp_bulk/loss:0,1,5") {
    bench_slow(b);
    bench_waits(b);
    if (!nic_objects[FAR_NIC].nic) {
        bench_skip(b, "the machine has no two wires");
        return;
    }
    if (!begin(b, false))
        return;
    between_begin(bench_arg(b, "loss"));
    open_to(FAR_NIC, SINK);
    until(&client.what, STREAM_OPENED);
    while (bench_next(b)) {
        bench_start(b);
        for (unsigned i = 0; i < LOSSY_BULKS; i++) {
            client.came = 0;
            client.left = BULK;
            write_more();
            until(&client.came, 1);
        }
        bench_stop(b);
    }
    end();
    between_end();
}

/* There and back between two ends of the first interface, by a forwarder at the second: the
 * connection is theirs, and it has none. */
BENCH(packet_forward_tcp, "packet/forward_tcp/bytes:16/by:kernel") {
    const unsigned long bytes = bench_arg(b, "bytes");
    if (!begin(b, false))
        return;
    ends_load("forward");
    open(FORWARD_PORT);
    until(&client.what, STREAM_OPENED);
    while (bench_next(b)) {
        client.came = 0;
        bench_start(b);
        streams_write(&asks, (unsigned long)client.number, data, bytes);
        while (*(volatile unsigned long *)&client.came < bytes)
            until(&client.came, UINT64_MAX);
        bench_stop(b);
        assert_that(client.came == bytes);
    }
    end();
}
