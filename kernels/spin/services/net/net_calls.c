/* SPDX-License-Identifier: MIT */
/* net_calls.c -- what protocols and those that have packets call (net.h), as the domain
 * /svc/domains/Net. The build takes from it the types of this, and of the events that they handle.
 * Who calls is seen by where the call returns to. */
#include "common/engine.h"
#include "engine/export.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/entropy.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "protocol/checksum.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/loader/kinds.h"
#include "spin/services/loader/loader.h"
#include "spin/services/name_space.h"
#include "spin/services/net/plexus.h"

#define CLAIM_COST 20000 /* instructions */
#define PAGE_COST  60
#define COPY_COST  1200 /* of a frame's bytes */
#define SEND_COST  2000
#define PASS_COST  3000

static const struct signature claim_signature = {.cost = CLAIM_COST},
                              new_signature = {.result = {.may = ACQUIRED | MAY_BE_NULL},
                                               .facts = EPHEMERAL,
                                               .cost = PAGE_COST},
                              free_signature = {.parameter = {{.may = RELEASED | MAY_BE_NULL}},
                                                .facts = EPHEMERAL,
                                                .cost = PAGE_COST},
                              copy_signature = {.facts = EPHEMERAL, .cost = COPY_COST},
                              send_signature = {.parameter = {{.kind = SHAPE_NUMBER},
                                                              {.may = RELEASED}},
                                                .facts = EPHEMERAL,
                                                .cost = SEND_COST},
                              pass_signature = {.facts = EPHEMERAL, .cost = PASS_COST},
                              time_signature = {.facts = EPHEMERAL, .cost = PAGE_COST};

EXPORT(net, net_claim, EXPORT_FUNCTION, .signature = &claim_signature);
EXPORT(net, packet_new, EXPORT_FUNCTION, .signature = &new_signature);
EXPORT(net, packet_free, EXPORT_FUNCTION, .signature = &free_signature);
EXPORT(net, packet_copy, EXPORT_FUNCTION, .signature = &copy_signature);
EXPORT(net, packet_send, EXPORT_FUNCTION, .signature = &send_signature);
EXPORT(net, packet_pass, EXPORT_FUNCTION, .signature = &pass_signature);
EXPORT(net, net_now, EXPORT_FUNCTION, .signature = &time_signature);
EXPORT(net, net_chance, EXPORT_FUNCTION, .signature = &time_signature);
EXPORT(net, net_alarm, EXPORT_FUNCTION, .signature = &time_signature);
EXPORTS_DECLARE(net);

