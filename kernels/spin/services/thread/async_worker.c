/* SPDX-License-Identifier: MIT */
/* async_worker.c -- see async_worker.h. A worker that is not wanted any more waits for the next
 * one who wants one. */
#include "spin/services/thread/async_worker.h"

#include "machine/cpu/interrupt_flag.h"
#include "spin/core/dispatch/plan/async.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/core/strand.h"

MODULE("Async");

struct worker {
    struct strand strand;
    struct list idle;    /* of those without work */
    struct async *async; /* or null: it is one of these */
};

static struct list idle = LIST_INIT(idle);

static void work(void *worker) {
    struct worker *w = worker;
    for (;;) {
        cli();
        while (!w->async || !async_is_pending(w->async))
            strand_block(&w->strand);
        sti();
        async_run(w->async);
        raise_exception_take(NULL); /* nobody's */
    }
}

static struct worker *new_worker(void) {
    struct worker *w = dispatcher_allocate(sizeof *w);
    if (w && strand_create(&w->strand, THIS_MODULE, PRIORITY_USUAL, work, w)) {
        dispatcher_release(w, sizeof *w);
        return NULL;
    }
    return w;
}

/* Who wants it is charged for it and for its time; while it is idle, this module. */
static void charge(struct worker *w, struct account *payer) {
    account_charge(payer, RESOURCE_STRANDS, 1);
    account_credit(w->strand.account, RESOURCE_STRANDS, 1);
    w->strand.account = payer;
    w->strand.payer = NULL;
    if (&w->strand == strand_current())
        dispatcher->charge(payer);
}

static void *create(struct async *async) {
    const size_t bytes = async_bytes(async->bound);
    if (!account_allows(async->payer, RESOURCE_STRANDS, 1) ||
        !account_allows(async->payer, RESOURCE_MEMORY, bytes))
        return NULL;
    struct list *node = list_pop_front(&idle);
    struct worker *w = node ? container_of(node, struct worker, idle) : new_worker();
    if (!w)
        return NULL;
    account_charge(async->payer, RESOURCE_MEMORY, bytes);
    charge(w, async->payer);
    w->async = async;
    return w;
}

static void wake(void *worker) {
    strand_unblock(&((struct worker *)worker)->strand);
}

static void end(void *worker) {
    struct worker *w = worker;
    account_credit(w->async->payer, RESOURCE_MEMORY, async_bytes(w->async->bound));
    charge(w, &THIS_MODULE->account);
    w->async = NULL;
    list_push_front(&idle, &w->idle);
}

void async_worker_init(void) {
    static const struct async_workers workers = {create, wake, end};
    module_add(THIS_MODULE);
    async_workers = &workers;
}
