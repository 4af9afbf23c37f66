/* SPDX-License-Identifier: MIT */
/* impose.c -- see impose.h. */
#include "spin/core/dispatch/impose.h"

bool impose_guard(struct change_request *request, struct procedure guard) {
    if (!request->handler)
        return request->binding;
    if (request->handler->flags & BINDING_FILTER)
        return false;
    request->imposed_guard = guard;
    return true;
}
