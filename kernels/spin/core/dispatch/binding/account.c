/* SPDX-License-Identifier: MIT */
/* account.c -- see account.h. */
#include "spin/core/dispatch/binding/account.h"

#include "spin/core/dispatch/binding/defence.h"

const char *resource_name(enum resource r) {
    static const char *const names[RESOURCES] = {
        [RESOURCE_MEMORY] = "memory",        [RESOURCE_CODE] = "code",
        [RESOURCE_BINDINGS] = "bindings",    [RESOURCE_EVENTS] = "events",
        [RESOURCE_STRANDS] = "strands",      [RESOURCE_TIME] = "time",
        [RESOURCE_COLLECTION] = "collection"};
    return names[r];
}

void account_open(struct account *a) {
    for (enum resource r = 0; r < RESOURCES; r++) {
        a->used[r] = a->refused[r] = 0;
        a->quota[r] = NO_QUOTA;
    }
}

bool account_refuses(struct account *a, enum resource r) {
    a->refused[r]++;
    return !DEFENDED(QUOTA);
}
