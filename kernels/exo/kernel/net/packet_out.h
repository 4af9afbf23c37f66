/* SPDX-License-Identifier: MIT */
/* packet_out.h -- frames on their way, those that environments send and those that their handlers
 * do (kernel/ash): how many one may have, and how one goes. */
#ifndef EXO_KERNEL_PACKET_OUT_H
#define EXO_KERNEL_PACKET_OUT_H

#include "exo/defence.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/env/turn.h"
#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/net/net_port.h"
#include "exo/kernel/net/packet_template.h"

enum packet_way { WAY_OWN, WAY_HANDLER, WAYS };
enum { OUTS_OWN = NIC_QUEUE, OUTS_HANDLER = 32 }; /* of an interface */

/* Its head is the kernel's copy, as it was looked at: the sender's memory may change until the
 * device has read it. */
struct packet_out {
    struct nic_request r;                          /* first: the driver tells ends by it */
    struct dma_piece piece[EXO_PACKET_PIECES + 1]; /* the first is the head, if one is copied */
    struct exo_frame *frame[EXO_PACKET_PIECES];
    uint32_t frames, bytes;
    uint64_t head[EXO_TEMPLATE_BYTES / 8];
    struct exo_frame *word_frame;
    volatile uint64_t *word;
    struct cap opened;               /* the word's frame, as its sender opened it */
    uint8_t *count;                  /* its sender's, of packet_outs.count */
    struct packet_out *next, **home; /* of those that are nobody's, which begin here */
};

/* Those that are nobody's, by interfaces: one on which nothing goes stops no other. And how many
 * are on their way, by an environment's slot; the last one's are nobody's. */
extern struct packet_outs {
    struct packet_out *nobodys[EXO_NICS];
    uint8_t count[EXO_ENVS + 1];
} packet_outs[WAYS];

/* One for e's next frame; null: `most` of its are on their way, or there are no more. */
static inline struct packet_out *packet_out_take(struct packet_outs *of, const struct env *e,
                                                 uint64_t nic, unsigned most) {
    struct packet_out *o = of->nobodys[nic];
    uint8_t *count = &of->count[e - envs];
    if (!o || *count >= most)
        return NULL;
    of->nobodys[nic] = o->next;
    ++*count;
    o->count = count;
    o->frames = 0;
    o->word_frame = NULL;
    return o;
}

static inline void packet_out_drop(struct packet_out *o) {
    for (unsigned i = 0; i < o->frames && DEFENDED(PACKET_FLIES); i++)
        exo_frame_unpin_short(o->frame[i]);
    if (o->word_frame)
        exo_frame_unpin_short(o->word_frame);
    --*o->count;
    o->next = *o->home;
    *o->home = o;
}

static inline int packet_send_untold(struct net_port *n, struct nic_request *r) {
    if (!(n->apart & NET_UNTOLD)) {
        n->apart |= NET_UNTOLD;
        env_special.untold++;
        env_turn |= TURN_UNTOLD;
    }
    return nic_send_untold(n->device, r);
}

/* It went, and the interface is tapped, or had frames of which it had not heard. */
void packet_sent_apart(struct net_port *n, const struct packet_out *o, uint64_t how);

/* It goes, if it is one that its sender may send; or is dropped. */
static inline int packet_out_go(struct net_port *n, struct packet_out *o, uint64_t how, bool may) {
    int error = -E_PERM;
    if (!may)
        n->seen->forged++;
    else if (how & EXO_PACKET_MORE)
        error = packet_send_untold(n, &o->r);
    else
        error = nic_send_short(n->device, &o->r);
    if (error) {
        packet_out_drop(o);
        return error;
    }
    n->seen->sending++;
    if (__builtin_expect(n->apart, 0))
        packet_sent_apart(n, o, how);
    return 0;
}

#endif
