/* SPDX-License-Identifier: MIT */
/* spin.c -- a capture's frames come to the first interface: those of IP and ARP have a handler
 * each, what is for others or for nobody is dropped. */
#include "machine/cpu/x86.h"
#include "sender.h"
#include "spin/services/loader/loader.h"
#include "spin/services/net/plexus.h"

static struct sender sender;
static struct module replay_bench = {.name = "ReplayBench"};
static volatile unsigned taken;

static unsigned long take(void *unused, struct packet *p, unsigned long key,
                          struct outgoing *reply) {
    (void)unused, (void)p, (void)key, (void)reply;
    taken++;
    return NET_TAKEN;
}

static struct {
    struct claim *claim;
    struct event_binding *binding;
} owners[2];

static void owners_begin(void) {
    static const unsigned long types[2] = {REPLAY_IP, REPLAY_ARP};
    for (unsigned i = 0; i < 2; i++) {
        owners[i].claim = claim_take(NET_ETHER, types[i], types[i], 0, &replay_bench);
        if (!owners[i].claim ||
            claim_handle(owners[i].claim, NET_ARRIVED, take, NULL, &owners[i].binding))
            panic("replay: frames of type %lu cannot be had", types[i]);
    }
}

static void owners_end(void) {
    for (unsigned i = 0; i < 2; i++)
        if (claim_end(owners[i].claim, owners[i].binding))
            panic("replay: a claim cannot be given up");
}

static bool prepare(struct bench *b) {
    static struct report why;
    static bool loaded;
    struct extension *e;
    if (!sender_begin(&sender, b))
        return false;
    if (!loaded && loader_load("ether", &e, &why))
        panic("replay: %s", why.text);
    if (!loaded)
        module_add(&replay_bench);
    return loaded = true;
}

/* Frames that came and have no owner. */
static uint64_t others(void) {
    const volatile struct nic_object *n = &nic_objects[0];
    return n->nobodys + n->strangers;
}

/* Each is sent when the one before is its owner's, or was dropped. */
static void send_all(void) {
    for (unsigned i = 0; i < sender.traffic.frames; i++) {
        const uint64_t before = taken + others();
        sender_send(&sender, i);
        while (taken + others() == before)
            sti_hlt_cli();
    }
}

BENCH(replay_all, "replay/all/to:handler") {
    if (!prepare(b))
        return;
    cli();
    owners_begin();
    while (bench_next(b)) {
        bench_start(b);
        send_all();
        bench_stop(b);
        sender_settle(&sender);
    }
    owners_end();
    sti();
}

BENCH(replay_count, "replay/count/of:owned,others") {
    char of[16];
    if (!prepare(b))
        return;
    cli();
    owners_begin();
    const uint64_t owned_before = taken, others_before = others();
    send_all();
    sender_settle(&sender);
    const uint64_t owned = taken - owned_before, dropped = others() - others_before;
    owners_end();
    sti();
    if (owned != sender.traffic.owned)
        panic("%s: %lu frames had an owner, not %u", b->row, owned, sender.traffic.owned);
    bench_count(b, bench_word(b, "of", of, sizeof of)[1] == 'w' ? owned : dropped);
}
