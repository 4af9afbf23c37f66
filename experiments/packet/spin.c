/* SPDX-License-Identifier: MIT */
/* spin.c -- packets at interrupt level: who asks is here, by a handler of the first interface; who
 * answers is an extension, by one of the second. */
#include "measure/bench.h"
#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "spin/services/loader/loader.h"
#include "spin/services/net/plexus.h"

#define ETHER_ECHO 0x88b5
#define PORT_ASKS  5000
#define PORT_ECHO  7

MODULE("PacketBench");

static volatile unsigned answers;
static unsigned long answer_bytes;

static unsigned long heard(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)key, (void)reply;
    answer_bytes = p->bytes;
    answers++;
    return NET_TAKEN;
}

/* Protocols and the echo, once for all rows. */
static bool prepare(struct bench *b) {
    static const char *const needed[] = {"loopback", "ether", "arp", "ip", "icmp", "udp", "echo"};
    static struct report why;
    static bool begun;
    struct extension *e;
    if (!nic_objects[1].nic) {
        bench_skip(b, "the machine has no two network interfaces");
        return false;
    }
    for (unsigned i = 0; i < sizeof needed / sizeof needed[0] && !begun; i++)
        if (loader_load(needed[i], &e, &why))
            panic("packet: %s: %s", needed[i], why.text);
    if (!begun)
        module_add(THIS_MODULE);
    begun = true;
    return true;
}

/* Keys of the first interface's, while a row is measured. */
static struct claim *listen(unsigned node, unsigned long key, unsigned nic,
                            struct event_binding **binding) {
    struct claim *c = claim_take(node, key, key, nic, THIS_MODULE);
    if (!c || claim_handle(c, heard, binding))
        panic("packet: key %lu of node %u cannot be had", key, node);
    return c;
}

static void ask(const struct claim *c, unsigned long bytes, unsigned long target,
                unsigned long more) {
    const unsigned before = answers;
    struct departure *d = departure_new();
    int error = d ? net_send(c, d, bytes, target, more) : -1;
    if (error && error != -E_AGAIN)
        panic("packet: it cannot be sent: %d", error);
    loopback_drain();
    while (answers == before)
        sti_hlt_cli();
}

static void settle(void) {
    for (unsigned i = 0; i < 8; i++)
        sti_hlt_cli();
}

BENCH(packet_udp_rtt, "packet/udp_rtt/bytes:16,1472/over:wire,loopback") {
    const unsigned long bytes = bench_arg(b, "bytes");
    struct event_binding *binding;
    char over[16];
    if (!prepare(b))
        return;
    bench_word(b, "over", over, sizeof over);
    const bool wire = over[0] == 'w';
    cli();
    struct claim *c = listen(NET_UDP, PORT_ASKS, 0, &binding);
    const unsigned long target = nic_objects[wire].ip;
    (void)settle;
    while (bench_next(b)) {
        bench_start(b);
        ask(c, bytes, target, PORT_ECHO);
        bench_stop(b);
        assert_that(answer_bytes == bytes);
    }
    claim_end(c, binding);
    sti();
}
