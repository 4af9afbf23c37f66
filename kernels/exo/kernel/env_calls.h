/* SPDX-License-Identifier: MIT */
/* env_calls.h -- the calls on environments. */
#ifndef EXO_KERNEL_ENV_CALLS_H
#define EXO_KERNEL_ENV_CALLS_H

#include "machine/trap/trap.h"

long sys_env_self(void);
long sys_fs_set(uint64_t base);
long sys_reflect_set(uint64_t reflects);
long sys_env_create(uint64_t slot, uint64_t control, uint64_t name, uint64_t frames,
                    uint64_t flags);
long sys_env_clone(uint64_t slot, uint64_t env, uint64_t control, uint64_t name, uint64_t frames,
                   uint64_t flags);
long sys_env_start(uint64_t slot, uint64_t env);
long sys_env_read(uint64_t slot, uint64_t env, uint64_t offset, uint64_t into, uint64_t bytes);
long sys_env_write(uint64_t slot, uint64_t env, uint64_t offset, uint64_t from, uint64_t bytes);
long sys_wait_end(void);
void sys_env_yield(struct trap_frame *f);
void sys_env_sleep(struct trap_frame *f);
void sys_env_exit(struct trap_frame *f);
void sys_env_destroy(struct trap_frame *f);

#endif
