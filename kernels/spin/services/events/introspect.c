/* SPDX-License-Identifier: MIT */
/* introspect.c -- see introspect.h. */
#include "spin/services/events/introspect.h"

#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/dispatch/binding/inline.h"
#include "spin/core/dispatch/binding/order.h"
#include "spin/core/dispatch/plan/part.h"
#include "spin/core/dispatch/plan/async.h"

/* Of an event that nobody ever changed, or only begun to. */
static const struct event_report untouched = {.level = LEVEL_DIRECT,
                                              .why = "nobody has changed it",
                                              .bindings = 1,
                                              .limit = BINDINGS_MAX,
                                              .intrinsic = true};

static const char *why(const struct bindings *of) {
    switch (of->plan->level) {
    case LEVEL_DIRECT:
        return "one handler always runs, as it is";
    case LEVEL_MERGED:
        return "there is no better";
    default:
        break;
    }
    if (of->set.watched)
        return "it is watched";
    if (of->plan->level == of->set.level)
        return "its authority wants no better";
    return of->plan->level == LEVEL_INLINE ? "no four bindings are told apart by one number"
                                           : "no guard and no handler can be placed in it";
}

static size_t bytes_of(const struct event_binding *b) {
    size_t bytes = sizeof *b + sizeof *b->handler + (b->post ? sizeof *b->post : 0);
    list_each(n, &b->guards) bytes += sizeof(struct guard) + sizeof(struct held);
    return bytes;
}

static size_t tree_bytes(const struct tree *t) {
    if (!t)
        return 0;
    const struct piece *piece = t->range.piece;
    return sizeof *t + piece->bytes + piece->code.code.bytes + tree_bytes(t->lower) +
           tree_bytes(t->higher);
}

static size_t plan_bytes(const struct bindings *of) {
    const struct plan *p = of->plan;
    size_t bytes = p->bytes + p->code.code.bytes + p->parts * sizeof(struct part);
    for (uint32_t i = 0; i < p->parts; i++) {
        const struct piece *piece = p->part[i].piece;
        bytes += piece ? piece->bytes + piece->code.code.bytes : tree_bytes(p->part[i].tree);
    }
    return bytes;
}

static void report_event(const struct event *event, struct event_report *report) {
    const struct bindings *of = *event->bindings;
    *report = untouched;
    if (!of || !of->plan)
        return;
    *report = (struct event_report){.level = of->plan->level,
                                    .why = why(of),
                                    .bindings = of->count,
                                    .limit = of->set.limit,
                                    .intrinsic = !list_empty(&of->intrinsic->link),
                                    .has_result_handler = of->result,
                                    .has_default_handler = of->otherwise,
                                    .asynchronous = of->later,
                                    .bytes = sizeof *of + plan_bytes(of)};
    list_each(n, &of->installed) report->bytes +=
        bytes_of(container_of(n, struct event_binding, link));
}

/* The n-th in the order of a raise; null: there are not so many, or there is no memory to find
 * it in. */
static const struct event_binding *binding_at(const struct bindings *of, uint32_t n) {
    const size_t bytes = of->count * sizeof(struct event_binding *);
    struct event_binding **sequence = n < of->count ? dispatcher_allocate(bytes) : NULL;
    const struct event_binding *b = sequence && order_find(of, sequence) ? sequence[n] : NULL;
    dispatcher_release(sequence, bytes);
    return b;
}

static const char *level_of(const struct bindings *of, const struct event_binding *b) {
    const struct plan *p = of->plan;
    if (p->level <= LEVEL_STUB)
        return why(of);
    if (b->part && b->part->tree)
        return "found by a number that its guard wants";
    list_each(n, &b->guards) {
        const struct held *guard = container_of(n, struct guard, link)->held;
        if (!inline_guard_can(guard))
            return inline_refusal(&guard->procedure);
    }
    const char *refusal = inline_refusal(&b->handler->procedure);
    return refusal ? refusal : "placed in the code of the raise";
}

static bool report_binding(const struct event *event, uint32_t n, struct binding_report *report) {
    const struct bindings *of = *event->bindings;
    if (!of || !of->plan) {
        *report = (struct binding_report){
            .by = event->module->name, .level = untouched.why, .handler = event->intrinsic};
        return n == 0;
    }
    const struct event_binding *b = binding_at(of, n);
    if (!b)
        return false;
    const struct async *async = async_of(b);
    const struct held *handler = async ? async->handler : b->handler;
    *report = (struct binding_report){.binding = b,
                                      .by = b->by->name,
                                      .level = level_of(of, b),
                                      .handler = handler->procedure.entry,
                                      .asynchronous = async,
                                      .pending = async ? async->posted - async->taken : 0,
                                      .lost = async ? async->lost : 0,
                                      .runs = handler->runs,
                                      .time = handler->time};
    list_each(node, &b->guards) {
        report->guards++;
        report->imposed += container_of(node, struct guard, link)->imposed;
    }
    return true;
}

/* --- While nobody changes what is looked at --- */

void event_report(const struct event *event, struct event_report *report) {
    dispatcher->lock();
    report_event(event, report);
    dispatcher->unlock();
}

bool binding_report(const struct event *event, uint32_t n, struct binding_report *report) {
    dispatcher->lock();
    bool there = report_binding(event, n, report);
    dispatcher->unlock();
    return there;
}
