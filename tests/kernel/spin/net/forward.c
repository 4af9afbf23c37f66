/* SPDX-License-Identifier: MIT */
/* forward.c -- a port that is another machine's: who asks and who answers are here, at the first
 * interface, and the forwarder is at the second. */
#include "net_checks.h"

#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "protocol/udp.h"
#include "spin/extensions/forward/forward.h"

enum { ASKS = 5000, ASKERS = 2, SEGMENT = 20, TO = 2 };

static struct module ends = {.name = "Ends"};
static struct end {
    struct claim *claim;
    struct event_binding *binding;
    volatile unsigned came;
    unsigned source_port;
} end[ASKERS + 1];

static unsigned long hear(void *closure, struct packet *p, unsigned long key,
                          struct outgoing *reply) {
    struct end *e = closure;
    (void)key, (void)reply;
    e->source_port = p->source_port ? (unsigned)p->source_port : udp_source(p->data);
    e->came++;
    return NET_TAKEN;
}

static bool open(struct end *e, unsigned node, unsigned long port) {
    *e = (struct end){.claim = claim_take(node, port, port, 0, &ends)};
    return e->claim && !claim_handle(e->claim, NET_ARRIVED, hear, e, &e->binding);
}

static void close(struct check *c, struct end *e) {
    if (e->claim && claim_end(e->claim, e->binding))
        check_fail(c, "a claim stays");
}

static void wait(const struct end *e, unsigned before) {
    for (unsigned i = 0; i < 10000 && e->came == before; i++)
        sti_hlt_cli();
}

static int send(const struct end *e, struct departure *d, unsigned long bytes, unsigned long more) {
    return d ? net_send(e->claim, d, bytes, nic_objects[FORWARD_NIC].ip, more) : -1;
}

/* Each has the answer to what he asked, and it seems to come from where he asked. */
static void try_datagrams(struct check *c) {
    const bool on = interrupts_off();
    for (unsigned i = 0; i < ASKERS; i++)
        CHECK_THAT(c, open(&end[i], NET_UDP, ASKS + i));
    for (unsigned turn = 0; turn < 3; turn++)
        for (unsigned i = 0; i < ASKERS; i++) {
            send(&end[i], departure_new(), 16, FORWARD_PORT);
            wait(&end[i], turn);
            CHECK_THAT(c, end[i].came == turn + 1 && end[i].source_port == FORWARD_PORT);
        }
    for (unsigned i = 0; i < ASKERS; i++)
        close(c, &end[i]);
    interrupts_restore(on);
}

CHECK(net_forward, "net/a_datagram_is_passed_on_and_its_answer_comes_back_to_who_asked") {
    if (!net_begin(c))
        return;
    module_add(&ends);
    struct extension *e = loading_load(c, "forward");
    if (!e)
        return;
    try_datagrams(c);
    loader_unload(e);
    module_remove(&ends);
    net_end(c);
}

CHECK(net_forward_stranger, "net/who_is_not_the_server_answers_nobody_by_a_forwarder") {
    struct frame f;
    if (!net_begin(c))
        return;
    module_add(&ends);
    struct extension *e = loading_load(c, "forward");
    if (!e)
        return;
    try_datagrams(c);
    const uint64_t nobodys = nic_objects[FORWARD_NIC].nobodys;
    const unsigned long sent = net_sent_count();
    for (unsigned i = 0; i < 3; i++) { /* of a flow that there is, and of one that is none */
        frame_datagram(&f, FORWARD_SERVER_PORT, FORWARD_PORT + 1 + 3 * i, 4);
        frame_arrives(&f);
    }
    CHECK_THAT(c, nic_objects[FORWARD_NIC].nobodys == nobodys + 3 && net_sent_count() == sent);
    loader_unload(e);
    module_remove(&ends);
    net_end(c);
}

/* A segment with these ports and nothing else. */
static struct departure *segment(unsigned source, unsigned target) {
    struct departure *d = departure_new();
    if (!d)
        return NULL;
    uint8_t *at = &d->o->byte[NET_ROOM];
    memset(at, 0, SEGMENT);
    wire_put16(at, source);
    wire_put16(at + TO, target);
    return d;
}

/* There and back; whose sum is not right does not arrive. */
static void try_segments(struct check *c) {
    const bool on = interrupts_off();
    struct end *asks = &end[0], *server = &end[1];
    CHECK_THAT(c, open(asks, NET_TCP, ASKS) && open(server, NET_TCP, FORWARD_SERVER_PORT));
    for (unsigned turn = 0; turn < 3; turn++) {
        send(asks, segment(ASKS, FORWARD_PORT), SEGMENT, 0);
        wait(server, turn);
        CHECK_THAT(c, server->came == turn + 1 && server->source_port == FORWARD_PORT + 1);
        send(server, segment(FORWARD_SERVER_PORT, server->source_port), SEGMENT, 0);
        wait(asks, turn);
        CHECK_THAT(c, asks->came == turn + 1 && asks->source_port == FORWARD_PORT);
    }
    close(c, asks);
    close(c, server);
    interrupts_restore(on);
}

CHECK(net_forward_tcp, "net/a_segment_is_passed_on_with_a_right_sum") {
    if (!net_begin_with(c, "tcp"))
        return;
    module_add(&ends);
    struct extension *tcp = loading_load(c, "tcp"), *e = loading_load(c, "forward");
    if (!tcp || !e)
        return;
    try_segments(c);
    loader_unload(e);
    loader_unload(tcp);
    module_remove(&ends);
    net_end(c);
}
