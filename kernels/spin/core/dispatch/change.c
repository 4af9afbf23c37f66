/* SPDX-License-Identifier: MIT */
/* change.c -- see change.h. Steps are made at once, in the bindings, which no raise sees, and are
 * undone in reverse if the change comes to nothing. A commit makes all plans aside; then it cannot
 * fail any more. */
#include "spin/core/dispatch/change.h"

#include "lib/error.h"
#include "spin/core/dispatch/dispatcher.h"
#include "spin/core/dispatch/plan.h"

const struct dispatcher *dispatcher;

static void *allocate(size_t bytes) {
    return dispatcher->hooks->allocate(dispatcher->hooks->owner, bytes);
}

static void release(void *memory, size_t bytes) {
    dispatcher->hooks->release(dispatcher->hooks->owner, memory, bytes);
}

/* --- Parts: made and given back --- */

static struct held *keep(const struct procedure *procedure) {
    return procedure_keep(dispatcher->hooks, procedure);
}

static void let_go(struct held *held) {
    procedure_let_go(dispatcher->hooks, held);
}

static void guard_free(struct guard *g) {
    let_go(g->held);
    release(g, sizeof *g);
}

static void binding_free(struct event_binding *b) {
    list_each(n, &b->guards) guard_free(container_of(n, struct guard, link));
    let_go(b->handler);
    let_go(b->post);
    release(b, sizeof *b);
}

static struct event_binding *binding_create(struct bindings *of, uint8_t flags) {
    struct event_binding *b = allocate(sizeof *b);
    if (!b)
        return NULL;
    b->of = of;
    b->flags = flags;
    list_init(&b->link);
    list_init(&b->guards);
    return b;
}

static struct guard *guard_create(struct event_binding *binding, const struct procedure *procedure,
                                  bool imposed) {
    struct guard *g = allocate(sizeof *g);
    if (!g)
        return NULL;
    *g = (struct guard){.binding = binding, .held = keep(procedure), .imposed = imposed};
    list_init(&g->link);
    if (!g->held) {
        release(g, sizeof *g);
        return NULL;
    }
    return g;
}

static struct bindings *bindings_create(const struct event *event) {
    const struct procedure intrinsic = {.entry = event->intrinsic};
    struct bindings *of = allocate(sizeof *of);
    struct event_binding *b = of ? binding_create(of, 0) : NULL;
    if (!b || !(b->handler = keep(&intrinsic))) {
        release(b, sizeof *b);
        release(of, sizeof *of);
        return NULL;
    }
    *of = (struct bindings){.event = event, .count = 1, .intrinsic = b, .level = LEVEL_BEST};
    list_init(&of->installed);
    list_push_back(&of->installed, &b->link);
    return of;
}

/* --- Steps --- */

void change_open(struct change *c) {
    c->error = 0;
    c->steps = 0;
    dispatcher->begin();
}

static int refuse(struct change *c, int error) {
    if (!c->error)
        c->error = error;
    return error;
}

/* The next step of a change that was not refused yet, or null. */
static struct change_step *next_step(struct change *c) {
    if (!c->error && c->steps == CHANGE_STEPS_MAX)
        c->error = -E_FULL;
    return c->error ? NULL : &c->step[c->steps];
}

static struct change_step *step_of_event(struct change *c, enum change_kind kind,
                                         const struct event *event) {
    struct change_step *s = next_step(c);
    if (!s)
        return NULL;
    if (event->arguments > EVENT_ARGUMENTS_MAX) {
        refuse(c, -E_TOO_LONG);
        return NULL;
    }
    if (!*event->bindings)
        *event->bindings = bindings_create(event);
    if (!*event->bindings) {
        refuse(c, -E_NO_MEMORY);
        return NULL;
    }
    *s = (struct change_step){.kind = kind, .of = *event->bindings};
    return s;
}

static struct change_step *step_of_binding(struct change *c, enum change_kind kind,
                                           struct event_binding *binding) {
    struct change_step *s = next_step(c);
    if (!s)
        return NULL;
    if (list_empty(&binding->link)) {
        refuse(c, -E_NOT_FOUND);
        return NULL;
    }
    *s = (struct change_step){.kind = kind, .of = binding->of, .binding = binding};
    return s;
}

static bool order_is_possible(const struct bindings *of, const struct order *order) {
    if (order->place > ORDER_LAST)
        return false;
    for (unsigned i = 0; i < ORDER_RELATIONS_MAX; i++) {
        const struct event_binding *other = order->relation[i].other;
        if (other && other->of != of)
            return false;
    }
    return true;
}

