/* SPDX-License-Identifier: MIT */
/* ring_calls.h -- the calls on message rings. */
#ifndef EXO_KERNEL_RING_CALLS_H
#define EXO_KERNEL_RING_CALLS_H

#include <stdint.h>

long sys_ring_set(uint64_t holder, uint64_t at, uint64_t pages, uint64_t who);
long sys_ring_send(uint64_t slot, uint64_t env, uint64_t from);

#endif
