/* SPDX-License-Identifier: MIT */
/* quota.c -- how much of each resource an extension may have, unless the kernel is told
 * otherwise. */
#include "lib/error.h"
#include "spin/services/loader/loaded.h"

static uint64_t quotas[RESOURCES] = {
    [RESOURCE_MEMORY] = 16 << 20, /* of which the proof of a large program takes most for a while */
    [RESOURCE_CODE] = 1 << 20,    [RESOURCE_BINDINGS] = 4 * EXTENSION_BINDINGS_MAX,
    [RESOURCE_EVENTS] = 64,       [RESOURCE_STRANDS] = 16,
    [RESOURCE_TIME] = NO_QUOTA,   [RESOURCE_COLLECTION] = NO_QUOTA,
    [RESOURCE_FAILURES] = 16,
};

const char *resource_name(enum resource r) {
    static const char *const names[RESOURCES] = {
        [RESOURCE_MEMORY] = "memory",         [RESOURCE_CODE] = "code",
        [RESOURCE_BINDINGS] = "bindings",     [RESOURCE_EVENTS] = "events",
        [RESOURCE_STRANDS] = "strands",       [RESOURCE_TIME] = "time",
        [RESOURCE_COLLECTION] = "collection", [RESOURCE_FAILURES] = "failures"};
    return names[r];
}

uint64_t loader_quota(enum resource resource, uint64_t quota) {
    uint64_t was = quotas[resource];
    quotas[resource] = quota;
    return was;
}

void quotas_set(struct module *module) {
    for (enum resource r = 0; r < RESOURCES; r++)
        module->account.quota[r] = quotas[r];
}

int quotas_refusal(const struct module *module, int error, struct report *why) {
    const struct account *a = &module->account;
    for (enum resource r = 0; error && r < RESOURCES; r++)
        if (a->refused[r]) {
            report_say(why, "%s: more %s than its quota of %lu", module->name, resource_name(r),
                       a->quota[r]);
            return -E_QUOTA;
        }
    return error;
}
