/* SPDX-License-Identifier: MIT */
/* net_checks.c -- see net_checks.h. */
#include "net_checks.h"

#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/memory/heap.h"
#include "protocol/arp.h"
#include "protocol/icmp.h"
#include "protocol/udp.h"
#include "spin/core/dispatch/plan/retired.h"
#include "spin/core/strand.h"

static const char *const protocols[] = {"loopback", "ether", "arp", "ip", "icmp", "udp", "echo"};
enum { PROTOCOLS = sizeof protocols / sizeof protocols[0] };

struct frame net_last;

static uint64_t sent_before;

unsigned long net_sent_count(void) {
    return nic_objects[1].sent - sent_before;
}

static void see_last(void) {
    const struct departure *d = nic_objects[1].last;
    net_last.bytes = d->piece[0].bytes;
    memcpy(net_last.byte, direct(d->piece[0].at), net_last.bytes);
}

static bool load_all(struct check *c) {
    for (unsigned i = 0; i < PROTOCOLS; i++)
        if (!loading_load(c, protocols[i]))
            return false;
    return true;
}

static void unload(struct check *c, const char *name) {
    struct extension *e = loader_find(name);
    int error = e ? loader_unload(e) : 0;
    if (error)
        check_fail(c, "%s stays: error %d", name, error);
}

static void unload_all(struct check *c) {
    for (unsigned i = PROTOCOLS; i--;)
        unload(c, protocols[i]);
    loader_reap();
}

/* What seems to lead to code that is gone keeps it. */
static __attribute__((noinline)) void clear_stack(void) {
    volatile uint64_t word[512];
    for (unsigned i = 0; i < 512; i++)
        word[i] = 0;
    (void)word[511];
}

static unsigned long nothing(void *unused, struct packet *p, unsigned long key,
                             struct outgoing *reply) {
    (void)unused, (void)p, (void)key, (void)reply;
    return NET_NOTHING;
}

/* What events keep of their last changes is of these, and some bytes more or less by turns. */
#define KEPT_MOST 64
static size_t heap;

static bool change_each(void) {
    static struct module once = {.name = "Once"};
    struct event_binding *binding;
    bool fine = true;
    module_add(&once);
    for (unsigned node = 0; node < NET_NODES; node++) {
        struct claim *claim = claim_take(node, 0xfffe, 0xfffe, NET_ANY, &once);
        fine = fine && claim && !claim_handle(claim, NET_ARRIVED, nothing, NULL, &binding) &&
               !claim_end(claim, binding);
    }
    module_remove(&once);
    clear_stack();
    plans_reclaim();
    return fine;
}

/* What a first load of each keeps is there from then on, so one of a boot is enough. */
static bool load_once(struct check *c, const char *more) {
    static const char *known[16];
    static unsigned count;
    for (unsigned i = 0; i < count; i++)
        if (known[i] == more || (more && known[i] && strcmp(known[i], more) == 0))
            return true;
    if (!load_all(c) || (more && !loading_load(c, more)))
        return false;
    if (more)
        unload(c, more);
    unload_all(c);
    if (count < sizeof known / sizeof known[0])
        known[count++] = more;
    return true;
}

bool net_begin(struct check *c) {
    return net_begin_with(c, NULL);
}

bool net_begin_with(struct check *c, const char *more) {
    if (!nic_objects[1].nic) {
        check_skip(c, "the machine has no two network interfaces");
        return false;
    }
    if (!load_once(c, more))
        return false;
    change_each();
    loading_begin();
    heap = heap_used();
    if (!load_all(c))
        return false;
    sent_before = nic_objects[1].sent;
    return true;
}

void net_end(struct check *c) {
    net_settle();
    unload_all(c);
    change_each();
    const size_t left = heap_used() - heap;
    if (left <= KEPT_MOST)
        loading_begin(); /* from here on */
    loading_end(c);
}

/* --- Frames --- */

static uint8_t *begin_ip(struct frame *f, unsigned protocol, uint32_t bytes) {
    const struct ip_header h = {.source = STRANGER,
                                .target = (uint32_t)nic_objects[1].ip,
                                .length = (uint16_t)(IP_HEADER + bytes),
                                .id = 1,
                                .ttl = IP_TTL,
                                .protocol = (uint8_t)protocol};
    static const struct ether_address stranger = {{2, 0, 0, 0, 0, 9}};
    f->bytes = ETHER_HEADER + IP_HEADER + bytes;
    memset(f->byte, 0, sizeof f->byte);
    ether_put(f->byte, &nic_objects[1].address, &stranger, ETHER_IP);
    ip_put(frame_ip(f), &h);
    return frame_ip(f) + IP_HEADER;
}

