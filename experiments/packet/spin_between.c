/* SPDX-License-Identifier: MIT */
/* spin_between.c -- see spin_between.h. */
#include "spin_between.h"

#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "protocol/impair.h"
#include "spin/services/net/plexus.h"

enum { SEED = 14, THERE = 1, BACK = 2 }; /* the latter: where frames of each direction come */

static struct direction {
    struct impair how;
    uint64_t number; /* of the next frame */
    struct nic_object *to, *end;
} directions[2];

static bool (*connections)(struct arrival *a, uint32_t bytes); /* the ends' own way */

static void pass(struct direction *d, const struct arrival *a, uint32_t bytes) {
    const struct impair_fate fate = impair_fate(&d->how, d->number++, bytes);
    struct departure *copy = fate.copies ? departure_new() : NULL;
    if (!copy)
        return;
    uint8_t *frame = copy->o->byte;
    memcpy(frame, a->bytes, bytes);
    memcpy(frame, d->end->address.byte, 6);
    memcpy(frame + 6, d->to->address.byte, 6);
    departure_send(d->to, copy, 0, bytes);
}

static bool take(struct arrival *a, uint32_t bytes) {
    const unsigned long at = a->of->number;
    if (at != THERE && at != BACK)
        return connections(a, bytes);
    pass(&directions[at - THERE], a, bytes);
    return true;
}

/* Each end's router is the interface on its wire. */
static void route(unsigned long end, unsigned long by) {
    nic_objects[end].router = nic_objects[by].ip;
}

void between_begin(unsigned loss) {
    const uint16_t drop = (uint16_t)(loss * IMPAIR_ALL / 100);
    const bool on = interrupts_off();
    for (unsigned i = 0; i < 2; i++)
        directions[i] = (struct direction){.how = {.seed = SEED + i, .drop = drop},
                                           .to = &nic_objects[i ? THERE : BACK],
                                           .end = &nic_objects[i ? NEAR_NIC : FAR_NIC]};
    route(NEAR_NIC, THERE);
    route(FAR_NIC, BACK);
    connections = net_short_way;
    net_short_way = take;
    net_short_ways |= SHORT_CONNECTIONS;
    interrupts_restore(on);
}

void between_end(void) {
    const bool on = interrupts_off();
    net_short_way = connections;
    nic_objects[NEAR_NIC].router = nic_objects[FAR_NIC].router = 0;
    interrupts_restore(on);
}
