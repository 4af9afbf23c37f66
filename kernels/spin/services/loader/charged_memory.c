/* SPDX-License-Identifier: MIT */
/* charged_memory.c -- see charged_memory.h: the kernel's hooks (common/engine.h), with an account
 * as their owner. */
#include "spin/services/loader/charged_memory.h"

#include "common/engine.h"

static void *allocate(void *account, size_t bytes) {
    if (!account_take(account, RESOURCE_MEMORY, bytes))
        return NULL;
    void *memory = engine_hooks.allocate(NULL, bytes);
    if (!memory)
        account_credit(account, RESOURCE_MEMORY, bytes);
    return memory;
}

static void release(void *account, void *memory, size_t bytes) {
    if (memory)
        account_credit(account, RESOURCE_MEMORY, bytes);
    engine_hooks.release(NULL, memory, bytes);
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

static void *data_map(void *account, size_t bytes) {
    if (!account_take(account, RESOURCE_CODE, bytes))
        return NULL;
    void *memory = engine_hooks.data_map(NULL, bytes);
    if (!memory)
        account_credit(account, RESOURCE_CODE, bytes);
    return memory;
}

static void data_unmap(void *account, void *memory, size_t bytes) {
    if (memory)
        account_credit(account, RESOURCE_CODE, bytes);
    engine_hooks.data_unmap(NULL, memory, bytes);
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
