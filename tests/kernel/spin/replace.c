/* SPDX-License-Identifier: MIT */
/* replace.c -- see replace.h. */
#include "replace.h"

#include "lib/string.h"
#include "spin/core/dispatch/plan/plan.h"

int replace_intrinsic(const struct event *event, struct procedure handler) {
    const struct handler_request request = {.handler = handler};
    struct change c;
    change_open(&c, event->module, NULL);
    change_withdraw_intrinsic(&c, event);
    change_install(&c, event, &request, NULL);
    return change_commit(&c);
}

__attribute__((noinline)) void clear_stack_below(void) {
    uint64_t below[512];
    memset(below, 0, sizeof below);
    __asm__ volatile("" : : "r"(below) : "memory");
}

void restore_event(const struct event *event) {
    bindings_release(event);
    clear_stack_below();
    plans_reclaim();
}
