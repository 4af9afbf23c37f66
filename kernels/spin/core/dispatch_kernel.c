/* SPDX-License-Identifier: MIT */
/* dispatch_kernel.c -- see dispatch_kernel.h. */
#include "spin/core/dispatch_kernel.h"

#include "common/engine.h"
#include "common/fault.h"
#include "engine/net_shared.h"
#include "machine/cpu/x86.h"
#include "machine/thread/preempt.h"
#include "machine/thread/thread.h"
#include "machine/trap/catch.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/extension.h"

void raise_exception_set(const struct event *event, enum raise_exception what, uintptr_t raise) {
    uint64_t *own = thread_current()->own;
    own[THREAD_OWN_EVENT] = (uintptr_t)event;
    own[THREAD_OWN_EXCEPTION] = raise | what;
}

enum raise_exception raise_exception_take(const struct event **event) {
    const uint64_t *own = thread_current()->own;
    enum raise_exception what = (enum raise_exception)(own[THREAD_OWN_EXCEPTION] & RAISE_EXCEPTION);
    if (event)
        *event = (const struct event *)own[THREAD_OWN_EVENT];
    raise_exception_set(NULL, 0, 0);
    return what;
}

static uint64_t *subject(void) {
    return &thread_current()->own[THREAD_OWN_SUBJECT];
}

/* What a raise was like where it began, in which a trap of a handler ends the raise alone. */
struct place {
    struct trap_place trap;
    uint64_t subject; /* whom its thread acted for */
};

_Static_assert(sizeof(struct place) <= NET_OWNER_WORDS * sizeof(uint64_t), "it has room");

static struct place *place_of(struct net_shared *net) {
    return (struct place *)net->owner;
}

static void net_begins(struct net_shared *net) {
    net_shared_open(net, engine_nets());
    trap_place_note(&place_of(net)->trap);
    place_of(net)->subject = *subject();
}

static void net_landed(struct net_shared *net) {
    if (!DEFENDED(LANDING))
        return;
    trap_place_restore(&place_of(net)->trap);
    *subject() = place_of(net)->subject;
}

/* A catch within that raise is asked first. With a lock of it, half a change would be left. */
static void land(const struct trap_frame *f) {
    struct net_shared *net = net_shared_innermost(engine_nets());
    struct net_trap trap;
    if (!DEFENDED(NET) || !net || place_of(net)->trap.catch != thread_current()->catch ||
        !fault_is_of_program(f) || place_of(net)->trap.locks != thread_current()->locks)
        return;
    engine_trap(f, &trap);
    net_shared_trap(net, &trap);
}

static void nobody_hears(void) {
}

static struct account *nobody_counts(struct account *payer) {
    (void)payer;
    return NULL;
}

struct dispatcher kernel_dispatcher = {.hooks = &engine_hooks,
                                       .jit = &extension_jit,
                                       .each_stack = thread_stacks_each,
                                       .exception = raise_exception_set,
                                       .net_open = net_begins,
                                       .net_landed = net_landed,
                                       .subject = subject,
                                       .failing = nobody_hears,
                                       .charge = nobody_counts,
                                       .now = rdtsc,
                                       .begin = preempt_disable,
                                       .end = preempt_enable,
                                       .lock = nobody_hears,
                                       .unlock = nobody_hears};

void dispatch_init(void) {
    dispatcher = &kernel_dispatcher;
    trap_catch_within(land);
}