static bool binding_fill(struct event_binding *b, const struct handler_request *request) {
    const struct procedure *guard = &request->guard, *post = &request->post;
    struct guard *own = guard->entry ? guard_create(b, guard, false) : NULL;
    b->order = request->order;
    b->post = post->entry ? keep(post) : NULL;
    b->handler = keep(&request->handler);
    if (own)
        list_push_back(&b->guards, &own->link);
    return b->handler && !guard->entry == !own && !post->entry == !b->post;
}

/* Closures of a request that is refused are the caller's: nobody is told to release them. */
static void forget_releases(struct event_binding *b) {
    list_each(n, &b->guards) container_of(n, struct guard, link)->held->procedure.release = NULL;
    if (b->post)
        b->post->procedure.release = NULL;
    if (b->handler)
        b->handler->procedure.release = NULL;
}

int change_install(struct change *c, const struct event *event,
                   const struct handler_request *request, struct event_binding **binding) {
    struct change_step *s = step_of_event(c, CHANGE_INSTALL, event);
    if (!s)
        return c->error;
    if (!order_is_possible(s->of, &request->order))
        return refuse(c, -E_NOT_FOUND);
    s->binding = binding_create(s->of, request->flags);
    if (!s->binding)
        return refuse(c, -E_NO_MEMORY);
    if (!binding_fill(s->binding, request)) {
        forget_releases(s->binding);
        binding_free(s->binding);
        return refuse(c, -E_NO_MEMORY);
    }
    list_push_back(&s->of->installed, &s->binding->link);
    s->of->count++;
    c->steps++;
    if (binding)
        *binding = s->binding;
    return 0;
}

static void put_in(struct change_step *s) {
    list_insert_after(s->after, &s->binding->link);
    s->of->count++;
}

static void take_out(struct change_step *s) {
    s->after = s->binding->link.previous;
    list_remove(&s->binding->link);
    s->of->count--;
}

int change_uninstall(struct change *c, struct event_binding *binding) {
    struct change_step *s = step_of_binding(c, CHANGE_UNINSTALL, binding);
    if (!s)
        return c->error;
    take_out(s);
    c->steps++;
    return 0;
}

int change_withdraw_intrinsic(struct change *c, const struct event *event) {
    struct change_step *s = step_of_event(c, CHANGE_UNINSTALL, event);
    return s ? change_uninstall(c, s->of->intrinsic) : c->error;
}

int change_restore_intrinsic(struct change *c, const struct event *event) {
    struct change_step *s = step_of_event(c, CHANGE_INSTALL, event);
    if (!s)
        return c->error;
    s->binding = s->of->intrinsic;
    if (!list_empty(&s->binding->link))
        return refuse(c, -E_EXISTS);
    s->after = &s->of->installed;
    put_in(s);
    c->steps++;
    return 0;
}

int change_order(struct change *c, struct event_binding *binding, const struct order *order) {
    struct change_step *s = step_of_binding(c, CHANGE_ORDER, binding);
    if (!s)
        return c->error;
    if (!order_is_possible(s->of, order))
        return refuse(c, -E_NOT_FOUND);
    s->was_order = binding->order;
    binding->order = *order;
    c->steps++;
    return 0;
}

int change_add_guard(struct change *c, struct event_binding *binding, const struct procedure *guard,
                     bool imposed, struct guard **added) {
    struct change_step *s = step_of_binding(c, CHANGE_GUARD_ADD, binding);
    if (!s)
        return c->error;
    s->guard = guard_create(binding, guard, imposed);
    if (!s->guard)
        return refuse(c, -E_NO_MEMORY);
    if (imposed)
        list_push_front(&binding->guards, &s->guard->link);
    else
        list_push_back(&binding->guards, &s->guard->link);
    c->steps++;
    if (added)
        *added = s->guard;
    return 0;
}

int change_remove_guard(struct change *c, struct guard *guard) {
    struct change_step *s = step_of_binding(c, CHANGE_GUARD_REMOVE, guard->binding);
    if (!s)
        return c->error;
    if (list_empty(&guard->link))
        return refuse(c, -E_NOT_FOUND);
    s->guard = guard;
    s->after = guard->link.previous;
    list_remove(&guard->link);
    c->steps++;
    return 0;
}

/* Puts a procedure, or none, in the place of the one in *slot, which the step remembers. */
static int replace(struct change *c, struct change_step *s, struct held **slot,
                   const struct procedure *by) {
    struct held *held = by->entry ? keep(by) : NULL;
    if (by->entry && !held)
        return refuse(c, -E_NO_MEMORY);
    s->was_held = *slot;
    *slot = held;
    c->steps++;
    return 0;
}

int change_result_handler(struct change *c, const struct event *event,
                          const struct procedure *handler, uint64_t initial) {
    struct change_step *s = step_of_event(c, CHANGE_RESULT, event);
    int error = s ? replace(c, s, &s->of->result, handler) : c->error;
    if (error)
        return error;
    s->was = s->of->initial;
    s->of->initial = initial;
    return 0;
}

