/* SPDX-License-Identifier: MIT */
/* net_io.c -- see net_io.h. The buffers that the device fills are the kernel's own page frames: so
 * nobody's memory is written before it is known whose the frame is. */
#include "exo/kernel/net/net_io.h"

#include "common/engine.h"
#include "exo/defence.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/view.h"
#include "exo/kernel/net/filter.h"
#include "exo/kernel/net/net_port.h"
#include "exo/kernel/net/net_tap.h"
#include "exo/kernel/net/packet_put.h"
#include "exo/kernel/time/slice.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/page.h"
#include "machine/report/panic.h"

_Static_assert(EXO_NICS == NICS_MAX && EXO_PACKET_PIECES + 1 == NIC_PIECES_MAX,
               "as the driver has");

enum { BUFFERS = 32, BUFFER_BYTES = PAGE_SIZE / 2 }; /* of an interface */
enum { LOST_TICKS = 128 };
enum { NODES = 4 * DPF_FILTERS }; /* on the ways of an interface's filters */

struct buffer {
    struct nic_request r; /* first: the driver tells ends by it */
    struct dma_piece piece;
    uint8_t *frame; /* what is there */
    uint32_t ash;   /* whose the last frame was in it, if a handler's */
};

static struct buffer *buffers; /* of all, one interface's behind the other's */

/* A frame that nobody has took time of whoever runs: it is given back, as much as the cheapest such
 * frame takes, or less. So a flood makes all slower alike, and takes nobody's share. */
static void nobody_has_it(void) {
    static uint64_t taken;
    if (DEFENDED(NET_TIME))
        slice_give_back(LOST_TICKS, &taken);
}

/* Whose a frame is, is known; where it goes is what he said. */
static inline void net_deliver(struct filter *f, struct buffer *b) {
    struct packet_ring *r = *f->ring;
    uint32_t last = b->ash;
    f->seen->packets++;
    b->ash = f->ash;
    if (f->ash && filter_handler(f, b->frame, b->r.bytes, last == f->ash))
        return;
    if (!r || (r->id != f->ring_id && DEFENDED(FILTER_RING)) ||
        !packet_put(r, (const char *)b->frame, b->r.bytes, 0)) {
        f->seen->dropped++;
        nobody_has_it();
    }
}

/* With interrupts off. After a reset the buffer is given back by whoever asked for that. */
static void arrived(struct nic_request *r) {
    struct buffer *b = (struct buffer *)r;
    const struct net_port *n = r->arg;
    if (r->result != NIC_DONE)
        return;
    struct filter *f = dpf_find(n->set, b->frame, r->bytes);
    n->seen->frames_in++;
    n->seen->bytes_in += r->bytes;
    if (__builtin_expect(n->apart & NET_TAPPED, 0))
        net_tap_came(n, b->frame, r->bytes);
    if (f) {
        net_deliver(f, b);
    } else {
        n->seen->nobody++;
        b->ash = 0;
        nobody_has_it();
    }
}

/* --- At boot, and after a reset --- */

static void begin(unsigned nic) {
    struct net_port *n = &net_ports[nic];
    n->seen->link = nic_link(n->device);
    for (struct buffer *b = buffers + nic * BUFFERS, *end = b + BUFFERS; b < end; b++)
        n->seen->dead |= nic_give(n->device, &b->r) != 0;
}

static int reset(unsigned nic) {
    int error = nic_reset(net_ports[nic].device);
    net_ports[nic].seen->dead = error != 0;
    if (!error)
        begin(nic);
    return error;
}

/* Resets an interface, and starts it again: what is on its way ends, and may have gone or not; what
 * arrives meanwhile is lost. By a capability for all of it. 0; -E_NOT_FOUND; -E_PERM; -E_DEAD: it
 * does not come back. */
long sys_nic_reset(uint64_t slot, uint64_t nic) {
    if (nic >= net_count)
        return -E_NOT_FOUND;
    int error = net_may_all(slot, nic);
    return error ? error : reset((unsigned)nic);
}

/* By an interrupt: what the device says of its wire, and of itself. */
static void changed(void *arg) {
    const struct net_port *n = arg;
    n->seen->link = nic_link(n->device);
    n->seen->dead = nic_is_dead(n->device);
}

static void make(unsigned nic, struct nic *device, struct exo_nic *seen) {
    struct net_port *n = &net_ports[nic];
    uint8_t *at = net_memory((size_t)BUFFERS * BUFFER_BYTES);
    *n = (struct net_port){
        .device = device, .seen = seen, .set = dpf_open_for(&engine_hooks, NODES)};
    if (!n->set)
        panic("exo: no memory for the filters of packets");
    memcpy(seen->address, nic_facts(device)->address, sizeof seen->address);
    nic_watch(device, changed, n);
    net_take_at_once(nic);
    for (struct buffer *b = buffers + nic * BUFFERS, *end = b + BUFFERS; b < end;
         b++, at += BUFFER_BYTES) {
        b->piece = (struct dma_piece){physical(at), BUFFER_BYTES};
        b->frame = at;
        b->r = (struct nic_request){.piece = &b->piece,
                                    .pieces = 1,
                                    .pinned = true,
                                    .again = true,
                                    .ended = arrived,
                                    .arg = n};
    }
    begin(nic);
}

void net_io_init(void) {
    nic_init();
    while (nic_at(net_count))
        net_count++;
    if (!net_count)
        return;
    buffers = net_memory(net_count * BUFFERS * sizeof *buffers);
    struct exo_nic *seen = net_memory(net_count * sizeof *seen);
    for (unsigned i = 0; i < net_count; i++)
        make(i, nic_at(i), &seen[i]);
    info.nics = net_count;
    view_add(EXO_NIC, physical(seen), net_count * sizeof *seen);
}
