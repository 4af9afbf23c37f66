/* SPDX-License-Identifier: MIT */
/* step.h -- the steps of a change (change.h). */
#ifndef SPIN_DISPATCH_STEP_H
#define SPIN_DISPATCH_STEP_H

#include "spin/core/dispatch/binding/binding.h"

struct change_step {
    enum change_kind {
        CHANGE_INSTALL,
        CHANGE_UNINSTALL,
        CHANGE_ORDER,
        CHANGE_GUARD_ADD,
        CHANGE_GUARD_REMOVE,
        CHANGE_PROCEDURE, /* of the event: result handler, default handler */
        CHANGE_SETTING
    } kind;
    struct bindings *of;
    struct event_binding *binding;
    struct guard *guard;
    struct list *after;            /* where what was taken out had been */
    struct held **slot, *was_held; /* the procedure's place */
    struct order was_order;
    struct settings was_set;
};

struct change {
    struct module *by;
    const void *credentials;
    int error; /* of the first step that was refused, or 0 */
    unsigned steps;
    struct change_step step[CHANGE_STEPS_MAX];
};

/* What is bound: a handler, whose guard and post-guard may be missing (entry null). The post-guard
 * is given the result (behind its closure); where it does not hold, the handler has not fired. */
struct handler_request {
    struct procedure handler, guard, post;
    struct net_handler
        *net; /* the handler may be ended early; lives as long as its closure; or null */
    uint8_t flags;
    uint32_t pending; /* of an asynchronous one: so many may be; 0: ASYNC_PENDING */
    struct order order;
};

/* Each gives 0 or why it is refused:
 *   -E_PERM      it is not allowed, or who asks is no module
 *   -E_NO_MEMORY
 *   -E_QUOTA     who asks has as many handlers and guards already as it may, or strands, of which
 *                an asynchronous one has its own; what the same change takes away still counts
 *   -E_INVALID   an asynchronous handler or event: of an event with a parameter that is an address,
 *                or with a result and no default handler, which therefore stays as well; with too
 *                many pending; or the handler has a post-guard, cancels or is a filter
 *   -E_FULL      the change has CHANGE_STEPS_MAX steps already, or the event as many bindings as it
 *                may
 *   -E_TOO_LONG  the event has more than EVENT_ARGUMENTS_MAX arguments, or so many that a handler
 *                in the net has no room for its closure
 *   -E_NOT_FOUND the binding is not installed, the guard is not there, a relation leads to a
 *                binding of another event
 *   -E_EXISTS    the intrinsic handler, which shall be restored, is installed
 *
 * Closures are the caller's still if a step is refused, and the dispatcher's once it is not: they
 * are released when no raise can use them any more, or the change comes to nothing. */
int change_install(struct change *c, const struct event *event,
                   const struct handler_request *request, struct event_binding **binding);
int change_uninstall(struct change *c, struct event_binding *binding);
/* The intrinsic handler is taken away, and put back to where it was first: by the authority. */
int change_withdraw_intrinsic(struct change *c, const struct event *event);
int change_restore_intrinsic(struct change *c, const struct event *event);
int change_order(struct change *c, struct event_binding *binding, const struct order *order);
/* Asked before all others of the binding if it is imposed, as only the authority can, else after
 * them. */
int change_add_guard(struct change *c, struct event_binding *binding, const struct procedure *guard,
                     bool imposed, struct guard **added);
int change_remove_guard(struct change *c, struct guard *guard);
/* Called once for each handler that fired, in order, with the running value, which begins as
 * `initial`, the result, whether it is the last, and the address of the arguments as they are then;
 * gives the next running value, in the end the raise's result. Without one, entry null, the last
 * handler's result is the raise's. */
int change_result_handler(struct change *c, const struct event *event,
                          const struct procedure *handler, uint64_t initial);
/* Runs if no other handler fired; entry null: none does. */
int change_default_handler(struct change *c, const struct event *event,
                           const struct procedure *handler);
/* From here on who raises the event goes on at once, and a strand of its own raises it later; so
 * many raises may be pending, 0: it is not so any more. By the authority. */
int change_asynchronous(struct change *c, const struct event *event, uint32_t pending);
/* No raise of the event runs at a better level than this one. By the authority. */
int change_level(struct change *c, const struct event *event, enum level level);

/* From here on runs of the event's handlers are counted and timed, or not any more: raises of a
 * watched event are interpreted, those of others cost nothing more. By the authority. */
int change_watch(struct change *c, const struct event *event, bool watched);
/* The event may have so many bindings at once; more that are there stay. By the authority. */
int change_limit(struct change *c, const struct event *event, uint32_t limit);
/* Handlers that others install from here on run for so many instructions at most (ephemeral.h), or
 * their installation is refused, -E_PERM; 0: as long as they like. By the authority. */
int change_bound(struct change *c, const struct event *event, uint64_t instructions);

/* change_uninstall, without asking anybody. */
int change_unload(struct change *c, struct event_binding *binding);

#endif
