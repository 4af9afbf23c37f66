/* SPDX-License-Identifier: MIT */
/* spin_ends.c -- see spin_ends.h. */
#include "spin_ends.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "spin/core/strand.h"
#include "spin/services/loader/loader.h"

struct module packet_bench = {.name = "PacketBench"};
volatile unsigned answers;
unsigned long answer_bytes;

bool ends_prepare(struct bench *b) {
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
        module_add(&packet_bench);
    begun = true;
    return true;
}

void ends_load(const char *name) {
    static struct report why;
    static const char *loaded[8];
    unsigned i = 0;
    struct extension *e;
    for (; loaded[i]; i++)
        if (!strcmp(loaded[i], name))
            return;
    if (loader_load(name, &e, &why))
        panic("packet: %s: %s", name, why.text);
    loaded[i] = name;
}

static unsigned long heard(void *unused, struct packet *p, unsigned long key,
                           struct outgoing *reply) {
    (void)unused, (void)key, (void)reply;
    answer_bytes = p->bytes;
    answers++;
    return NET_TAKEN;
}

void end_open(struct end *e, unsigned node, unsigned long key, enum net_event when,
              net_arrived_fn *fn) {
    e->claim = claim_take(node, key, key, 0, &packet_bench);
    if (!e->claim || claim_handle(e->claim, when, fn ? fn : heard, NULL, &e->binding))
        panic("packet: key %lu of node %u cannot be had", key, node);
}

void end_close(struct end *e) {
    if (claim_end(e->claim, e->binding))
        panic("packet: a claim cannot be given up");
}

void end_send(const struct end *e, unsigned long bytes, unsigned long target, unsigned long more) {
    struct departure *d = departure_new();
    int error = d ? net_send(e->claim, d, bytes, target, more) : -E_FULL;
    if (error && error != -E_AGAIN)
        panic("packet: it cannot be sent: error %d", error);
    loopback_drain();
}

void ends_wait(const volatile unsigned *count, unsigned before) {
    while (*count == before)
        if (!scheduler_wait_alone())
            strand_yield();
}

void ends_settle(void) {
    for (unsigned i = 0; i < 2; i++)
        while (nic_in_flight(nic_objects[i].nic, NIC_TRANSMIT))
            nic_collect(nic_objects[i].nic, NIC_TRANSMIT);
}
