/* SPDX-License-Identifier: MIT */
/* ash_calls.h -- the calls on handlers. */
#ifndef EXO_KERNEL_ASH_CALLS_H
#define EXO_KERNEL_ASH_CALLS_H

#include <stdint.h>

long sys_ash_set(uint64_t how, uint64_t code, uint64_t bytes, uint64_t who, uint64_t text);
long sys_ash_drop(uint64_t id);
long sys_ash_bind(uint64_t slot, uint64_t filter, uint64_t id);
long sys_ash_pipe_set(uint64_t id, uint64_t pipe, uint64_t stages, uint64_t count, uint64_t text);
long sys_ash_message(uint64_t slot, uint64_t id, uint64_t from, uint64_t bytes);

#endif
