/* SPDX-License-Identifier: MIT */
/* replace.c -- see replace.h. */
#include "replace.h"

#include "spin/core/dispatch/plan.h"

int replace_intrinsic(const struct event *event, struct procedure handler) {
    const struct handler_request request = {.handler = handler};
    struct change c;
    change_open(&c, event->module, NULL);
    change_withdraw_intrinsic(&c, event);
    change_install(&c, event, &request, NULL);
    return change_commit(&c);
}

void restore_event(const struct event *event) {
    bindings_release(event);
    plans_reclaim();
}
