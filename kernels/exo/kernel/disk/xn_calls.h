/* SPDX-License-Identifier: MIT */
/* xn_calls.h -- the calls on blocks that XN protects: docs/exo/xn.md. */
#ifndef EXO_KERNEL_XN_CALLS_H
#define EXO_KERNEL_XN_CALLS_H

#include "machine/types.h"

long sys_xn_change(uint64_t how, uint64_t at, uint64_t child, uint64_t changes, uint64_t other_at,
                   uint64_t other_changes);
long sys_xn_block(uint64_t how, uint64_t at, uint64_t block, uint64_t what, uint64_t more);
long sys_xn_transfer(uint64_t how, uint64_t vector, uint64_t count);
long sys_xn_volume(uint64_t how, uint64_t a, uint64_t b, uint64_t c);

#endif
