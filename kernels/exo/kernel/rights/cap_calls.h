/* SPDX-License-Identifier: MIT */
/* cap_calls.h -- the calls on capability lists. */
#ifndef EXO_KERNEL_CAP_CALLS_H
#define EXO_KERNEL_CAP_CALLS_H

#include <stdint.h>

long sys_cap_forge(uint64_t from, uint64_t to, uint64_t word);
long sys_cap_give(uint64_t slot, uint64_t env, uint64_t from, uint64_t to);
long sys_cap_acquire(uint64_t env, uint64_t to);

#endif
