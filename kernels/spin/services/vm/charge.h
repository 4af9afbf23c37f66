/* SPDX-License-Identifier: MIT */
/* charge.h -- memory that a module pays for (account.h): of the heap, and pages. */
#ifndef SPIN_SERVICES_VM_CHARGE_H
#define SPIN_SERVICES_VM_CHARGE_H

#include "spin/core/space/phys_addr.h"

/* Zeroed. 0; -E_QUOTA: `by` may not have so much more; -E_NO_MEMORY. */
int charged_alloc(struct module *by, size_t bytes, void **memory);
void charged_free(struct module *by, void *memory, size_t bytes);

/* One page of zeros, of `owner`. Errors as above. */
int charged_page(struct module *by, const struct module *owner, struct phys_addr **page);
void charged_page_free(struct module *by, struct phys_addr *page);

#endif
