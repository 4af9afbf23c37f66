/* SPDX-License-Identifier: MIT */
/* step.c -- the steps of a change: each asks whether it may, makes what it needs, and is a
 * fact in the bindings then, until the change is undone. */
#include "spin/core/dispatch/step.h"

#include "lib/error.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/dispatch/binding/ephemeral.h"
#include "spin/core/dispatch/plan/async.h"

static struct held *keep(const struct procedure *procedure, struct module *by) {
    return procedure_keep(dispatcher->hooks, procedure, by);
}

static int refuse(struct change *c, int error) {
    if (!c->error)
        c->error = error;
    return error;
}

/* The next step, on an event, of a change that was not refused yet; or null. */
static struct change_step *next_step(struct change *c, enum change_kind kind,
                                     const struct event *event) {
    if (!c->error && c->steps == CHANGE_STEPS_MAX)
        c->error = -E_FULL;
    if (!c->error && event->arguments > EVENT_ARGUMENTS_MAX)
        c->error = -E_TOO_LONG;
    if (c->error)
        return NULL;
    if (!*event->bindings)
        *event->bindings = bindings_create(event);
    if (!*event->bindings) {
        refuse(c, -E_NO_MEMORY);
        return NULL;
    }
    struct change_step *s = &c->step[c->steps];
    *s = (struct change_step){
        .kind = kind, .of = *event->bindings, .was_set = (*event->bindings)->set};
    return s;
}

static struct change_request request_of(const struct change *c, const char *what,
                                        const struct event *event) {
    return (struct change_request){
        .what = what, .event = event, .by = c->by, .credentials = c->credentials};
}

/* The same, of what may be asked for; of what is the authority's alone; on a binding. */

static struct change_step *asked_step(struct change *c, enum change_kind kind, const char *what,
                                      const struct event *event) {
    struct change_request request = request_of(c, what, event);
    struct change_step *s = next_step(c, kind, event);
    if (s && refuse(c, authority_ask(&request)))
        return NULL;
    return s;
}

static struct change_step *lone_step(struct change *c, enum change_kind kind,
                                     const struct event *event) {
    struct change_step *s = next_step(c, kind, event);
    if (s && refuse(c, authority_alone(c->by, event)))
        return NULL;
    return s;
}

static struct change_step *binding_step(struct change *c, enum change_kind kind, const char *what,
                                        struct event_binding *binding) {
    const struct event *event = binding->of->event;
    struct change_request request = request_of(c, what, event);
    request.binding = binding;
    struct change_step *s = next_step(c, kind, event);
    if (!s || refuse(c, authority_ask(&request)))
        return NULL;
    if (list_empty(&binding->link)) {
        refuse(c, -E_NOT_FOUND);
        return NULL;
    }
    s->binding = binding;
    return s;
}

static int done(struct change *c) {
    c->steps++;
    return 0;
}

/* --- Install and uninstall --- */

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

/* The activation takes the place of a sixth parameter. */
static bool has_room(const struct event *event, const struct handler_request *h) {
    unsigned parameters = h->flags & BINDING_FILTER ? 1 : event->arguments;
    return !h->net || parameters + h->handler.has_closure <= PARAMETERS;
}

/* Within the bounds of the event and of its authorizer, which its authority need not keep. */
static int bound_handler(const struct change *c, const struct bindings *of,
                         const struct change_request *request) {
    uint64_t bound = of->set.bound;
    if (request->bound && (!bound || request->bound < bound))
        bound = request->bound;
    if (!bound || c->by == of->event->module)
        return 0;
    return ephemeral_within(&request->handler->handler, request->handler->net, bound);
}

static int within_quota(const struct change *c, enum resource r, unsigned more) {
    return account_allows(&c->by->account, r, more) ? 0 : -E_QUOTA;
}

/* What an argument leads to may be gone when it is looked at, and nobody waits for a result. */
static bool may_be_asynchronous(const struct bindings *of, uint32_t pending) {
    return !of->event->has_addresses && (!of->event->result_bytes || of->otherwise) &&
           pending <= ASYNC_PENDING_MAX;
}

/* Nobody waits for it: it cannot change what comes later either. */
static bool flags_are_possible(const struct bindings *of, const struct handler_request *h) {
    return !(h->flags & BINDING_ASYNC) || (may_be_asynchronous(of, h->pending) && !h->post.entry &&
                                           !(h->flags & (BINDING_CANCEL | BINDING_FILTER)));
}

static bool never(void) {
    return false;
}

