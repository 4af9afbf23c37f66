/* SPDX-License-Identifier: MIT */
/* binding.c -- bindings and guards: made and given back. */
#include "spin/core/dispatch/binding.h"

#include "spin/core/dispatch/dispatcher.h"

static void *allocate(size_t bytes) {
    return dispatcher->hooks->allocate(dispatcher->hooks->owner, bytes);
}

static void release(void *memory, size_t bytes) {
    dispatcher->hooks->release(dispatcher->hooks->owner, memory, bytes);
}

struct guard *guard_create(struct event_binding *binding, const struct procedure *procedure,
                           bool imposed) {
    struct guard *g = allocate(sizeof *g);
    if (!g)
        return NULL;
    *g = (struct guard){.binding = binding,
                        .held = procedure_keep(dispatcher->hooks, procedure),
                        .imposed = imposed};
    list_init(&g->link);
    if (!g->held) {
        release(g, sizeof *g);
        return NULL;
    }
    return g;
}

void guard_free(struct guard *g) {
    procedure_let_go(dispatcher->hooks, g->held);
    release(g, sizeof *g);
}

struct event_binding *binding_create(struct bindings *of, const struct module *by, uint8_t flags) {
    struct event_binding *b = allocate(sizeof *b);
    if (!b)
        return NULL;
    b->by = by;
    b->of = of;
    b->flags = flags;
    list_init(&b->link);
    list_init(&b->of_module);
    list_init(&b->guards);
    return b;
}

void binding_free(struct event_binding *b) {
    list_each(n, &b->guards) guard_free(container_of(n, struct guard, link));
    list_remove(&b->of_module);
    procedure_let_go(dispatcher->hooks, b->handler);
    procedure_let_go(dispatcher->hooks, b->post);
    release(b, sizeof *b);
}

struct bindings *bindings_create(const struct event *event) {
    const struct procedure intrinsic = {.entry = event->intrinsic};
    struct bindings *of = allocate(sizeof *of);
    struct event_binding *b = of ? binding_create(of, event->module, 0) : NULL;
    if (!b || !(b->handler = procedure_keep(dispatcher->hooks, &intrinsic))) {
        release(b, sizeof *b);
        release(of, sizeof *of);
        return NULL;
    }
    *of = (struct bindings){
        .event = event, .count = 1, .limit = BINDINGS_MAX, .intrinsic = b, .level = LEVEL_BEST};
    list_init(&of->installed);
    list_push_back(&of->installed, &b->link);
    return of;
}

void bindings_free(struct bindings *of) {
    if (list_empty(&of->intrinsic->link))
        list_push_back(&of->installed, &of->intrinsic->link);
    list_each(n, &of->installed) binding_free(container_of(n, struct event_binding, link));
    procedure_let_go(dispatcher->hooks, of->result);
    procedure_let_go(dispatcher->hooks, of->otherwise);
    release(of, sizeof *of);
}
