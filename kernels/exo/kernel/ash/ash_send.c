/* SPDX-License-Identifier: MIT */
/* ash_send.c -- what a handler sends: a frame is copied into a page of the kernel's, so that it
 * goes as it was checked, and nobody's memory is the device's to read. */
#include "exo/defence.h"
#include "exo/kernel/ash/ash_run.h"
#include "exo/kernel/net/net_tap.h"
#include "exo/kernel/net/packet_send.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"

enum { SENDS = 32, SENDS_OF = 8, SEND_BYTES = PAGE_SIZE / 2 }; /* of all, of one handler */

/* A frame on its way out. */
static struct out {
    struct nic_request r; /* first: the driver tells ends by it */
    struct dma_piece piece;
    struct exo_nic *seen;
    uint32_t ash;
    struct out *next; /* of those that are nobody's */
} outs[SENDS], *nobodys;
static uint8_t sends_of[EXO_ASHES];

static void went(struct nic_request *r) {
    struct out *o = (struct out *)r;
    o->seen->sending--;
    if (r->result == NIC_DONE) {
        o->seen->frames_out++;
        o->seen->bytes_out += o->piece.bytes;
    }
    sends_of[o->ash]--;
    o->next = nobodys;
    nobodys = o;
}

/* The pages, two frames each, when the first one is sent. */
static bool begin(void) {
    paddr_t first;
    if (outs[0].r.pieces || frame_alloc_run(&first, SENDS * SEND_BYTES / PAGE_SIZE))
        return false;
    memset(direct(first), 0, (size_t)SENDS * SEND_BYTES);
    for (struct out *o = outs; o < outs + SENDS; o++) {
        o->piece.at = paddr_add(first, (size_t)(o - outs) * SEND_BYTES);
        o->r = (struct nic_request){
            .piece = &o->piece, .pieces = 1, .pinned = true, .quiet = true, .ended = went};
        o->next = nobodys;
        nobodys = o;
    }
    return true;
}

static inline void copy(void *to, const void *from, uint64_t bytes) {
    uint64_t words = bytes / 8, rest = bytes % 8;
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(rest) : : "memory");
}

/* Some may have gone, of which nobody was told. */
static __attribute__((noinline)) bool make_room(uint32_t ash) {
    for (unsigned i = 0; i < net_count; i++)
        nic_collect_sent(net_ports[i].device);
    return (sends_of[ash] < SENDS_OF || !DEFENDED(ASH_SENDS)) && (nobodys || begin());
}

uint64_t ash_send(const void *frame, uint64_t bytes, uint64_t nic) {
    uint32_t ash = ash_now.ash->id % EXO_ASHES;
    if (nic >= net_count)
        return E_NOT_FOUND;
    if (bytes < NIC_HEADER || bytes > NIC_FRAME_MAX)
        return E_INVALID;
    const struct net_port *n = &net_ports[nic];
    if ((sends_of[ash] == SENDS_OF || !nobodys) && !make_room(ash))
        return E_FULL;
    struct out *o = nobodys;
    uint8_t *to = direct(o->piece.at);
    copy(to, frame, bytes);
    for (uint64_t at = bytes; at < EXO_TEMPLATE_BYTES; at += 8) /* so much of it is looked at */
        __builtin_memset(to + at, 0, 8);
    if (!packet_may_send(ash_now.ash->owner, nic, (const uint64_t *)to) && DEFENDED(ASH_FORGED)) {
        n->seen->forged++;
        return E_PERM;
    }
    o->seen = n->seen;
    o->piece.bytes = (uint32_t)bytes;
    o->ash = ash;
    int error = nic_send_short(n->device, &o->r);
    if (error)
        return (uint64_t)-error;
    nobodys = o->next;
    sends_of[ash]++;
    o->seen->sending++;
    if (__builtin_expect(n->tapped, 0))
        net_tap_sent(n, &o->piece, 1);
    return 0;
}
