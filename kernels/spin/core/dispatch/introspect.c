/* SPDX-License-Identifier: MIT */
/* introspect.c -- see introspect.h. */
#include "spin/core/dispatch/introspect.h"

#include "spin/core/dispatch/plan.h"

/* Of an event that nobody ever changed, or only begun to. */
static const struct event_report untouched = {.level = LEVEL_DIRECT,
                                              .why = "nobody has changed it",
                                              .bindings = 1,
                                              .limit = BINDINGS_MAX,
                                              .intrinsic = true};

static const char *why(const struct bindings *of) {
    if (of->plan->level == LEVEL_DIRECT)
        return "one handler always runs, as it is";
    if (of->watched)
        return "it is watched";
    return of->plan->level == of->level && of->level < LEVEL_BEST ? "its authority wants no better"
                                                                  : "there is no better";
}

static size_t bytes_of(const struct event_binding *b) {
    size_t bytes = sizeof *b + sizeof *b->handler + (b->post ? sizeof *b->post : 0);
    list_each(n, &b->guards) bytes += sizeof(struct guard) + sizeof(struct held);
    return bytes;
}

void event_report(const struct event *event, struct event_report *report) {
    const struct bindings *of = *event->bindings;
    *report = untouched;
    if (!of || !of->plan)
        return;
    *report = (struct event_report){.level = of->plan->level,
                                    .why = why(of),
                                    .bindings = of->count,
                                    .limit = of->limit,
                                    .intrinsic = !list_empty(&of->intrinsic->link),
                                    .has_result_handler = of->result,
                                    .has_default_handler = of->otherwise,
                                    .bytes = sizeof *of + of->plan->bytes + of->plan->code.bytes};
    list_each(n, &of->installed) report->bytes +=
        bytes_of(container_of(n, struct event_binding, link));
}

bool binding_report(const struct event *event, uint32_t n, struct binding_report *report) {
    const struct bindings *of = *event->bindings;
    if (!of || !of->plan) {
        *report = (struct binding_report){.by = event->module->name, .handler = event->intrinsic};
        return n == 0;
    }
    if (n >= of->plan->steps)
        return false;
    const struct event_binding *b = of->plan->step[n].binding;
    *report = (struct binding_report){.binding = b,
                                      .by = b->by->name,
                                      .handler = b->handler->procedure.entry,
                                      .runs = b->handler->runs,
                                      .time = b->handler->time};
    list_each(node, &b->guards) {
        report->guards++;
        report->imposed += container_of(node, struct guard, link)->imposed;
    }
    return true;
}

bool handler_is_installed(const struct event *event, event_fn *handler) {
    struct binding_report report;
    for (uint32_t n = 0; binding_report(event, n, &report); n++)
        if (report.handler == handler)
            return true;
    return false;
}