/* In the place of the handler comes what puts its runs down, and never has fired. */
static bool set_asynchronous(struct event_binding *b, const struct handler_request *request) {
    const struct procedure has_not_fired = {.entry = (event_fn *)never};
    struct procedure posts;
    b->post = keep(&has_not_fired, b->by);
    if (!b->post)
        return false;
    if (!async_create(b->of->event, b->handler, request->net, &b->by->account,
                      request->pending ? request->pending : ASYNC_PENDING, &posts))
        return false;
    struct held *held = keep(&posts, b->by);
    if (!held) {
        posts.release(posts.closure);
        return false;
    }
    procedure_let_go(dispatcher->hooks, b->handler);
    b->handler = held;
    b->net = NULL;
    return true;
}

static bool add_guard(struct event_binding *b, const struct procedure *procedure, bool imposed) {
    struct guard *guard = procedure->entry ? guard_create(b, procedure, imposed) : NULL;
    if (guard && imposed)
        list_push_front(&b->guards, &guard->link);
    else if (guard)
        list_push_back(&b->guards, &guard->link);
    return guard || !procedure->entry;
}

static bool binding_fill(struct event_binding *b, const struct handler_request *request,
                         const struct procedure *imposed) {
    b->order = request->order;
    b->net = request->net;
    if (b->net)
        b->net->by = b->by;
    b->handler = keep(&request->handler, b->by);
    b->post = request->post.entry ? keep(&request->post, b->by) : NULL;
    return b->handler && (b->post || !request->post.entry) &&
           add_guard(b, &request->guard, false) && add_guard(b, imposed, true) &&
           (!(b->flags & BINDING_ASYNC) || set_asynchronous(b, request));
}

/* Closures of a step that is refused are the caller's: nobody is told to release them. */
static void binding_forget(struct event_binding *b) {
    list_each(n, &b->guards) container_of(n, struct guard, link)->held->procedure.release = NULL;
    if (b->post)
        b->post->procedure.release = NULL;
    if (b->handler)
        b->handler->procedure.release = NULL;
    binding_free(b);
}

int change_install(struct change *c, const struct event *event,
                   const struct handler_request *wanted, struct event_binding **binding) {
    struct handler_request handler = *wanted;
    struct change_request request = request_of(c, "install", event);
    request.handler = &handler;
    struct change_step *s = next_step(c, CHANGE_INSTALL, event);
    if (!s || refuse(c, authority_ask(&request)))
        return c->error;
    if (!order_is_possible(s->of, &handler.order))
        return refuse(c, -E_NOT_FOUND);
    if (!flags_are_possible(s->of, &handler))
        return refuse(c, -E_INVALID);
    if (!has_room(event, &handler))
        return refuse(c, -E_TOO_LONG);
    if (s->of->count >= s->of->set.limit)
        return refuse(c, -E_FULL);
    if (refuse(c, bound_handler(c, s->of, &request)))
        return c->error;
    if (refuse(c, within_quota(c, RESOURCE_BINDINGS, 1 + (handler.guard.entry != NULL))))
        return c->error;
    if (handler.flags & BINDING_ASYNC && refuse(c, within_quota(c, RESOURCE_STRANDS, 1)))
        return c->error;
    struct event_binding *b = binding_create(s->of, c->by, handler.flags);
    if (!b)
        return refuse(c, -E_NO_MEMORY);
    if (!binding_fill(b, &handler, &request.imposed_guard)) {
        binding_forget(b);
        return refuse(c, -E_NO_MEMORY);
    }
    s->binding = b;
    list_push_back(&c->by->bindings, &b->of_module);
    binding_put_in(b, s->of->installed.previous);
    if (binding)
        *binding = b;
    return done(c);
}

static int take_out(struct change *c, struct change_step *s) {
    if (!s)
        return c->error;
    binding_take_out(s->binding, &s->after);
    return done(c);
}

int change_uninstall(struct change *c, struct event_binding *binding) {
    return take_out(c, binding_step(c, CHANGE_UNINSTALL, "uninstall", binding));
}

int change_unload(struct change *c, struct event_binding *binding) {
    struct change_step *s = next_step(c, CHANGE_UNINSTALL, binding->of->event);
    if (s)
        s->binding = binding;
    return take_out(c, s);
}

int change_withdraw_intrinsic(struct change *c, const struct event *event) {
    struct change_step *s = lone_step(c, CHANGE_UNINSTALL, event);
    if (!s)
        return c->error;
    s->binding = s->of->intrinsic;
    return list_empty(&s->binding->link) ? refuse(c, -E_NOT_FOUND) : take_out(c, s);
}

int change_restore_intrinsic(struct change *c, const struct event *event) {
    struct change_step *s = lone_step(c, CHANGE_INSTALL, event);
    if (!s)
        return c->error;
    s->binding = s->of->intrinsic;
    if (!list_empty(&s->binding->link))
        return refuse(c, -E_EXISTS);
    binding_put_in(s->binding, &s->of->installed);
    s->of->stale = true; /* it comes first, and not last */
    return done(c);
}

