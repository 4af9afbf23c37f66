/* SPDX-License-Identifier: MIT */
/* dispatch_world_change.h -- the model's changes, made in a level's world: its guards and handlers
 * are native, or verified programs. */
#ifndef TESTS_SPIN_DISPATCH_WORLD_CHANGE_H
#define TESTS_SPIN_DISPATCH_WORLD_CHANGE_H

#include "dispatch_change.h"
#include "dispatch_verified.h"
#include "dispatch_world.h"

static struct order order_of(const struct world *w, const struct entry *e) {
    static const enum order_place places[] = {ORDER_ANYWHERE, ORDER_FIRST, ORDER_LAST};
    struct order order = {.place = places[e->place]};
    unsigned n = 0;
    for (unsigned i = 0; i < RELATIONS; i++) {
        if (e->before[i] >= 0) {
            order.relation[n].before = true;
            order.relation[n++].other = w->binding[e->before[i]];
        }
        if (e->after[i] >= 0)
            order.relation[n++].other = w->binding[e->after[i]];
    }
    return order;
}

/* By the same numbers, in a closure or in the program. */
static struct procedure guard_of(struct world *w, unsigned id, const struct question *q) {
    struct procedure p = procedure(w, id, (event_fn *)guard);
    struct closure *closure = p.closure;
    char text[512];
    closure->question = *q;
    closure->constant[0] = q->low;
    closure->constant[1] = q->high;
    bool in_closure = q->of_state || q->made == IN_CLOSURE;
    if (q->made == NATIVE || (in_closure && w->arguments == WORDS))
        return p;
    const char *number = q->of_state ? "*(u64 *)(r1 + 0)" : NULL;
    char argument[8];
    snprintf(argument, sizeof argument, "r%u", 1 + in_closure + q->argument);
    int n = snprintf(text, sizeof text, "; %u\nr0 = 0\nr6 = %s\nr6 &= %lld\n", w->arguments,
                     number ? number : argument, (long long)q->mask);
    if (in_closure && !q->of_state)
        snprintf(text + n, sizeof text - (size_t)n,
                 "r7 = *(u64 *)(r1 + 0)\nr8 = *(u64 *)(r1 + 8)\nif r6 < r7 goto no\n"
                 "if r6 > r8 goto no\nr0 = 1\nno:\nexit\n");
    else
        snprintf(text + n, sizeof text - (size_t)n,
                 "if r6 < %llu goto no\nif r6 > %llu goto no\nr0 = 1\nno:\nexit\n",
                 (unsigned long long)q->low, (unsigned long long)q->high);
    p.image = verified_image(text, in_closure, w->arguments, false);
    p.entry = (event_fn *)p.image->code.entry;
    p.has_closure = in_closure;
    if (q->of_state)
        p.closure = &w->trace.state;
    else if (in_closure)
        p.closure = closure->constant;
    p.constant = in_closure && !q->of_state ? sizeof closure->constant : 0;
    p.release = in_closure && !q->of_state ? release_constant : NULL;
    if (!p.release)
        release_closure(closure);
    return p;
}

/* A handler that leaves its tally by way of the closure. */
static struct procedure tally_of(struct world *w, unsigned id) {
    char text[256];
    snprintf(text, sizeof text,
             "; %u\nr0 = *(u64 *)(r1 + 8)\nr0 *= 31\nr0 += %u\n%s*(u64 *)(r1 + 8) = r0\nexit\n",
             w->arguments, id + 1, w->arguments ? "r0 += r2\n" : "");
    const struct image *image = verified_image(text, true, w->arguments, true);
    return (struct procedure){.entry = (event_fn *)image->code.entry,
                              .has_closure = true,
                              .closure = &w->trace.state,
                              .image = image};
}

static void install(struct world *w, struct change *c, const struct entry *e) {
    struct handler_request request = {.order = order_of(w, e), .flags = 0};
    static event_fn *const entry[2][2] = {{(event_fn *)handler, (event_fn *)filter},
                                          {(event_fn *)ending_handler, (event_fn *)ending_filter}};
    request.handler = procedure(w, e->id, entry[e->may_end][e->deed == FILTER]);
    struct closure *closure = request.handler.closure;
    closure->deed = e->deed;
    closure->net = (struct net_handler){.image = &program, .fuel = e->id};
    request.net = e->may_end ? &closure->net : NULL;
    if (e->deed == TALLY && !e->may_end && w->arguments < WORDS) {
        release_closure(request.handler.closure);
        request.handler = tally_of(w, e->id);
    }
    request.flags |= e->deed == FILTER ? BINDING_FILTER : 0;
    request.flags |= e->cancel ? BINDING_CANCEL : 0;
    request.flags |= e->async ? BINDING_ASYNC : 0;
    request.pending = PENDING;
    if (e->guard[0].asked)
        request.guard = guard_of(w, e->id, &e->guard[0]);
    if (e->has_post) {
        request.post = procedure(w, e->id, (event_fn *)post);
        ((struct closure *)request.post.closure)->question.low = e->post;
    }
    assert_int_equal(change_install(c, &w->event, &request, &w->binding[e->id]), 0);
    if (e->guard[1].asked) {
        struct procedure imposed = guard_of(w, e->id, &e->guard[1]);
        change_add_guard(c, w->binding[e->id], &imposed, true, &w->guard[e->id][1]);
    }
}

static void change_entry(struct world *w, struct change *c, const struct random_change *wanted) {
    const unsigned id = wanted->entry.id;
    if (wanted->kind == INSTALL && id == 0) {
        change_restore_intrinsic(c, &w->event);
    } else if (wanted->kind == INSTALL) {
        install(w, c, &wanted->entry);
    } else if (wanted->kind == UNINSTALL) {
        change_uninstall(c, w->binding[id]);
    } else if (wanted->kind == ORDER) {
        struct order order = order_of(w, &wanted->entry);
        change_order(c, w->binding[id], &order);
    } else if (wanted->kind == IMPOSE) {
        struct procedure p = guard_of(w, id, &wanted->question);
        change_add_guard(c, w->binding[id], &p, wanted->question.imposed,
                         &w->guard[id][GUARDS - 1]);
    } else {
        change_remove_guard(c, w->guard[id][GUARDS - 1]);
    }
}

/* Only what the model found possible, or refused for its order, is asked for: a level's world has
 * no binding for what is not installed. */
static bool change_world(struct world *w, const struct random_change *wanted) {
    struct change c;
    struct event_binding *was = w->binding[wanted->entry.id];
    struct procedure p = {0};
    change_open(&c, &own_module, NULL);
    if (wanted->kind == FOLD) {
        if (wanted->has)
            p = procedure(w, 0, (event_fn *)fold);
        change_result_handler(&c, &w->event, &p, wanted->initial);
    } else if (wanted->kind == DEFAULT) {
        if (wanted->has)
            p = procedure(w, 0, (event_fn *)otherwise);
        if (change_default_handler(&c, &w->event, &p) && p.entry)
            release_closure(p.closure);
    } else if (wanted->kind == LATER) {
        change_asynchronous(&c, &w->event, wanted->has ? PENDING : 0);
    } else {
        change_entry(w, &c, wanted);
    }
    bool done = change_commit(&c) == 0;
    if (!done)
        w->binding[wanted->entry.id] = was;
    else if (wanted->kind == UNINSTALL && wanted->entry.id)
        w->binding[wanted->entry.id] = NULL;
    return done;
}

#endif
