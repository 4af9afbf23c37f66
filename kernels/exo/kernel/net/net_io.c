/* SPDX-License-Identifier: MIT */
/* net_io.c -- see net_io.h. The buffers that the device fills are the kernel's own page frames: so
 * nobody's memory is written before it is known whose the frame is. */
#include "exo/kernel/net/net_io.h"

#include "exo/defence.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/view.h"
#include "exo/kernel/net/filter.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/page.h"
#include "machine/report/panic.h"

_Static_assert(EXO_NICS == NICS_MAX && EXO_PACKET_PIECES + 1 == NIC_PIECES_MAX,
               "as the driver has");

enum { BUFFERS = 32, BUFFER_BYTES = PAGE_SIZE / 2 }; /* of an interface */

/* Frames on their way out, of all. */
enum { SENDS = 64 };

struct net_out {
    struct nic_request r;                          /* first: the driver tells ends by it */
    struct dma_piece piece[EXO_PACKET_PIECES + 1]; /* the first is the head */
    struct exo_frame *frame[EXO_PACKET_PIECES];
    uint32_t frames;
    uint64_t head[EXO_TEMPLATE_BYTES / 8];
    struct exo_frame *word_frame;
    uint64_t word;
    struct cap opened;
    uint32_t env, nic;
    struct net_out *next; /* of those that are nobody's */
};

unsigned net_count;
static struct net {
    struct nic *device;
    struct exo_nic *seen;
    struct buffer {
        struct nic_request r; /* first: the driver tells ends by it */
        struct dma_piece piece;
        uint32_t ash; /* whose the last frame was in it, if a handler's */
    } buffer[BUFFERS];
} nets[EXO_NICS];

static struct net_out outs[SENDS], *nobodys;
static uint8_t *sends_of; /* by an environment's slot */

/* --- In --- */

static void deliver(struct net *n, struct buffer *b) {
    uint8_t *frame = direct(b->piece.at);
    uint32_t bytes = b->r.bytes, last = b->ash;
    struct filter *f = dpf_find(filter_sets[n - nets], frame, bytes);
    n->seen->frames_in++;
    n->seen->bytes_in += bytes;
    if (!f) {
        n->seen->nobody++;
        b->ash = 0;
        return;
    }
    f->seen->packets++;
    b->ash = f->ash;
    if (f->ash && filter_handler(f, frame, bytes, last == f->ash))
        return;
    struct packet_ring *r = f->ring ? *f->ring : NULL;
    if (!r || (packet_ring_id(r) != f->ring_id && DEFENDED(FILTER_RING)) ||
        !packet_ring_put(r, frame, bytes))
        f->seen->dropped++;
}

/* With interrupts off. */
static void arrived(struct nic_request *r) {
    struct net *n = r->arg;
    if (r->result != NIC_DONE)
        return; /* to a reset, which gives it back */
    deliver(n, (struct buffer *)r);
    if (nic_hand_over(n->device, NIC_RECEIVE, r))
        n->seen->dead = true;
}

/* --- Out --- */

struct net_out *net_out_take(struct env *e) {
    struct net_out *o = nobodys;
    if (!o || (sends_of[e - envs] >= EXO_SENDS_OF && DEFENDED(PACKET_SENDS)))
        return NULL;
    nobodys = o->next;
    sends_of[e - envs]++;
    o->env = e->seen->id;
    o->frames = 0;
    o->word_frame = NULL;
    return o;
}

void net_out_drop(struct net_out *o) {
    for (unsigned i = 0; i < o->frames && DEFENDED(PACKET_FLIES); i++)
        exo_frame_unpin(o->frame[i]);
    if (o->word_frame)
        exo_frame_unpin(o->word_frame);
    sends_of[o->env % EXO_ENVS]--;
    o->next = nobodys;
    nobodys = o;
}

int net_out_piece(struct net_out *o, struct exo_frame *f, uint64_t at, uint32_t bytes) {
    int error = DEFENDED(PACKET_FLIES) ? exo_frame_pin(f) : 0;
    if (error)
        return error;
    o->frame[o->frames++] = f;
    o->piece[o->frames] = (struct dma_piece){PADDR(at), bytes};
    return 0;
}

