/* SPDX-License-Identifier: MIT */
/* charge.c -- see charge.h. */
#include "spin/services/vm/charge.h"

#include "lib/error.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/space/reclaim.h"

int charged_alloc(struct module *by, size_t bytes, void **memory) {
    if (!account_take(&by->account, RESOURCE_MEMORY, bytes))
        return -E_QUOTA;
    *memory = dispatcher_allocate(bytes);
    if (*memory)
        return 0;
    account_credit(&by->account, RESOURCE_MEMORY, bytes);
    return -E_NO_MEMORY;
}

void charged_free(struct module *by, void *memory, size_t bytes) {
    dispatcher_release(memory, bytes);
    account_credit(&by->account, RESOURCE_MEMORY, bytes);
}

int charged_page(struct module *by, const struct module *owner, struct phys_addr **page) {
    static const struct phys_request one = {.pages = 1};
    if (!account_take(&by->account, RESOURCE_MEMORY, PAGE_SIZE))
        return -E_QUOTA;
    int error = phys_addr_allocate(owner, &one, page);
    if (error)
        account_credit(&by->account, RESOURCE_MEMORY, PAGE_SIZE);
    return error;
}

void charged_page_free(struct module *by, struct phys_addr *page) {
    phys_addr_deallocate(page);
    account_credit(&by->account, RESOURCE_MEMORY, PAGE_SIZE);
}
