/* SPDX-License-Identifier: MIT */
/* attach_programs.c -- an extension's programs as what their sections say: handlers, guards,
 * filters, result handlers of events, all in one change. */
#include "lib/error.h"
#include "lib/string.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/change.h"
#include "spin/services/loader/kinds.h"
#include "spin/services/loader/loaded.h"

/* Turns of loops, of a handler that is not proven to end: some seconds, with what a turn may take.
 * What is proven to uses none, unless a bound gives it less. */
#define METERED_FUEL (1ul << 24)

/* No raise can come to a procedure any more. */
static void released(void *state) {
    struct extension *e = ((struct extension_state *)state)->of;
    assert_that(e->procedures);
    e->procedures--;
}

/* The dispatcher has the procedure from here on. Its closure says when that is over, and is the
 * program's, too, if it is of a kind that has the state. */
static void keep(struct extension_object *o, struct procedure *procedure, bool has_state) {
    procedure->has_closure = has_state;
    procedure->closure = &o->state;
    procedure->release = released;
    o->state.of->procedures++;
}

static void let_go(const struct procedure *procedure) {
    if (procedure->entry)
        released(procedure->closure);
}

/* Directly if it always comes back by itself, within the net otherwise. */
static int make_handler(struct extension_object *o, const struct load_program *program,
                        bool has_state, struct handler_request *r) {
    struct extension *e = o->state.of;
    int error = verified_handler(program, program->kind, &r->handler);
    if (error && e->nets == EXTENSION_BINDINGS_MAX)
        return -E_FULL;
    if (error) {
        r->net = &e->net[e->nets++];
        error = verified_net_handler(program, program->kind, METERED_FUEL, r->net, &r->handler);
    }
    if (!error)
        keep(o, &r->handler, has_state);
    return error;
}

/* What the object has for the event: one guard and one post-guard at most. */
static int make_guards(struct extension_object *o, const struct event *event,
                       struct handler_request *r) {
    int error = 0;
    for (uint32_t i = 0; i < o->load.count && !error; i++) {
        const struct load_program *p = &o->load.program[i];
        const struct event *of;
        enum role role = kind_role(p->kind, &of);
        struct procedure *guard = role == ROLE_POST ? &r->post : &r->guard;
        if (of != event || role < ROLE_POST)
            continue;
        error = guard->entry ? -E_EXISTS : verified_guard(p, p->kind, guard);
        if (!error)
            keep(o, guard, role == ROLE_GUARD_WITH);
    }
    return error;
}

/* --- When it runs --- */

/* Before or after all that the extension of this name has bound to the event. */
static int relate(struct order *order, const char *name, const struct event *event, bool before) {
    struct extension *other = loader_find(name);
    unsigned n = 0;
    if (!other)
        return -E_NOT_FOUND;
    list_each(node, &other->module.bindings) {
        struct event_binding *b = container_of(node, struct event_binding, of_module);
        if (b->of->event != event)
            continue;
        if (n == ORDER_RELATIONS_MAX)
            return -E_FULL;
        order->relation[n].other = b;
        order->relation[n++].before = before;
    }
    return n ? 0 : -E_NOT_FOUND;
}

int handler_place(const char *section, const struct event *event, struct handler_request *r) {
    static const struct {
        const char *word;
        uint8_t flags, place;
    } places[] = {{"/first", 0, ORDER_FIRST},
                  {"/last", 0, ORDER_LAST},
                  {"/instead", BINDING_CANCEL, ORDER_FIRST},
                  {"/async", BINDING_ASYNC, ORDER_ANYWHERE}};
    static const char before[] = "/before/", after[] = "/after/";
    const char *word = strchr(section, '/');
    if (!word)
        return 0;
    if (strncmp(word, before, sizeof before - 1) == 0)
        return relate(&r->order, word + sizeof before - 1, event, true);
    if (strncmp(word, after, sizeof after - 1) == 0)
        return relate(&r->order, word + sizeof after - 1, event, false);
    for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++)
        if (strcmp(word, places[i].word) == 0) {
            r->flags |= places[i].flags;
            r->order.place = places[i].place;
            return 0;
        }
    return -E_INVALID;
}

/* --- All of it --- */

static int install(struct extension_object *o, const struct event *event, struct handler_request *r,
                   struct change *c) {
    int error = make_guards(o, event, r);
    if (!error)
        error = change_install(c, event, r, NULL);
    if (error) {
        let_go(&r->guard);
        let_go(&r->post);
    }
    return error;
}

static int change_of_event(struct change *c, const struct event *event, bool result,
                           const struct procedure *handler) {
    return result ? change_result_handler(c, event, handler, 0)
                  : change_default_handler(c, event, handler);
}

/* A result or default handler may not end early: there would be no result. */
static int set_of_event(struct extension *e, const struct event *event, bool result,
                        const struct handler_request *r, struct change *c) {
    if (r->net)
        return -E_INVALID;
    int error = change_of_event(c, event, result, &r->handler);
    if (!error)
        e->of_event[e->of_events++] = (struct extension_of_event){event, result};
    return error;
}

static int bind_program(struct extension_object *o, const struct load_program *program,
                        struct change *c) {
    const struct event *event;
    enum role role = kind_role(program->kind, &event);
    struct handler_request r = {.flags = role == ROLE_FILTER ? BINDING_FILTER : 0};
    if (role > ROLE_DEFAULT)
        return 0;
    int error =
        handler_place(o->load.object.section[program->image.function->section].name, event, &r);
    if (!error)
        error = make_handler(o, program, role == ROLE_WITH, &r);
    if (error)
        return error;
    error = role < ROLE_RESULT ? install(o, event, &r, c)
                               : set_of_event(o->state.of, event, role == ROLE_RESULT, &r, c);
    if (error)
        let_go(&r.handler);
    return error;
}

int programs_bind(struct extension *e, struct report *why) {
    const struct load_program *program = NULL;
    struct change c;
    int error = 0;
    change_open(&c, &e->module, e->client);
    for (uint32_t n = 0; n < e->linked && !error; n++) {
        struct extension_object *o = &e->object[e->order[n]];
        for (uint32_t i = 0; i < o->load.count && !error; i++) {
            program = &o->load.program[i];
            error = bind_program(o, program, &c);
        }
    }
    if (error)
        change_abandon(&c);
    else
        error = change_commit(&c);
    if (error)
        e->of_events = 0;
    const char *what = program ? program->image.function->name : e->module.name;
    return error ? loader_refuse(why, error, "cannot be bound:", what) : 0;
}

/* Has the event this extension's handler still? */
static bool is_set(const struct extension *e, const struct extension_of_event *of) {
    const struct bindings *b = *of->event->bindings;
    const struct held *held = !b ? NULL : of->result ? b->result : b->otherwise;
    return held && held->procedure.release == released &&
           ((const struct extension_state *)held->procedure.closure)->of == e;
}

/* These are the event's and no bindings of who brought them: the event's authority takes them
 * away. */
static int take_away(const struct extension_of_event *of) {
    static const struct procedure none;
    struct change c;
    change_open(&c, of->event->module, NULL);
    change_of_event(&c, of->event, of->result, &none);
    return change_commit(&c);
}

int programs_unbind(struct extension *e) {
    for (; e->of_events; e->of_events--) {
        const struct extension_of_event *of = &e->of_event[e->of_events - 1];
        int error = is_set(e, of) ? take_away(of) : 0;
        if (error)
            return error;
    }
    return change_withdraw_all(&e->module);
}
