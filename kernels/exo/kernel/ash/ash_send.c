/* SPDX-License-Identifier: MIT */
/* ash_send.c -- what a handler sends: a frame is copied into a page of the kernel's, so that it
 * goes as it was checked, and nobody's memory is the device's to read. */
#include "exo/defence.h"
#include "exo/kernel/ash/ash_run.h"
#include "exo/kernel/net/net_tap.h"
#include "exo/kernel/net/packet_template.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"

enum { SENDS = 32, SENDS_OF = 8, SEND_BYTES = PAGE_SIZE / 2 }; /* by an interface, of one owner */

/* A frame on its way out. */
static struct out {
    struct nic_request r; /* first: the driver tells ends by it */
    struct dma_piece piece;
    const struct net_port *port; /* for good: a wire on which nothing goes stops no other */
    unsigned env;                /* its owner's slot, or EXO_ENVS */
    struct out *next;            /* of those that are nobody's */
} outs[EXO_NICS * SENDS], *nobodys[EXO_NICS];
static uint8_t sends_of[EXO_ENVS + 1]; /* the last one's count is nobody's */

static void went(struct nic_request *r) {
    struct out *o = (struct out *)r;
    struct exo_nic *seen = o->port->seen;
    struct out **of = &nobodys[o->port - net_ports];
    seen->sending--;
    if (r->result == NIC_DONE) {
        seen->frames_out++;
        seen->bytes_out += o->piece.bytes;
    }
    sends_of[o->env]--;
    o->next = *of;
    *of = o;
}

void ash_send_end(const struct env *e) {
    unsigned slot = (unsigned)(e - envs);
    for (struct out *o = outs; o < outs + EXO_NICS * SENDS && sends_of[slot]; o++)
        if (o->r.result == NIC_PENDING && o->env == slot && DEFENDED(ASH_ENDED)) {
            o->env = EXO_ENVS;
            sends_of[slot]--;
        }
}

/* The pages, two frames each, when the first one is sent. */
static bool begin(void) {
    paddr_t first;
    const size_t bytes = (size_t)net_count * SENDS * SEND_BYTES;
    if (outs[0].r.pieces || frame_alloc_run(&first, bytes / PAGE_SIZE))
        return false;
    memset(direct(first), 0, bytes);
    for (struct out *o = outs; o < outs + net_count * SENDS; o++) {
        unsigned nic = (unsigned)(o - outs) / SENDS;
        o->port = &net_ports[nic];
        o->piece.at = paddr_add(first, (size_t)(o - outs) * SEND_BYTES);
        o->r = (struct nic_request){
            .piece = &o->piece, .pieces = 1, .pinned = true, .quiet = true, .ended = went};
        o->next = nobodys[nic];
        nobodys[nic] = o;
    }
    return true;
}

static inline void copy(void *to, const void *from, uint64_t bytes) {
    uint64_t words = bytes / 8, rest = bytes % 8;
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(rest) : : "memory");
}

/* Some may have gone, of which nobody was told. */
static __attribute__((noinline)) bool make_room(unsigned env, uint64_t nic) {
    for (unsigned i = 0; i < net_count; i++)
        nic_collect_sent(net_ports[i].device);
    return (sends_of[env] < SENDS_OF || !DEFENDED(ASH_SENDS)) && (nobodys[nic] || begin());
}

uint64_t ash_send(const void *frame, uint64_t bytes, uint64_t nic) {
    const unsigned env = (unsigned)(ash_now.ash->owner - envs);
    if (nic >= net_count)
        return E_NOT_FOUND;
    if (bytes < NIC_HEADER || bytes > NIC_FRAME_MAX)
        return E_INVALID;
    const struct net_port *n = &net_ports[nic];
    if ((sends_of[env] == SENDS_OF || !nobodys[nic]) && !make_room(env, nic))
        return E_FULL;
    struct out *o = nobodys[nic];
    uint8_t *to = direct(o->piece.at);
    copy(to, frame, bytes);
    for (uint64_t at = bytes; at < EXO_TEMPLATE_BYTES; at += 8) /* so much of it is looked at */
        __builtin_memset(to + at, 0, 8);
    const struct packet_template *t = packet_template_of(ash_now.ash->owner, nic);
    if (!packet_template_holds(t, (const uint64_t *)to) && DEFENDED(ASH_FORGED)) {
        n->seen->forged++;
        return E_PERM;
    }
    o->piece.bytes = (uint32_t)bytes;
    o->env = env;
    int error = nic_send_short(n->device, &o->r);
    if (error)
        return (uint64_t)-error;
    nobodys[nic] = o->next;
    sends_of[env]++;
    n->seen->sending++;
    if (__builtin_expect(n->apart & NET_TAPPED, 0))
        net_tap_sent(n, &o->piece, 1);
    return 0;
}
