/* SPDX-License-Identifier: MIT */
/* linear.c -- see linear.h. */
#include "spin/services/events/linear.h"

#include "lib/error.h"
#include "spin/core/dispatch/change.h"
#include "spin/core/dispatch/binding/dispatcher.h"

static struct list all = LIST_INIT(all);

const struct event *linear_at(unsigned n) {
    list_each(node, &all) if (n-- == 0) return &container_of(node, struct linear_event, link)
        ->event;
    return NULL;
}

int linear_create(struct linear_event **linear, const struct event *like, struct module *by,
                  const char *name) {
    if (!module_exists(by))
        return -E_PERM;
    if (!account_take(&by->account, RESOURCE_EVENTS, 1))
        return -E_QUOTA;
    struct linear_event *l = dispatcher_allocate(sizeof *l);
    if (!l) {
        account_credit(&by->account, RESOURCE_EVENTS, 1);
        return -E_NO_MEMORY;
    }
    l->event = *like;
    l->event.name = name;
    l->event.module = by;
    l->event.cell = &l->cell;
    l->event.bindings = &l->bindings;
    l->event.authorizer = &l->authorizer;
    l->cell = like->intrinsic;
    dispatcher->lock();
    list_push_back(&all, &l->link);
    dispatcher->unlock();
    *linear = l;
    return 0;
}

void linear_destroy(struct linear_event *l) {
    dispatcher->lock(); /* whoever looks through them all has the lock, too */
    bindings_release(&l->event);
    account_credit(&l->event.module->account, RESOURCE_EVENTS, 1);
    list_remove(&l->link);
    dispatcher_release(l, sizeof *l);
    dispatcher->unlock();
}
