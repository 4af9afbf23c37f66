/* SPDX-License-Identifier: MIT */
/* pxn_calls.h -- the calls on proxy nodes. */
#ifndef EXO_KERNEL_PXN_CALLS_H
#define EXO_KERNEL_PXN_CALLS_H

#include "machine/types.h"

long sys_pxn_make(uint64_t slot, uint64_t parent, uint64_t disk, uint64_t words, uint64_t count);
long sys_pxn_change(uint64_t slot, uint64_t pxn, uint64_t what, uint64_t block, uint64_t count,
                    uint64_t with);
long sys_pxn_remove(uint64_t slot, uint64_t pxn);
long sys_pxn_read(uint64_t pxn, uint64_t into);
long sys_pxn_request(uint64_t how, uint64_t block, uint64_t count, uint64_t frames, uint64_t word,
                     uint64_t pxn);

#endif
