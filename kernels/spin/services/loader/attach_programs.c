/* SPDX-License-Identifier: MIT */
/* attach_programs.c -- an extension's programs as what their sections say: handlers, guards,
 * filters, result handlers of events, all in one change. */
#include "lib/error.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/change.h"
#include "spin/services/loader/kinds.h"
#include "spin/services/loader/loaded.h"

/* No raise can come to this procedure any more. */
static void released(void *handler) {
    struct extension_handler *h = handler;
    assert_that(h->of->procedures);
    h->of->procedures--;
}

/* The guard of the object's for the event, or null. */
static const struct load_program *guard_for(const struct extension_object *o,
                                            const struct event *event) {
    for (uint32_t i = 0; i < o->load.count; i++) {
        const struct event *of;
        if (kind_role(o->load.program[i].kind, &of) == ROLE_GUARD && of == event)
            return &o->load.program[i];
    }
    return NULL;
}

/* The place for one procedure more, which says when it is not needed any more; null: full. */
static struct extension_handler *handler_for(struct extension *e) {
    if (e->handlers == EXTENSION_BINDINGS_MAX)
        return NULL;
    struct extension_handler *h = &e->handler[e->handlers++];
    *h = (struct extension_handler){.of = e};
    return h;
}

/* The dispatcher has the procedure from here on. */
static void keep(struct procedure *procedure, struct extension_handler *h) {
    procedure->closure = h;
    procedure->release = released;
    h->of->procedures++;
}

static int make_guard(struct extension *e, const struct load_program *program,
                      struct procedure *guard) {
    struct extension_handler *h = handler_for(e);
    if (!h)
        return -E_FULL;
    int error = verified_guard(program, program->kind, guard);
    if (!error)
        keep(guard, h);
    return error;
}

/* Directly if it always comes back by itself, within the net otherwise. */
static int make_handler(struct extension *e, const struct load_program *program,
                        struct handler_request *request) {
    struct extension_handler *h = handler_for(e);
    if (!h)
        return -E_FULL;
    int error = verified_handler(program, program->kind, &request->handler);
    if (error) {
        request->net = &h->net;
        error =
            verified_net_handler(program, program->kind, UINT64_MAX, &h->net, &request->handler);
    }
    if (!error)
        keep(&request->handler, h);
    return error;
}

static int install(struct extension *e, const struct extension_object *o, const struct event *event,
                   struct handler_request *request, struct change *c) {
    const struct load_program *guard = guard_for(o, event);
    int error = guard ? make_guard(e, guard, &request->guard) : 0;
    if (error)
        return error;
    error = change_install(c, event, request, NULL);
    if (error && guard)
        released(request->guard.closure);
    return error;
}

/* What folds results may not end early: there would be none. */
static int fold(struct extension *e, const struct event *event, const struct handler_request *r,
                struct change *c) {
    if (r->net)
        return -E_INVALID;
    int error = change_result_handler(c, event, &r->handler, 0);
    if (!error)
        e->result_of[e->results++] = event;
    return error;
}

static int bind_program(struct extension *e, const struct extension_object *o,
                        const struct load_program *program, struct change *c) {
    static const struct handler_request as[] = {
        [ROLE_HANDLER] = {.flags = 0},
        [ROLE_EPHEMERAL] = {.flags = 0},
        [ROLE_ASYNC] = {.flags = BINDING_ASYNC},
        [ROLE_INSTEAD] = {.flags = BINDING_CANCEL, .order.place = ORDER_FIRST},
        [ROLE_FILTER] = {.flags = BINDING_FILTER, .order.place = ORDER_FIRST},
        [ROLE_RESULT] = {.flags = 0}};
    const struct event *event;
    enum role role = kind_role(program->kind, &event);
    if (role > ROLE_RESULT)
        return 0;
    struct handler_request request = as[role];
    int error = make_handler(e, program, &request);
    if (error)
        return error;
    error = role == ROLE_RESULT ? fold(e, event, &request, c) : install(e, o, event, &request, c);
    if (error)
        released(request.handler.closure);
    return error;
}

int programs_bind(struct extension *e, struct report *why) {
    const struct load_program *program = NULL;
    struct change c;
    int error = 0;
    change_open(&c, &e->module, e->client);
    for (uint32_t n = 0; n < e->linked && !error; n++) {
        const struct extension_object *o = &e->object[e->order[n]];
        for (uint32_t i = 0; i < o->load.count && !error; i++) {
            program = &o->load.program[i];
            error = bind_program(e, o, program, &c);
        }
    }
    if (error)
        change_abandon(&c);
    else
        error = change_commit(&c);
    if (error)
        e->results = 0;
    const char *what = program ? program->image.function->name : e->module.name;
    return error ? loader_refuse(why, error, "cannot be bound:", what) : 0;
}

/* Does this extension fold the event's results still? */
static bool folds(const struct extension *e, const struct event *event) {
    const struct held *result = *event->bindings ? (*event->bindings)->result : NULL;
    return result && result->procedure.release == released &&
           ((const struct extension_handler *)result->procedure.closure)->of == e;
}

/* A result handler is the event's and no binding of who brought it: the event's authority takes it
 * away. */
static int fold_no_more(const struct event *event) {
    static const struct procedure none;
    struct change c;
    change_open(&c, event->module, NULL);
    change_result_handler(&c, event, &none, 0);
    return change_commit(&c);
}

int programs_unbind(struct extension *e) {
    while (e->results) {
        const struct event *event = e->result_of[e->results - 1];
        int error = folds(e, event) ? fold_no_more(event) : 0;
        if (error)
            return error;
        e->results--;
    }
    return change_withdraw_all(&e->module);
}
