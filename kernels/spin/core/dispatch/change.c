/* SPDX-License-Identifier: MIT */
/* change.c -- see change.h: how a change begins and ends. Its steps (step.c) were made at
 * once, in the bindings, which no raise sees, and are undone in reverse if the change comes to
 * nothing. A commit makes all plans aside; then it cannot fail any more. */
#include "spin/core/dispatch/change.h"

#include "lib/error.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/dispatch/binding/ephemeral.h"
#include "spin/core/dispatch/plan/part.h"
#include "spin/core/dispatch/plan/plan.h"

const struct dispatcher *dispatcher;

static struct change *open; /* of who has the lock; or null */

void change_open(struct change *c, struct module *by, const void *credentials) {
    dispatcher->lock();
    c->by = by;
    c->credentials = credentials;
    c->error = open ? -E_BUSY : module_exists(by) ? 0 : -E_PERM;
    c->steps = 0;
    open = open ? open : c;
}

static void close(const struct change *c) {
    if (open == c)
        open = NULL;
    dispatcher->unlock();
}

static void let_go(struct held *held) {
    procedure_let_go(dispatcher->hooks, held);
}

static bool is_intrinsic(const struct event_binding *b) {
    return b->of->intrinsic == b;
}

static void undo(struct change_step *s) {
    switch (s->kind) {
    case CHANGE_INSTALL:
        binding_take_out(s->binding, &s->after);
        if (!is_intrinsic(s->binding))
            binding_free(s->binding);
        return;
    case CHANGE_UNINSTALL:
        binding_put_in(s->binding, s->after);
        return;
    case CHANGE_ORDER:
        binding_count_out(s->binding);
        s->binding->order = s->was_order;
        binding_count_in(s->binding);
        return;
    case CHANGE_GUARD_ADD:
        binding_count_out(s->binding);
        list_remove(&s->guard->link);
        guard_free(s->guard);
        binding_count_in(s->binding);
        return;
    case CHANGE_GUARD_REMOVE:
        binding_count_out(s->binding);
        list_insert_after(s->after, &s->guard->link);
        binding_count_in(s->binding);
        return;
    case CHANGE_PROCEDURE:
        let_go(*s->slot);
        *s->slot = s->was_held;
        /* fall through */
    case CHANGE_SETTING:
        s->of->set = s->was_set;
        return;
    }
}

void change_abandon(struct change *c) {
    while (c->steps) {
        struct change_step *s = &c->step[--c->steps];
        struct bindings *of = s->of;
        undo(s);
        parts_free(of); /* they may have what is no more */
        of->moves = 0;
    }
    close(c);
}

static void forget_relation(struct event_binding *b, const struct event_binding *gone) {
    for (unsigned i = 0; i < ORDER_RELATIONS_MAX; i++)
        if (b->order.relation[i].other == gone)
            b->order.relation[i].other = NULL;
}

/* Nobody comes before or after one that is gone. */
static void forget_relations(struct bindings *of, const struct event_binding *gone) {
    forget_relation(of->intrinsic, gone); /* which may be withdrawn, and is not counted then */
    if (!of->related)
        return;
    list_each(n, &of->installed) forget_relation(container_of(n, struct event_binding, link), gone);
}

/* The step is a fact: what it took away is given back. */
static void finish(struct change_step *s) {
    if (s->kind == CHANGE_UNINSTALL && !is_intrinsic(s->binding)) {
        forget_relations(s->of, s->binding);
        binding_free(s->binding);
    }
    if (s->kind == CHANGE_GUARD_REMOVE)
        guard_free(s->guard);
    if (s->kind == CHANGE_PROCEDURE)
        let_go(s->was_held);
}

/* Is it the last of the change's steps on its event? */
static bool is_last(const struct change *c, unsigned step) {
    for (unsigned i = step + 1; i < c->steps; i++)
        if (c->step[i].of == c->step[step].of)
            return false;
    return true;
}

/* The new plans of all events of the change, in the place of their steps; all or none. */
static int make_plans(struct change *c, struct plan *plan[CHANGE_STEPS_MAX]) {
    int error = 0;
    for (unsigned i = 0; i < c->steps && !error; i++)
        if (is_last(c, i))
            error = bindings_fit(c->step[i].of) ? plan_create(c->step[i].of, &plan[i]) : -E_COST;
    for (unsigned i = 0; i < c->steps && error; i++)
        plan_free(plan[i]);
    return error;
}

uint64_t changes_made;

int change_commit(struct change *c) {
    struct plan *plan[CHANGE_STEPS_MAX] = {0};
    int error = c->error ? c->error : make_plans(c, plan);
    if (error) {
        change_abandon(c);
        return error;
    }
    /* Nothing below can fail: from here on the change is a fact. */
    dispatcher->begin();
    for (unsigned i = 0; i < c->steps; i++)
        if (plan[i]) {
            struct plan *was = c->step[i].of->plan;
            __atomic_store_n(c->step[i].of->event->cell, plan[i]->entry, __ATOMIC_RELEASE);
            c->step[i].of->plan = plan[i];
            plan[i] = was;
        }
    changes_made++;
    dispatcher->end();
    for (unsigned i = 0; i < c->steps; i++)
        finish(&c->step[i]);
    for (unsigned i = 0; i < c->steps; i++)
        plan_retire(plan[i]);
    close(c);
    return 0;
}

void bindings_release(const struct event *event) {
    struct bindings *of = *event->bindings;
    if (!of)
        return;
    dispatcher->lock();
    __atomic_store_n(event->cell, event->intrinsic, __ATOMIC_RELEASE);
    changes_made++;
    plan_retire(of->plan);
    parts_free(of);
    bindings_free(of);
    *event->bindings = NULL;
    *event->authorizer = (struct authorizer){0};
    dispatcher->unlock();
}

/* So many of a module's bindings are withdrawn in one change. */
static int withdraw_some(struct module *module) {
    struct change c;
    change_open(&c, module, NULL);
    list_each(n, &module->bindings) if (c.steps < CHANGE_STEPS_MAX)
        change_unload(&c, container_of(n, struct event_binding, of_module));
    return change_commit(&c);
}

int change_withdraw_all(struct module *module) {
    int error = 0;
    while (!error && !list_empty(&module->bindings))
        error = withdraw_some(module);
    return error;
}
