/* SPDX-License-Identifier: MIT */
/* claims.c -- the manager of all nodes: who has which keys. Whoever binds something to a node's
 * events is given the guard of its own keys, and what it has taken no later handler sees. */
#include "spin/services/net/plexus.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/loader/loader.h"
#include "spin/services/net/graph.h"

MODULE("Net");

#define NODE_INTRINSICS(id, name)                                                                  \
    EVENT(id##_arrived, name ".Arrived", unsigned long,                                            \
          (struct packet * packet, unsigned long key, struct outgoing *reply)) {                   \
        (void)packet, (void)key, (void)reply;                                                      \
        return NET_NOTHING;                                                                        \
    }                                                                                              \
    EVENT(id##_received, name ".Received", unsigned long,                                          \
          (struct packet * packet, unsigned long key, struct outgoing *reply)) {                   \
        (void)packet, (void)key, (void)reply;                                                      \
        return NET_NOTHING;                                                                        \
    }                                                                                              \
    EVENT(id##_sent, name ".Sent", unsigned long, (struct outgoing * o, struct sending * s)) {     \
        (void)o, (void)s;                                                                          \
        return NET_DROP;                                                                           \
    }
NET_NODE_EVENTS(NODE_INTRINSICS)

EVENT(ether_resolve, "Ether.Resolve", unsigned long,
      (unsigned long ip, struct outgoing *question, struct sending *s)) {
    (void)ip, (void)question, (void)s;
    return 0;
}

EVENT(loopback_sent, "Loopback.Sent", unsigned long, (struct outgoing * o, struct sending *s)) {
    (void)o, (void)s;
    return NET_DROP;
}

EVENT(net_time, "Net.Time", unsigned long, (unsigned long now)) {
    return now;
}

#define NODE_EVENTS(id, name) {&event_##id##_arrived, &event_##id##_received, &event_##id##_sent},
const struct event *const net_events[NET_NODES][NET_EVENTS] = {NET_NODE_EVENTS(NODE_EVENTS)};

/* --- Claims --- */

static struct claim claims[NET_CLAIMS];
static struct list of_node[NET_NODES];
static unsigned in_strands[NET_NODES]; /* claims that are received in a strand */

static bool is_there(const struct claim *c) {
    return c->by;
}

/* Of an extension that is gone: nobody is told that. */
static bool is_over(const struct claim *c) {
    return is_there(c) && c->serial && !c->bindings && !loader_has(c->serial);
}

void claim_drop(struct claim *c) {
    in_strands[c->node] -= c->strand;
    list_remove(&c->link);
    *c = (struct claim){0};
}

static struct claim *free_claim(void) {
    for (struct claim *c = claims; c < claims + NET_CLAIMS; c++) {
        if (is_over(c))
            claim_drop(c);
        if (!is_there(c))
            return c;
    }
    return NULL;
}

/* All that others have not: that is no share of theirs. */
static bool is_all(unsigned node, unsigned long low, unsigned long high) {
    return node == NET_TCP && low == 0 && high == UINT16_MAX;
}

static bool collide(const struct claim *c, bool all, unsigned long low, unsigned long high) {
    return !c->ended && c->all == all && low <= c->keys.high && high >= c->keys.low;
}

static bool is_taken(unsigned node, unsigned long low, unsigned long high) {
    const bool all = is_all(node, low, high);
    list_each(link, &of_node[node]) {
        struct claim *c = container_of(link, struct claim, link);
        if (is_over(c))
            claim_drop(c);
        else if (collide(c, all, low, high))
            return DEFENDED(PACKET_TAKEN);
    }
    return false;
}

/* What an extension has claimed of the node. */
static struct claim *claim_by(const struct module *by, unsigned node) {
    const uint64_t serial = extension_serial(by);
    list_each(link, &of_node[node]) {
        struct claim *c = container_of(link, struct claim, link);
        if (serial && !c->ended && c->serial == serial && c->by == by)
            return c;
    }
    return NULL;
}

struct claim *claim_take(unsigned node, unsigned long low, unsigned long high, unsigned nic,
                         const struct module *by) {
    if (node >= NET_NODES || low > high || is_taken(node, low, high) ||
        (claim_by(by, node) && DEFENDED(PACKET_SHARE)))
        return NULL;
    struct claim *c = free_claim();
    if (!c)
        return NULL;
    *c = (struct claim){.keys = {low, high},
                        .node = (uint8_t)node,
                        .nic = (uint8_t)nic,
                        .all = is_all(node, low, high),
                        .by = by,
                        .serial = extension_serial(by)};
    list_push_back(&of_node[node], &c->link);
    return c;
}

struct claim *claim_of(unsigned long number) {
    struct claim *c = &claims[(number - 1) % NET_CLAIMS];
    return number - 1 < NET_CLAIMS && is_there(c) ? c : NULL;
}

unsigned long claim_number(const struct claim *c) {
    return (unsigned long)(c - claims) + 1;
}

bool claim_has(const struct claim *of, unsigned node, unsigned long key) {
    bool all = false;
    list_each(link, &of_node[node]) {
        const struct claim *c = container_of(link, struct claim, link);
        if (key < c->keys.low || key > c->keys.high)
            continue;
        if (!c->all)
            return c->by == of->by && c->serial == of->serial;
        all = c->by == of->by && c->serial == of->serial;
    }
    return all;
}

/* Who calls is looked for once for each place that calls. */
bool claim_is_of(struct claim *c, uintptr_t address) {
    if (!DEFENDED(PACKET_CLAIM) || c->called == address)
        return true;
    struct extension *e = loader_owner(address);
    if (!e || extension_serial(extension_module(e)) != c->serial)
        return false;
    c->called = address;
    return true;
}

