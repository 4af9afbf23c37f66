/* SPDX-License-Identifier: MIT */
/* way.h -- where a packet goes on to: from a client to the server, by the port of its flow, and
 * back. */
#ifndef FORWARD_WAY_H
#define FORWARD_WAY_H

#include "spin/extensions/forward/flows.h"
#include "spin/extensions/forward/forward.h"
#include "spin/services/net/net.h"

struct way {
    unsigned long from, to, port; /* of this machine; address and port there */
};

/* False: it is of nobody who may be answered. */
static inline _Bool find_way(struct flow *flow, const struct packet *p, unsigned long source,
                             unsigned long target, struct way *way) {
    if (target == FORWARD_PORT) {
        way->from = FORWARD_PORT + 1 + flow_of(flow, (unsigned)p->source, (unsigned)source, p->now);
        way->to = FORWARD_SERVER;
        way->port = FORWARD_SERVER_PORT;
        return 1;
    }
    const struct flow *f = &flow[(target - FORWARD_PORT - 1) % FLOWS];
    if (p->source != FORWARD_SERVER || source != FORWARD_SERVER_PORT || !f->port)
        return 0;
    way->from = FORWARD_PORT;
    way->to = f->client;
    way->port = f->port;
    return 1;
}

#endif
