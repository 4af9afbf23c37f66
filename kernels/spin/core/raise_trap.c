/* SPDX-License-Identifier: MIT */
/* raise_trap.c -- see raise_trap.h. */
#include "spin/core/raise_trap.h"

#include "common/engine.h"
#include "common/fault.h"
#include "engine/net_shared.h"
#include "machine/trap/catch.h"
#include "spin/core/dispatch/binding/defence.h"

/* What a raise was like where it began. */
struct place {
    struct trap_place trap;
    uint64_t subject; /* whom its thread acted for */
};

_Static_assert(sizeof(struct place) <= NET_OWNER_WORDS * sizeof(uint64_t), "it has room");

static struct place *place_of(struct net_shared *net) {
    return (struct place *)net->owner;
}

void raise_net_begins(struct net_shared *net) {
    net_shared_open(net, engine_nets());
    trap_place_note(&place_of(net)->trap);
    place_of(net)->subject = thread_current()->own[THREAD_OWN_SUBJECT];
}

void raise_net_landed(struct net_shared *net) {
    if (!DEFENDED(LANDING))
        return;
    trap_place_restore(&place_of(net)->trap);
    thread_current()->own[THREAD_OWN_SUBJECT] = place_of(net)->subject;
}

/* A catch within that raise is asked before it. */
static void land(const struct trap_frame *f) {
    struct net_shared *net = net_shared_innermost(engine_nets());
    struct net_trap trap;
    if (!DEFENDED(NET) || !net || place_of(net)->trap.catch != thread_current()->catch ||
        !fault_is_of_program(f))
        return;
    engine_trap(f, &trap);
    net_shared_trap(net, &trap);
}

void raise_trap_init(void) {
    trap_catch_within(land);
}
