/* SPDX-License-Identifier: MIT */
/* binding.c -- bindings and guards: made and given back. */
#include "spin/core/dispatch/binding/binding.h"

#include "engine/guard_form.h"
#include "spin/core/dispatch/binding/condition.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/dispatch/binding/inline.h"

/* Who pays for a guard: who wanted it. */
static struct account *payer(const struct guard *g) {
    return g->imposed ? &g->binding->of->event->module->account : &g->binding->by->account;
}

struct guard *guard_create(struct event_binding *binding, const struct procedure *procedure,
                           bool imposed) {
    struct guard *g = dispatcher_allocate(sizeof *g);
    if (!g)
        return NULL;
    *g = (struct guard){.binding = binding,
                        .held = procedure_keep(dispatcher->hooks, procedure, binding->by),
                        .imposed = imposed};
    list_init(&g->link);
    if (!g->held) {
        dispatcher_release(g, sizeof *g);
        return NULL;
    }
    account_charge(payer(g), RESOURCE_BINDINGS, 1);
    const struct guard_known closure = {.at = procedure->closure, .bytes = procedure->constant};
    if (procedure->image)
        g->held->condition = condition_find(dispatcher->hooks, procedure->image,
                                            procedure->has_closure ? &closure : NULL);
    return g;
}

void guard_free(struct guard *g) {
    account_credit(payer(g), RESOURCE_BINDINGS, 1);
    procedure_let_go(dispatcher->hooks, g->held);
    dispatcher_release(g, sizeof *g);
}

struct event_binding *binding_create(struct bindings *of, struct module *by, uint8_t flags) {
    struct event_binding *b = dispatcher_allocate(sizeof *b);
    if (!b)
        return NULL;
    account_charge(&by->account, RESOURCE_BINDINGS, 1);
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
    account_credit(&b->by->account, RESOURCE_BINDINGS, 1);
    list_remove(&b->of_module);
    procedure_let_go(dispatcher->hooks, b->handler);
    procedure_let_go(dispatcher->hooks, b->post);
    dispatcher_release(b, sizeof *b);
}

/* --- Counted --- */

static bool has_relations(const struct event_binding *b) {
    for (unsigned i = 0; i < ORDER_RELATIONS_MAX; i++)
        if (b->order.relation[i].other)
            return true;
    return false;
}

static void look_at(struct event_binding *b) {
    bool handler_can = !inline_refusal(&b->handler->procedure), guards_can = true;
    b->placed = handler_can;
    list_each(n, &b->guards) {
        bool can = inline_guard_can(container_of(n, struct guard, link)->held);
        guards_can &= can;
        b->placed |= can;
    }
    const struct procedure *h = &b->handler->procedure;
    /* A closure goes when no stack leads into the raise's code. */
    bool can_be_left_to = b->flags & BINDING_CANCEL && !(h->has_closure && h->release);
    b->heavy = !guards_can || !(handler_can || can_be_left_to) || b->post || b->net ||
               b->flags & BINDING_FILTER;
    b->related = has_relations(b);
}

void binding_count_in(struct event_binding *b) {
    look_at(b);
    b->of->placed += b->placed;
    b->of->heavy += b->heavy;
    b->of->related += b->related;
    b->of->in_net += b->net != NULL;
    b->of->asynchronous += !!(b->flags & BINDING_ASYNC);
}

void binding_count_out(struct event_binding *b) {
    b->of->placed -= b->placed;
    b->of->heavy -= b->heavy;
    b->of->related -= b->related;
    b->of->in_net -= b->net != NULL;
    b->of->asynchronous -= !!(b->flags & BINDING_ASYNC);
    b->of->stale |= b->related; /* others had their places by it */
}

static void note_move(struct event_binding *b) {
    struct bindings *of = b->of;
    if (of->moves == CHANGE_STEPS_MAX)
        of->stale = true;
    else
        of->moved[of->moves++] = b;
}

void binding_put_in(struct event_binding *b, struct list *after) {
    list_insert_after(after, &b->link);
    b->of->count++;
    binding_count_in(b);
    note_move(b);
}

void binding_take_out(struct event_binding *b, struct list **after) {
    *after = b->link.previous;
    list_remove(&b->link);
    b->of->count--;
    binding_count_out(b);
    note_move(b);
}

/* --- What an event has --- */

struct bindings *bindings_create(const struct event *event) {
    const struct procedure intrinsic = {.entry = event->intrinsic};
    struct bindings *of = dispatcher_allocate(sizeof *of);
    struct event_binding *b = of ? binding_create(of, event->module, 0) : NULL;
    if (!b || !(b->handler = procedure_keep(dispatcher->hooks, &intrinsic, event->module))) {
        if (b)
            binding_free(b);
        dispatcher_release(of, sizeof *of);
        return NULL;
    }
    *of = (struct bindings){.event = event,
                            .count = 1,
                            .set = {.limit = BINDINGS_MAX, .level = LEVEL_BEST},
                            .intrinsic = b,
                            .stale = true};
    list_init(&of->installed);
    for (unsigned place = 0; place <= ORDER_LAST; place++)
        list_init(&of->parts[place]);
    list_push_back(&of->installed, &b->link);
    binding_count_in(b);
    return of;
}

void bindings_free(struct bindings *of) {
    if (list_empty(&of->intrinsic->link))
        list_push_back(&of->installed, &of->intrinsic->link);
    list_each(n, &of->installed) binding_free(container_of(n, struct event_binding, link));
    procedure_let_go(dispatcher->hooks, of->result);
    procedure_let_go(dispatcher->hooks, of->otherwise);
    procedure_let_go(dispatcher->hooks, of->later);
    dispatcher_release(of, sizeof *of);
}