/* --- What a binding is like --- */

int change_order(struct change *c, struct event_binding *binding, const struct order *order) {
    struct change_step *s = binding_step(c, CHANGE_ORDER, "order", binding);
    if (!s)
        return c->error;
    if (!order_is_possible(s->of, order))
        return refuse(c, -E_NOT_FOUND);
    s->was_order = binding->order;
    binding_count_out(binding);
    binding->order = *order;
    binding_count_in(binding);
    s->of->stale = true;
    return done(c);
}

int change_add_guard(struct change *c, struct event_binding *binding,
                     const struct procedure *procedure, bool imposed, struct guard **added) {
    if (imposed && !c->error)
        refuse(c, authority_alone(c->by, binding->of->event));
    struct change_step *s = binding_step(c, CHANGE_GUARD_ADD, "add_guard", binding);
    if (!s)
        return c->error;
    if (refuse(c, within_quota(c, RESOURCE_BINDINGS, 1)))
        return c->error;
    if (!add_guard(binding, procedure, imposed))
        return refuse(c, -E_NO_MEMORY);
    binding_count_out(binding);
    binding_count_in(binding);
    s->of->stale = true;
    struct list *at = imposed ? binding->guards.next : binding->guards.previous;
    s->guard = container_of(at, struct guard, link);
    if (added)
        *added = s->guard;
    return done(c);
}

int change_remove_guard(struct change *c, struct guard *guard) {
    if (guard->imposed && !c->error)
        refuse(c, authority_alone(c->by, guard->binding->of->event));
    struct change_step *s = binding_step(c, CHANGE_GUARD_REMOVE, "remove_guard", guard->binding);
    if (!s)
        return c->error;
    if (list_empty(&guard->link))
        return refuse(c, -E_NOT_FOUND);
    s->guard = guard;
    s->after = guard->link.previous;
    list_remove(&guard->link);
    binding_count_out(guard->binding);
    binding_count_in(guard->binding);
    s->of->stale = true;
    return done(c);
}

/* --- What an event has besides --- */

/* Puts a procedure, or none, in the place of the one in *slot, which the step remembers. */
static int replace(struct change *c, struct change_step *s, struct held **slot,
                   const struct procedure *by) {
    struct held *held = by->entry ? keep(by, c->by) : NULL;
    if (by->entry && !held)
        return refuse(c, -E_NO_MEMORY);
    s->slot = slot;
    s->was_held = *slot;
    *slot = held;
    return done(c);
}

int change_result_handler(struct change *c, const struct event *event,
                          const struct procedure *handler, uint64_t initial) {
    struct change_step *s = asked_step(c, CHANGE_PROCEDURE, "result_handler", event);
    if (!s || replace(c, s, &s->of->result, handler))
        return c->error;
    s->of->set.initial = initial;
    return 0;
}

int change_default_handler(struct change *c, const struct event *event,
                           const struct procedure *handler) {
    struct change_step *s = asked_step(c, CHANGE_PROCEDURE, "default_handler", event);
    if (s && !handler->entry && event->result_bytes && (s->of->later || s->of->asynchronous))
        return refuse(c, -E_INVALID);
    return s ? replace(c, s, &s->of->otherwise, handler) : c->error;
}

int change_asynchronous(struct change *c, const struct event *event, uint32_t pending) {
    struct change_step *s = lone_step(c, CHANGE_PROCEDURE, event);
    struct procedure posts = {.entry = NULL};
    if (!s)
        return c->error;
    if (pending && !may_be_asynchronous(s->of, pending))
        return refuse(c, -E_INVALID);
    if (pending && !async_create(event, NULL, NULL, &c->by->account, pending, &posts))
        return refuse(c, -E_NO_MEMORY);
    int error = replace(c, s, &s->of->later, &posts);
    if (error)
        posts.release(posts.closure);
    return error;
}

/* What is set by the authority alone: the step is done, and the place is given; or null. */
static struct settings *setting(struct change *c, const struct event *event) {
    struct change_step *s = lone_step(c, CHANGE_SETTING, event);
    c->steps += s != NULL;
    return s ? &s->of->set : NULL;
}

#define SET(field, value)                                                                          \
    struct settings *set = setting(c, event);                                                      \
    if (set)                                                                                       \
        set->field = (value);                                                                      \
    return c->error

int change_level(struct change *c, const struct event *event, enum level level) {
    SET(level, level);
}

int change_limit(struct change *c, const struct event *event, uint32_t limit) {
    SET(limit, limit);
}

int change_watch(struct change *c, const struct event *event, bool watched) {
    SET(watched, watched);
}

int change_bound(struct change *c, const struct event *event, uint64_t instructions) {
    SET(bound, instructions);
}