struct claim *claim_in_strand(unsigned node, unsigned long key) {
    struct claim *found = NULL;
    if (!in_strands[node])
        return NULL;
    list_each(link, &of_node[node]) {
        struct claim *c = container_of(link, struct claim, link);
        if (c->strand && key >= c->keys.low && key <= c->keys.high && (!found || !c->all))
            found = c;
    }
    return found;
}

/* --- Bindings --- */

static void released(void *keys) {
    struct claim *c = container_of((struct key_range *)keys, struct claim, keys);
    if (--c->bindings == 0 && (c->serial || c->ended))
        claim_drop(c);
}

/* The guard of a claim's keys; behind all others that have theirs, who has the rest. */
static void impose(struct handler_request *r, struct claim *c, struct procedure *guard) {
    *guard = net_guard(&c->keys, released);
    c->bindings++;
    r->flags |= BINDING_CANCEL;
    if (c->all)
        r->order = (struct order){.place = ORDER_LAST};
    else
        r->order = (struct order){0};
}

static bool has_claim(const struct module *by) {
    for (unsigned node = 0; node < NET_NODES; node++)
        if (claim_by(by, node))
            return true;
    return false;
}

/* The name of the extension whose edge leads to the node. */
static const char *protocol_of(unsigned node) {
#define PROTOCOL(of, number, to, name)                                                             \
    if (node == (to))                                                                              \
        return name;
    NET_GRAPH(PROTOCOL)
#undef PROTOCOL
    return "ether";
}

/* An extension's name is its folder in the kernel's archive: that of a protocol has its code. */
static bool is_called(const struct module *by, const char *name) {
    return !DEFENDED(PACKET_PROTOCOL) || (extension_serial(by) && strcmp(by->name, name) == 0);
}

/* What is wider would be cut where it is written to a header, and be another's. */
static unsigned long greatest_key(unsigned node) {
    return node == NET_IP ? UINT8_MAX : node == NET_RPC ? NET_KEY_MOST : UINT16_MAX;
}

bool claim_is_allowed(const struct module *by, unsigned node, unsigned long low,
                      unsigned long high) {
    if (high > greatest_key(node) && DEFENDED(PACKET_KEY))
        return false;
#define EDGE(of, number, to, name)                                                                 \
    if (node == (of) && low <= (number) && high >= (number) &&                                     \
        (low != high || !is_called(by, name)))                                                     \
        return false;
    NET_GRAPH(EDGE)
#undef EDGE
    return !is_all(node, low, high) || is_called(by, "tcp");
}

static void receives(struct claim *c, unsigned which) {
    if (which != NET_RECEIVED || c->strand)
        return;
    c->strand = true;
    in_strands[c->node]++;
}

static bool allows_node(struct change_request *request, unsigned node, unsigned which) {
    if (!request->handler)
        return request->binding;
    if (which == NET_SENT)
        return is_called(request->by, protocol_of(node));
    struct claim *c = claim_by(request->by, node);
    if (!c || request->handler->flags & ~(unsigned)BINDING_CANCEL)
        return false;
    receives(c, which);
    if (DEFENDED(PACKET_SNOOP))
        impose(request->handler, c, &request->imposed_guard);
    return true;
}

static bool allows(void *unused, struct change_request *request) {
    (void)unused;
    for (unsigned node = 0; node < NET_NODES; node++)
        for (unsigned which = 0; which < NET_EVENTS; which++)
            if (request->event == net_events[node][which])
                return allows_node(request, node, which);
    if (!request->handler)
        return request->binding;
    return request->event == &event_ether_resolve   ? is_called(request->by, "arp")
           : request->event == &event_loopback_sent ? is_called(request->by, "loopback")
                                                    : has_claim(request->by);
}

int claim_handle(struct claim *c, enum net_event when, net_arrived_fn *fn, void *closure,
                 struct event_binding **binding) {
    struct handler_request request = {
        .handler = {.entry = (event_fn *)fn, .has_closure = true, .closure = closure}};
    struct change change;
    impose(&request, c, &request.guard);
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, net_events[c->node][when], &request, binding);
    receives(c, when);
    return change_commit(&change);
}

int claim_end(struct claim *c, struct event_binding *binding) {
    struct change change;
    change_open(&change, THIS_MODULE, NULL);
    change_uninstall(&change, binding);
    int error = change_commit(&change);
    if (error)
        return error;
    c->ended = true;
    if (!c->bindings)
        claim_drop(c);
    return 0;
}

/* Nothing but handlers: what none has taken is nobody's. */
static void begin_event(struct change *c, const struct event *e) {
    const struct procedure nothing = {.entry = e->intrinsic};
    change_default_handler(c, e, &nothing);
    change_withdraw_intrinsic(c, e);
}

void claims_init(void) {
    static const struct authorizer authorizer = {.allows = allows};
    for (unsigned node = 0; node < NET_NODES; node++) {
        struct change c;
        list_init(&of_node[node]);
        change_open(&c, THIS_MODULE, NULL);
        for (unsigned which = 0; which < NET_EVENTS; which++)
            begin_event(&c, net_events[node][which]);
        if (DEFENDED(PACKET_BOUND))
            change_bound(&c, net_events[node][NET_ARRIVED], NET_BOUND);
        if (change_commit(&c))
            panic("claims_init: no memory for the events of packets");
    }
    net_guard(&(struct key_range){0, 0}, NULL); /* loaded for ever, before anybody has one */
    module_add(THIS_MODULE);
    assert_that(authorizer_of_module(THIS_MODULE, &authorizer) == 0);
}
