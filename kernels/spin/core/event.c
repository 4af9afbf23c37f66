/* SPDX-License-Identifier: MIT */
/* event.c -- see event.h. */
#include "spin/core/event.h"

#include "lib/string.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/dispatch_kernel.h"

extern const struct event __start_event_table[], __stop_event_table[]; /* made by the linker */

size_t event_count(void) {
    return (size_t)(__stop_event_table - __start_event_table);
}

const struct event *event_at(size_t n) {
    assert_that(n < event_count());
    return &__start_event_table[n];
}

const struct event *event_find(const char *name) {
    for (size_t i = 0; i < event_count(); i++)
        if (strcmp(event_at(i)->name, name) == 0)
            return event_at(i);
    return NULL;
}

void event_check_start(const struct event *e) {
    if (!event_is_intrinsic(e))
        panic("event_init: the cell of %s does not hold its intrinsic handler", e->name);
}

void event_init(void) {
    dispatch_init();
    for (size_t i = 0; i < event_count(); i++) {
        const struct event *e = event_at(i);
        if (event_find(e->name) != e)
            panic("event_init: two events are called %s", e->name);
        event_check_start(e);
        module_add(e->module);
    }
}

void event_authorize(struct module *by, authorizer_fn *allows) {
    const struct authorizer authorizer = {.allows = allows};
    int error = authorizer_of_module(by, &authorizer);
    assert_that(!error);
}

bool impose_guard(struct change_request *request, struct procedure guard) {
    if (!request->handler)
        return request->binding;
    if (request->handler->flags & BINDING_FILTER)
        return false;
    request->imposed_guard = guard;
    return true;
}

bool event_is_intrinsic(const struct event *e) {
    return *e->cell == e->intrinsic;
}
