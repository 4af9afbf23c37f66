/* SPDX-License-Identifier: MIT */
/* dispatch_world.h -- a level's world: an event, and closures that do what the model does. */
#ifndef TESTS_SPIN_DISPATCH_WORLD_H
#define TESTS_SPIN_DISPATCH_WORLD_H

#include <stdlib.h>

#include "dispatch_host.h"
#include "dispatch_model.h"
#include "spin/core/dispatch/change.h"

struct world;

struct closure {
    struct world *world;
    unsigned id;
    enum deed deed;
    struct question question;
    struct net_handler net;
    uint64_t constant[2]; /* of a verified guard: what it compares with */
};

struct world {
    enum level level;
    struct event event;
    event_fn *cell;
    struct bindings *bindings;
    struct authorizer authorizer;
    struct event_binding *binding[BINDINGS];
    struct guard *guard[BINDINGS][GUARDS];
    struct trace trace;
    unsigned arguments;
    bool nobody;
};

static struct world *raising; /* for dispatcher->exception, which is told the event only */
static size_t closures;       /* that were not released yet */

static void release_closure(void *closure) {
    free(closure);
    closures--;
}

static void release_constant(void *constant) {
    release_closure((char *)constant - offsetof(struct closure, constant));
}

static struct procedure procedure(struct world *w, unsigned id, event_fn *entry) {
    struct closure *closure = calloc(1, sizeof *closure);
    closure->world = w;
    closure->id = id;
    closures++;
    return (struct procedure){
        .entry = entry, .has_closure = true, .closure = closure, .release = release_closure};
}

static uint64_t raise_world(struct world *w, const uint64_t *a) {
    typedef uint64_t cell_fn(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
    struct world *was = raising;
    raising = w;
    w->trace.depth++;
    uint64_t result = ((cell_fn *)w->cell)(a[0], a[1], a[2], a[3], a[4]);
    w->trace.depth--;
    raising = was;
    if (w->event.result_bytes == 0)
        result = 0;
    else if (w->event.result_bytes < 8)
        result &= (1ull << 8 * w->event.result_bytes) - 1;
    note(&w->trace, TOLD_END);
    note(&w->trace, result);
    return result;
}

static void leave(struct world *w, unsigned id) {
    struct change c;
    if (!w->binding[id])
        return;
    change_open(&c, &own_module, NULL);
    change_uninstall(&c, w->binding[id]);
    assert_int_equal(change_commit(&c), 0);
    if (w->binding[id] != w->bindings->intrinsic)
        w->binding[id] = NULL;
}

static void move(struct world *w, unsigned id) {
    struct change c;
    if (!w->binding[id])
        return;
    struct order order = w->binding[id]->order;
    order.place = ORDER_LAST;
    change_open(&c, &own_module, NULL);
    change_order(&c, w->binding[id], &order);
    change_commit(&c);
}

/* A handler's closure outlives its binding: a raise that began before may still come to it. */
static uint64_t handle(const struct closure *closure, uint64_t *argument) {
    struct world *w = closure->world;
    if (closure->deed == TALLY)
        return tally(&w->trace, closure->id, argument, w->arguments);
    uint64_t result = result_of(closure->id, argument, w->arguments);
    note_call(&w->trace, TOLD_HANDLER + closure->id, argument, w->arguments);
    if (closure->deed == COUNT)
        w->trace.state++;
    if (closure->deed == FILTER && w->arguments)
        argument[0] += closure->id + 1;
    if (closure->deed == RAISE && w->trace.depth < NESTED_MAX && w->trace.credit) {
        w->trace.credit--;
        raise_world(w, argument);
    }
    if (closure->deed == LEAVE)
        leave(w, closure->id);
    if (closure->deed == MOVE)
        move(w, closure->id);
    return result;
}

static uint64_t handler(struct closure *c, uint64_t a, uint64_t b, uint64_t d, uint64_t e,
                        uint64_t f) {
    uint64_t argument[WORDS] = {a, b, d, e, f};
    return handle(c, argument);
}

static uint64_t filter(struct closure *c, uint64_t *argument) {
    return handle(c, argument);
}

/* Some arguments end it early, at random, as a program would be: in the net it fails by what it
 * calls, and its code is what notices that its fuel is used up. */
static struct link no_names;
static struct image program = {.link = &no_names};

void fail_in_net(void);
NET_FUNCTION(void, fail_in_net, (void)) {
    NET_FAIL(&host_nets, "as the model does");
}

static uint64_t end_early(const struct closure *c, uint64_t result, struct activation *in) {
    enum end end = end_of(c->id, result);
    assert_ptr_equal(host_nets.innermost->activation, in);
    assert_int_equal(in->fuel, c->id);
    if (end == FAILED)
        fail_in_net();
    if (end == TERMINATED)
        in->fault = FAULT_FUEL;
    return result;
}

static uint64_t ending_handler(struct closure *c, uint64_t a, uint64_t b, uint64_t d, uint64_t e,
                               struct activation *in) {
    uint64_t argument[WORDS] = {a, b, d, e};
    return end_early(c, handle(c, argument), in);
}

static uint64_t ending_filter(struct closure *c, uint64_t *argument, uint64_t unused_1,
                              uint64_t unused_2, uint64_t unused_3, struct activation *in) {
    (void)unused_1, (void)unused_2, (void)unused_3;
    return end_early(c, handle(c, argument), in);
}

static uint64_t intrinsic(uint64_t a, uint64_t b, uint64_t d, uint64_t e, uint64_t f) {
    const struct closure closure = {.world = raising};
    uint64_t argument[WORDS] = {a, b, d, e, f};
    return handle(&closure, argument);
}

static bool guard(struct closure *c, uint64_t a, uint64_t b, uint64_t d, uint64_t e, uint64_t f) {
    const uint64_t argument[WORDS] = {a, b, d, e, f};
    return answer(&c->question, &c->world->trace, argument);
}

static bool post(struct closure *c, uint64_t result) {
    return (result & 1) == c->question.low;
}

static uint64_t fold(struct closure *c, uint64_t running, uint64_t result, bool last,
                     const uint64_t *argument) {
    const uint64_t told[3] = {running, result, last};
    note_call(&c->world->trace, TOLD_FOLD, told, 3);
    note_call(&c->world->trace, TOLD_FOLD, argument, c->world->arguments);
    return fold_of(running, result, last);
}

static uint64_t otherwise(struct closure *c, uint64_t a, uint64_t b, uint64_t d, uint64_t e,
                          uint64_t f) {
    const uint64_t argument[WORDS] = {a, b, d, e, f};
    note_call(&c->world->trace, TOLD_DEFAULT, argument, c->world->arguments);
    return result_of(TOLD_DEFAULT, argument, c->world->arguments);
}

static void tell_exception(const struct event *event, enum raise_exception what) {
    assert_ptr_equal(event, &raising->event);
    note(&raising->trace, what == RAISE_FAILED ? TOLD_FAILED : TOLD_NOBODY);
}

#endif