static void fill(uint8_t *at, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)(i * 7 + 1);
}

uint8_t *frame_ip(struct frame *f) {
    return f->byte + ETHER_HEADER;
}

void frame_sum_ip(struct frame *f) {
    sum_put(frame_ip(f) + 10, 0);
    sum_put(frame_ip(f) + 10, sum_end(sum_bytes(frame_ip(f), IP_HEADER)));
}

void frame_datagram(struct frame *f, unsigned source, unsigned target, uint32_t bytes) {
    uint8_t *at = begin_ip(f, IP_UDP, UDP_HEADER + bytes);
    const struct udp_header u = {.source = (uint16_t)source,
                                 .target = (uint16_t)target,
                                 .length = (uint16_t)(UDP_HEADER + bytes)};
    fill(at + UDP_HEADER, bytes);
    udp_put(at, &u, STRANGER, (uint32_t)nic_objects[1].ip, sum_bytes(at + UDP_HEADER, bytes));
}

void frame_echo(struct frame *f, uint32_t bytes) {
    uint8_t *at = begin_ip(f, IP_ICMP, ICMP_HEADER + bytes);
    fill(at + ICMP_HEADER, bytes);
    at[0] = ICMP_ECHO;
    sum_put(at + 2, sum_end(sum_bytes(at, ICMP_HEADER + bytes)));
}

void frame_question(struct frame *f, uint32_t source) {
    struct arp_packet a = {.source = source, .target = (uint32_t)nic_objects[1].ip, .asks = true};
    static const struct ether_address all = {{255, 255, 255, 255, 255, 255}};
    a.source_ether = (struct ether_address){{2, 9, (uint8_t)(source >> 24), (uint8_t)(source >> 16),
                                             (uint8_t)(source >> 8), (uint8_t)source}};
    memset(f->byte, 0, sizeof f->byte);
    f->bytes = ETHER_LEAST;
    ether_put(f->byte, &all, &a.source_ether, ETHER_ARP);
    arp_put(f->byte + ETHER_HEADER, &a);
}

void frame_piece(struct frame *f, unsigned id, uint32_t from, uint32_t bytes, bool more) {
    uint8_t *at = begin_ip(f, IP_UDP, bytes), *ip = frame_ip(f);
    fill(at, bytes);
    wire_put16(ip + 4, id);
    wire_put16(ip + 6, (more ? 0x2000 : 0) | from / 8);
    frame_sum_ip(f);
}

/* --- They arrive --- */

void frame_arrives_at(uint8_t *at, uint32_t bytes) {
    bool on = interrupts_off();
    struct arrival a = arrival_new(&nic_objects[1], at);
    a.holds = 1;
    const uint64_t sent = nic_objects[1].sent;
    net_arrive(&a, bytes);
    while (a.holds > 1) { /* the strand has it */
        sti();
        strand_yield();
        cli();
    }
    if (nic_objects[1].sent != sent)
        see_last();
    interrupts_restore(on);
}

void frame_arrives(const struct frame *f) {
    static uint8_t room[2048];
    memcpy(room, f->byte, f->bytes);
    frame_arrives_at(room, f->bytes);
}

void net_settle(void) {
    for (unsigned i = 0; i < 4; i++)
        strand_yield();
    for (unsigned i = 0; i < NICS_MAX; i++)
        while (nic_objects[i].nic && nic_in_flight(nic_objects[i].nic, NIC_TRANSMIT)) {
            nic_collect(nic_objects[i].nic, NIC_TRANSMIT);
            bool on = interrupts_off();
            sti();
            __asm__ volatile("pause");
            interrupts_restore(on);
        }
}

unsigned net_pages(void) {
    struct departure *all[OUTGOINGS + 1];
    unsigned n = 0, free;
    net_settle();
    bool on = interrupts_off();
    reply_page(); /* one is always kept for a reply */
    while ((all[n] = departure_new()))
        n++;
    for (free = n; n; n--)
        departure_free(all[n - 1]);
    interrupts_restore(on);
    return free;
}
