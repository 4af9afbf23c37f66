/* SPDX-License-Identifier: MIT */
/* page_calls.h -- the calls on page tables: vectors of changes. */
#ifndef EXO_KERNEL_PAGE_CALLS_H
#define EXO_KERNEL_PAGE_CALLS_H

#include <stdint.h>

/* page_one.c does what is short and leaves the rest to page_calls.c. */
long sys_page_update(uint64_t slot, uint64_t env, uint64_t holder, uint64_t vector, uint64_t count,
                     uint64_t skip);
long sys_page_protect(uint64_t slot, uint64_t env, uint64_t holder, uint64_t vector, uint64_t count,
                      uint64_t skip);
long page_update_complete(uint64_t slot, uint64_t env, uint64_t holder, uint64_t vector,
                          uint64_t count, uint64_t skip);
long page_protect_complete(uint64_t slot, uint64_t env, uint64_t holder, uint64_t vector,
                           uint64_t count, uint64_t skip);
long sys_table_free(uint64_t slot, uint64_t env, uint64_t at);

#endif
