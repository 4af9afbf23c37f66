/* SPDX-License-Identifier: MIT */
/* net_shared.c -- see net_shared.h. */
#include "engine/net_shared.h"

#include "engine/assert.h"
#include "engine/load/net_internal.h"
#include "lib/list.h"

static bool is_shared(const struct net *n) {
    return !n->argument;
}

void net_shared_ended(struct net_shared *s) {
    struct net *n = &s->net;
    enum fault fault = s->activation.fault;
    ENGINE_ASSERT(is_shared(n) && fault != FAULT_NONE, "the run of %p did not end early",
                  (void *)n->image);
    s->nets->innermost = n->outer;
    if (fault == FAULT_FUEL) /* the others have noted what they are */
        net_note_fault(n);
    net_exit(s->nets, n);
}

struct net_shared *net_shared_innermost(const struct nets *nets) {
    struct net *n = nets->innermost;
    return n && is_shared(n) ? container_of(n, struct net_shared, net) : NULL;
}

void net_shared_trap(struct net_shared *s, const struct net_trap *trap) {
    net_note_trap(&s->net, trap);
    net_land(&s->net);
}