const uint64_t *net_out_head(struct net_out *o) {
    uint32_t bytes = 0, first = 1;
    memset(o->head, 0, sizeof o->head);
    for (; first <= o->frames && bytes < EXO_TEMPLATE_BYTES; first++) {
        struct dma_piece *p = &o->piece[first];
        uint32_t part =
            EXO_TEMPLATE_BYTES - bytes < p->bytes ? EXO_TEMPLATE_BYTES - bytes : p->bytes;
        memcpy((uint8_t *)o->head + bytes, direct(p->at), part);
        bytes += part;
        p->at = paddr_add(p->at, part);
        p->bytes -= part;
        if (p->bytes)
            break;
    }
    /* What is left of the pieces follows the head. */
    o->piece[first - 1] = (struct dma_piece){physical(o->head), bytes};
    o->r.piece = &o->piece[first - 1];
    o->r.pieces = o->frames + 2 - first;
    return o->head;
}

void net_forged(unsigned nic) {
    nets[nic].seen->forged++;
}

int net_out_word(struct net_out *o, struct exo_frame *f, uint64_t at) {
    int error = exo_frame_pin(f);
    if (error)
        return error;
    o->word_frame = f;
    o->word = at;
    o->opened = f->acl;
    return 0;
}

/* The word is counted down, if it is still its sender's to write. */
static void tell(const struct net_out *o) {
    const struct exo_frame *f = o->word_frame;
    if (f && (cap_same(f->acl, o->opened) || !DEFENDED(PACKET_STILL)))
        --*(volatile uint64_t *)direct(PADDR(o->word));
}

static void went(struct nic_request *r) {
    struct net_out *o = (struct net_out *)r;
    struct exo_nic *seen = nets[o->nic].seen;
    seen->sending--;
    if (r->result == NIC_DONE) {
        seen->frames_out++;
        for (unsigned i = 0; i < r->pieces; i++)
            seen->bytes_out += r->piece[i].bytes;
    }
    tell(o);
    net_out_drop(o);
}

int net_send(struct net_out *o, unsigned nic) {
    struct net *n = &nets[nic];
    int error = nic_check(NIC_TRANSMIT, &o->r);
    o->nic = nic;
    if (!error)
        error = nic_hand_over(n->device, NIC_TRANSMIT, &o->r);
    if (error)
        net_out_drop(o);
    else
        n->seen->sending++;
    return error;
}

struct nic *net_device(uint64_t nic, struct exo_nic **seen) {
    *seen = nets[nic].seen;
    return nets[nic].device;
}

/* --- At boot --- */

static void *memory(size_t bytes) {
    paddr_t first;
    size_t frames = page_round_up(bytes) / PAGE_SIZE;
    if (frame_alloc_run(&first, frames))
        panic("exo: no memory for network interfaces");
    return memset(direct(first), 0, frames * PAGE_SIZE);
}

static void give_all(struct net *n) {
    for (unsigned i = 0; i < BUFFERS; i++)
        n->seen->dead |= nic_give(n->device, &n->buffer[i].r) != 0;
}

int net_reset(unsigned nic) {
    struct net *n = &nets[nic];
    int error = nic_reset(n->device);
    n->seen->dead = error != 0;
    n->seen->link = nic_link(n->device);
    if (!error)
        give_all(n);
    return error;
}

static void begin(struct net *n, struct nic *device, struct exo_nic *seen) {
    paddr_t buffers = physical(memory((size_t)BUFFERS * BUFFER_BYTES));
    *n = (struct net){.device = device, .seen = seen};
    memcpy(seen->address, nic_facts(device)->address, sizeof seen->address);
    seen->link = nic_link(device);
    for (unsigned i = 0; i < BUFFERS; i++) {
        struct buffer *b = &n->buffer[i];
        b->piece = (struct dma_piece){paddr_add(buffers, (size_t)i * BUFFER_BYTES), BUFFER_BYTES};
        b->r = (struct nic_request){
            .piece = &b->piece, .pieces = 1, .pinned = true, .ended = arrived, .arg = n};
    }
    give_all(n);
}

void net_io_init(void) {
    nic_init();
    while (nic_at(net_count))
        net_count++;
    if (!net_count)
        return;
    sends_of = memory(EXO_ENVS);
    packet_rings = memory(EXO_ENVS * sizeof *packet_rings);
    for (unsigned i = 0; i < SENDS; i++) {
        outs[i].r = (struct nic_request){.piece = outs[i].piece, .pinned = true, .ended = went};
        outs[i].next = nobodys;
        nobodys = &outs[i];
    }
    filter_init(net_count);
    struct exo_nic *seen = memory(net_count * sizeof *seen);
    for (unsigned i = 0; i < net_count; i++)
        begin(&nets[i], nic_at(i), &seen[i]);
    info.nics = net_count;
    view_add(EXO_NIC, physical(seen), net_count * sizeof *seen);
}