int change_default_handler(struct change *c, const struct event *event,
                           const struct procedure *handler) {
    struct change_step *s = step_of_event(c, CHANGE_OTHERWISE, event);
    return s ? replace(c, s, &s->of->otherwise, handler) : c->error;
}

int change_level(struct change *c, const struct event *event, enum level level) {
    struct change_step *s = step_of_event(c, CHANGE_LEVEL, event);
    if (!s)
        return c->error;
    s->was = s->of->level;
    s->of->level = level;
    c->steps++;
    return 0;
}

/* --- The end of a change --- */

static bool is_intrinsic(const struct event_binding *b) {
    return b->of->intrinsic == b;
}

static void undo(struct change_step *s) {
    switch (s->kind) {
    case CHANGE_INSTALL:
        take_out(s);
        if (!is_intrinsic(s->binding))
            binding_free(s->binding);
        return;
    case CHANGE_UNINSTALL:
        put_in(s);
        return;
    case CHANGE_ORDER:
        s->binding->order = s->was_order;
        return;
    case CHANGE_GUARD_ADD:
        list_remove(&s->guard->link);
        guard_free(s->guard);
        return;
    case CHANGE_GUARD_REMOVE:
        list_insert_after(s->after, &s->guard->link);
        return;
    case CHANGE_RESULT:
        let_go(s->of->result);
        s->of->result = s->was_held;
        s->of->initial = s->was;
        return;
    case CHANGE_OTHERWISE:
        let_go(s->of->otherwise);
        s->of->otherwise = s->was_held;
        return;
    case CHANGE_LEVEL:
        s->of->level = (enum level)s->was;
        return;
    }
}

static void undo_all(struct change *c) {
    while (c->steps)
        undo(&c->step[--c->steps]);
    dispatcher->end();
}

static void forget_relation(struct event_binding *b, const struct event_binding *gone) {
    for (unsigned i = 0; i < ORDER_RELATIONS_MAX; i++)
        if (b->order.relation[i].other == gone)
            b->order.relation[i].other = NULL;
}

/* Nobody comes before or after one that is gone. */
static void forget_relations(struct bindings *of, const struct event_binding *gone) {
    forget_relation(of->intrinsic, gone); /* which may be withdrawn */
    list_each(n, &of->installed) forget_relation(container_of(n, struct event_binding, link), gone);
}

/* The step is a fact: what it took away is given back. */
static void finish(struct change_step *s) {
    switch (s->kind) {
    case CHANGE_UNINSTALL:
        if (is_intrinsic(s->binding))
            return;
        forget_relations(s->of, s->binding);
        binding_free(s->binding);
        return;
    case CHANGE_GUARD_REMOVE:
        guard_free(s->guard);
        return;
    case CHANGE_RESULT:
    case CHANGE_OTHERWISE:
        let_go(s->was_held);
        return;
    default:
        return;
    }
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
            error = plan_create(c->step[i].of, &plan[i]);
    for (unsigned i = 0; i < c->steps && error; i++)
        plan_free(plan[i]);
    return error;
}

int change_commit(struct change *c) {
    struct plan *plan[CHANGE_STEPS_MAX] = {0};
    int error = c->error ? c->error : make_plans(c, plan);
    if (error) {
        undo_all(c);
        return error;
    }
    /* Nothing below can fail: from here on the change is a fact. */
    for (unsigned i = 0; i < c->steps; i++)
        if (plan[i]) {
            struct plan *was = c->step[i].of->plan;
            __atomic_store_n(c->step[i].of->event->cell, plan[i]->entry, __ATOMIC_RELEASE);
            c->step[i].of->plan = plan[i];
            plan[i] = was;
        }
    for (unsigned i = 0; i < c->steps; i++)
        finish(&c->step[i]);
    for (unsigned i = 0; i < c->steps; i++)
        plan_retire(plan[i]);
    dispatcher->end();
    return 0;
}

void change_abandon(struct change *c) {
    undo_all(c);
}

void bindings_release(const struct event *event) {
    struct bindings *of = *event->bindings;
    if (!of)
        return;
    dispatcher->begin();
    __atomic_store_n(event->cell, event->intrinsic, __ATOMIC_RELEASE);
    if (list_empty(&of->intrinsic->link))
        list_push_back(&of->installed, &of->intrinsic->link);
    list_each(n, &of->installed) binding_free(container_of(n, struct event_binding, link));
    let_go(of->result);
    let_go(of->otherwise);
    plan_retire(of->plan);
    release(of, sizeof *of);
    *event->bindings = NULL;
    dispatcher->end();
}
