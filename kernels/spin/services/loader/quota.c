/* SPDX-License-Identifier: MIT */
/* quota.c -- what an extension may have of each resource, unless the kernel is told otherwise, and
 * its memory: the kernel's hooks (common/engine.h), with an account as their owner. */
#include "common/engine.h"
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

/* --- Memory that is charged (charged_memory) --- */

static void *given(void *account, enum resource r, void *allocate(void *, size_t), size_t bytes) {
    if (!account_take(account, r, bytes))
        return NULL;
    void *memory = allocate(NULL, bytes);
    if (!memory)
        account_credit(account, r, bytes);
    return memory;
}

static void *allocate(void *account, size_t bytes) {
    return given(account, RESOURCE_MEMORY, engine_hooks.allocate, bytes);
}

static void *data_map(void *account, size_t bytes) {
    return given(account, RESOURCE_CODE, engine_hooks.data_map, bytes);
}

static void release(void *account, void *memory, size_t bytes) {
    account_credit(account, RESOURCE_MEMORY, memory ? bytes : 0);
    engine_hooks.release(NULL, memory, bytes);
}

static void data_unmap(void *account, void *memory, size_t bytes) {
    account_credit(account, RESOURCE_CODE, memory ? bytes : 0);
    engine_hooks.data_unmap(NULL, memory, bytes);
}

/* Pages are whole: it may be more than was asked for. */
static bool code_map(void *account, size_t bytes, struct code_memory *code) {
    if (!engine_hooks.code_map(NULL, bytes, code))
        return false;
    if (account_take(account, RESOURCE_CODE, code->bytes))
        return true;
    engine_hooks.code_unmap(NULL, code);
    return false;
}

static void code_unmap(void *account, struct code_memory *code) {
    account_credit(account, RESOURCE_CODE, code->bytes);
    engine_hooks.code_unmap(NULL, code);
}

void charged_memory(struct module *module, struct hooks *hooks) {
    *hooks = engine_hooks;
    hooks->owner = &module->account;
    hooks->allocate = allocate;
    hooks->release = release;
    hooks->code_map = code_map;
    hooks->code_unmap = code_unmap;
    hooks->data_map = data_map;
    hooks->data_unmap = data_unmap;
    module->hooks = hooks;
}