#define NODE_TYPES(id, name)                                                                       \
    EXTENDABLE_TYPE(handler, id##_arrived, id##_arrived_fn);                                       \
    EXTENDABLE_TYPE(ephemeral, id##_arrived, id##_arrived_fn);                                     \
    EXTENDABLE_TYPE(guard, id##_arrived, id##_arrived_guard_fn);                                   \
    EXTENDABLE_TYPE(handler, id##_received, id##_received_fn);                                     \
    EXTENDABLE_TYPE(handler, id##_sent, id##_sent_fn);
NET_NODE_EVENTS(NODE_TYPES)
EXTENDABLE_TYPE(handler, ether_resolve, ether_resolve_fn);
EXTENDABLE_TYPE(handler, loopback_sent, loopback_sent_fn);
EXTENDABLE_TYPE(handler, net_time, net_time_fn);
#ifndef EXPORTS_TYPES_ONLY
EXPORTS_EMBED(net, "kernels/spin/services/net/net_calls");

MODULE("NetCalls");

/* --- What handlers see --- */

#define MAY_WHAT (DEFENDED(PACKET_WRITTEN) ? MAY_READ : MAY_READ_WRITE)
#define PACKET_PART(name_, shape_)                                                                 \
    { .type = "packet", .field = (name_), .may = MAY_READ, .shape = shape_ }
#define BEGIN_OF(group_)                                                                           \
    { .kind = SHAPE_PACKET, .may = MAY_WHAT, .group = (group_) }
#define END_OF(group_)                                                                             \
    { .kind = SHAPE_PACKET_END, .group = (group_) }
/* Who writes to what is to go has a page, and nothing of what the kernel keeps of it. */
static const struct typing_grant grants[] = {
    PACKET_PART("data", BEGIN_OF(1)),
    PACKET_PART("end", END_OF(1)),
    PACKET_PART("frame", BEGIN_OF(2)),
    PACKET_PART("frame_end", END_OF(2)),
    {.type = "packet", .may = MAY_READ},
    {.type = "sending", .may = MAY_READ},
    MEMORY_OF("outgoing"),
};

#define EXTENDABLE_NODE(id_, metered_)                                                             \
    {.event = &event_##id_,                                                                        \
     .id = #id_,                                                                                   \
     .grant = grants,                                                                              \
     .grants = sizeof grants / sizeof grants[0],                                                   \
     .metered = (metered_)},
#define ARRIVED(id, name)  EXTENDABLE_NODE(id##_arrived, false)
#define RECEIVED(id, name) EXTENDABLE_NODE(id##_received, true)
#define SENT(id, name)     EXTENDABLE_NODE(id##_sent, false)
static const struct extendable arrived[] = {NET_NODE_EVENTS(ARRIVED)},
                               others[] = {NET_NODE_EVENTS(RECEIVED) NET_NODE_EVENTS(SENT)
                                               EXTENDABLE_NODE(ether_resolve, false)
                                                   EXTENDABLE_NODE(loopback_sent, false)
                                                       EXTENDABLE_NODE(net_time, true)};

/* --- What they call --- */

unsigned long net_claim(unsigned long node, unsigned long low, unsigned long high,
                        unsigned long nic) {
    struct extension *e = loader_owner((uintptr_t)__builtin_return_address(0));
    bool on = interrupts_off();
    struct module *by = e ? extension_module(e) : NULL;
    struct claim *c = by && node < NET_NODES && (nic == NET_ANY || nic < NET_NICS) &&
                              claim_is_allowed(by, (unsigned)node, low, high)
                          ? claim_take((unsigned)node, low, high, (unsigned)nic, by)
                          : NULL;
    interrupts_restore(on);
    return c ? claim_number(c) : 0;
}

static void give_back(void *page) {
    bool on = interrupts_off();
    departure_free(departure_of(page));
    interrupts_restore(on);
}

struct outgoing *packet_new(void) {
    bool on = interrupts_off();
    struct departure *d = departure_new();
    interrupts_restore(on);
    if (!d || net_hold(engine_nets(), d->o, give_back))
        return d ? d->o : NULL;
    give_back(d->o);
    return NULL;
}

void packet_free(struct outgoing *o) {
    if (!o)
        return;
    net_let_go(engine_nets(), o);
    give_back(o);
}

long packet_copy(struct outgoing *o, unsigned long at, struct packet *p, unsigned long from,
                 unsigned long bytes) {
    if (from > p->bytes || bytes > p->bytes - from || at > OUTGOING_BYTES ||
        bytes > OUTGOING_BYTES - at)
        return -1;
    memcpy(&o->byte[at], p->data + from, bytes);
    return sum_fold(sum_bytes(&o->byte[at], (uint32_t)bytes));
}

int packet_send(unsigned long claim, struct outgoing *o, unsigned long bytes, unsigned long target,
                unsigned long more) {
    const uintptr_t caller = (uintptr_t)__builtin_return_address(0);
    bool on = interrupts_off();
    struct claim *c = claim_of(claim);
    int error = -E_PERM;
    net_let_go(engine_nets(), o);
    if (c && claim_is_of(c, caller))
        error = net_send(c, departure_of(o), bytes, target, more);
    else
        departure_free(departure_of(o));
    if (on) /* in a handler at interrupt level its end sees to it */
        loopback_drain();
    interrupts_restore(on);
    return error;
}

int packet_pass(unsigned long claim, struct packet *p, unsigned long target, unsigned long more) {
    const uintptr_t caller = (uintptr_t)__builtin_return_address(0);
    bool on = interrupts_off();
    struct claim *c = claim_of(claim);
    int error = c && claim_is_of(c, caller) ? net_pass(c, p, target, more) : -E_PERM;
    if (on)
        loopback_drain();
    interrupts_restore(on);
    return error;
}

/* The counter's low bits are what a stranger cannot know: they are spread over the word. */
unsigned long net_chance(void) {
    static unsigned long asked;
    unsigned long word;
    if (entropy_bytes(&word, sizeof word))
        word = (rdtsc() + ++asked) * 0x9e3779b97f4a7c15;
    return word;
}

static void net_calls_init(void) {
    struct domain *domain =
        engine_domain("Net", EXPORTS_TYPES(net), EXPORTS(net), EXPORTS_COUNT(net));
    const uint32_t n = sizeof arrived / sizeof arrived[0];
    module_add(THIS_MODULE);
    name_space_attach_domain(NAMED_DOMAINS "Net", domain, THIS_MODULE);
    kinds_add(ROLE_HANDLER, arrived, n, domain_types(domain));
    kinds_add(ROLE_EPHEMERAL, arrived, n, domain_types(domain));
    kinds_add(ROLE_GUARD, arrived, n, domain_types(domain));
    kinds_add(ROLE_HANDLER, others, sizeof others / sizeof others[0], domain_types(domain));
}

void net_init(void) {
    if (!nic_objects_init(net_frame_came, net_arrive))
        return;
    claims_init();
    net_strand_init();
    net_calls_init();
}
#endif
