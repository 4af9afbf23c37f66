/* SPDX-License-Identifier: MIT */
/* net_guard.c -- see net_guard.h. */
#include "spin/services/net/net_guard.h"

#include "spin/services/loader/kernel_guard.h"

extern net_guard_fn *const net_guard_type; /* for its type, which the build takes from here */
net_guard_fn *const net_guard_type;

#ifndef EXPORTS_TYPES_ONLY

static const struct typing_grant grants[] = {{.type = "key_range", .may = MAY_READ}};
KERNEL_GUARDS(net_guard, "kernels/spin/services/net/net_guard", grants);

struct procedure net_guard(struct key_range *mine, void (*release)(void *mine)) {
    struct procedure guard =
        kernel_guard(&net_guards, mine->low == mine->high ? "is_key" : "is_in_range");
    guard.has_closure = true;
    guard.closure = mine;
    guard.constant = sizeof *mine;
    guard.release = release;
    return guard;
}

#endif
