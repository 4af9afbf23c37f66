/* SPDX-License-Identifier: MIT */
/* failing.c -- see failing.h. The raise that has failed may be anywhere, in an interrupt as well;
 * so a strand withdraws the binding, which is as asynchronous as an event can be. */
#include "spin/services/failing.h"

#include "machine/report/log.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/plan/async.h"
#include "spin/core/dispatch_kernel.h"

MODULE("Handler");

static const struct net_handler *net_of(const struct event_binding *b) {
    const struct async *async = async_of(b);
    return async ? async->net : b->net;
}

uint64_t handlers_cut(const struct module *m) {
    uint64_t cut = 0;
    list_each(n, &m->bindings) {
        const struct net_handler *net = net_of(container_of(n, struct event_binding, of_module));
        cut += net ? net->terminated : 0;
    }
    return cut;
}

static struct event_binding *find_failing(void) {
    struct module *m;
    for (unsigned i = 0; (m = module_at(i)); i++)
        list_each(n, &m->bindings) {
            struct event_binding *b = container_of(n, struct event_binding, of_module);
            if (net_of(b) && net_of(b)->failing)
                return b;
        }
    return NULL;
}

/* One of them, if there is any. False: there is none, or no memory. */
static bool withdraw_one(void) {
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    struct event_binding *b = find_failing();
    if (b) {
        log_line("%s: its handler of %s is withdrawn, which has failed %u times: %s", b->by->name,
                 b->of->event->name, net_of(b)->failed, net_of(b)->report.reason);
        change_unload(&c, b);
    }
    return change_commit(&c) == 0 && b;
}

EVENT(handler_failing, "Handler.Failing", void, ()) {
    while (withdraw_one())
        ;
}

static void raise(void) {
    handler_failing();
}

void failing_init(void) {
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    change_asynchronous(&c, &event_handler_failing, 1);
    if (change_commit(&c))
        panic("failing_init: no memory for Handler.Failing");
    kernel_dispatcher.failing = raise;
}
