/* SPDX-License-Identifier: MIT */
/* net_tap.c -- see net_tap.h. */
#include "exo/kernel/net/net_tap.h"

#include "exo/defence.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/net/packet_put.h"
#include "exo/kernel/rights/reclaim.h"
#include "lib/error.h"
#include "lib/string.h"

static struct tap {
    struct packet_ring **ring; /* where it stands; null: no tap */
    uint64_t ring_id;          /* if it is still this one */
    uint8_t nics;              /* a bit for each */
    struct cap by[EXO_NICS];   /* what it was set by */
} taps[EXO_TAPS];

static void end(struct tap *t) {
    *t = (struct tap){0};
    for (unsigned i = 0; i < net_count; i++) {
        net_ports[i].apart &= (uint8_t)~NET_TAPPED;
        for (unsigned n = 0; n < EXO_TAPS; n++)
            if (taps[n].nics >> i & 1)
                net_ports[i].apart |= NET_TAPPED;
    }
}

/* With its ring. */
static bool is_over(const struct tap *t) {
    return !*t->ring || (*t->ring)->id != t->ring_id;
}

static void copy(const struct net_port *n, const void *frame, uint32_t bytes, uint64_t sent) {
    unsigned nic = (unsigned)(n - net_ports);
    for (struct tap *t = taps; t < taps + EXO_TAPS; t++) {
        if (!(t->nics >> nic & 1))
            continue;
        if (is_over(t))
            end(t);
        else if (packet_put(*t->ring, frame, bytes, (uint64_t)nic << 48 | sent << 56))
            n->seen->tapped++;
        else
            n->seen->tap_lost++;
    }
}

void net_tap_came(const struct net_port *n, const void *frame, uint32_t bytes) {
    copy(n, frame, bytes, 0);
}

void net_tap_sent(const struct net_port *n, const struct dma_piece *piece, unsigned pieces) {
    static uint8_t frame[NIC_FRAME_MAX];
    uint32_t bytes = 0;
    for (const struct dma_piece *p = piece; p < piece + pieces; bytes += p->bytes, p++)
        memcpy(frame + bytes, direct(p->at), p->bytes);
    copy(n, frame, bytes, 1);
}

/* The caller's tap into this ring of its own, or a new one. */
static struct tap *tap_of(struct packet_ring **ring) {
    struct tap *none = NULL;
    for (struct tap *t = taps; t < taps + EXO_TAPS; t++)
        if (t->ring == ring)
            return t;
        else if (!t->ring || (is_over(t) && DEFENDED(TAP_ENDED)))
            none = t;
    return none;
}

/* Whatever passes these interfaces, a bit each, either way, is put into this ring of the caller's
 * as well: by a capability for all of each of them, whose slots `slots` says (EXO_TAP_BY). No bit:
 * this ring has no copies any more. -E_NOT_FOUND: no such interface or ring; -E_PERM; -E_FULL:
 * EXO_TAPS. */
long sys_nettap(uint64_t slots, uint64_t nics, uint64_t ring) {
    const struct env *e = env_current;
    if (!packet_rings || ring >= EXO_PACKET_RINGS || nics >> net_count)
        return -E_NOT_FOUND;
    struct packet_ring **of = &packet_rings[e - envs][ring];
    if (nics && !*of)
        return -E_NOT_FOUND;
    struct tap made = {.ring = of, .ring_id = *of ? (*of)->id : 0, .nics = (uint8_t)nics};
    for (unsigned i = 0; i < net_count; i++) {
        uint64_t slot = slots >> i * 4 & 0xf;
        if ((nics >> i & 1) && env_may(slot, net_whole(i)) && DEFENDED(TAP_RIGHT))
            return -E_PERM;
        made.by[i] = e->cap[slot];
    }
    struct tap *t = tap_of(of);
    if (!t)
        return nics ? -E_FULL : 0;
    end(t);
    for (unsigned i = 0; i < net_count; i++)
        if (nics >> i & 1)
            net_ports[i].apart |= NET_TAPPED;
    if (nics)
        *t = made;
    return 0;
}

void net_tap_take_back(struct env *e, struct cap what) {
    struct packet_ring **of = packet_rings[e - envs];
    for (struct tap *t = taps; t < taps + EXO_TAPS; t++)
        for (unsigned i = 0; i < EXO_NICS && t->ring >= of && t->ring < of + EXO_PACKET_RINGS; i++)
            if ((t->nics >> i & 1) && cap_is_under(t->by[i], what) && DEFENDED(REVOKED_TAP)) {
                loss_note(e, EXO_LOST_TAP, (uint64_t)(t->ring - of));
                end(t);
            }
}
