/* SPDX-License-Identifier: MIT */
/* wrapped.h -- functions of the kernel that images of tests have something in front of: --wrap
 * calls what stands there __wrap_NAME, and the function __real_NAME. */
#ifndef TESTS_EXO_WRAPPED_H
#define TESTS_EXO_WRAPPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exo/abi.h"
#include "machine/trap/trap.h"
#include "machine/types.h"

#define WRAPPED(type, name, ...)                                                                   \
    type __wrap_##name(__VA_ARGS__);                                                               \
    type __real_##name(__VA_ARGS__)

WRAPPED(bool, net_came, void *queue);
WRAPPED(int, copy_from_user, void *to, vaddr_t from, size_t n);
WRAPPED(void *, heap_alloc, size_t bytes);
WRAPPED(void *, heap_alloc_dirty, size_t bytes);
WRAPPED(int, frame_alloc, paddr_t *frame);
WRAPPED(int, frame_alloc_zeroed, paddr_t *frame);
WRAPPED(void, fault_report, const struct trap_frame *f, uint64_t address, const char *who,
        bool expected);
WRAPPED(void, exo_frame_set_acl, struct exo_frame *f, struct cap word, uint32_t limits);
WRAPPED(int, exo_frame_pin, struct exo_frame *f);
WRAPPED(long, sys_slot_set, uint64_t slot, uint64_t position, uint64_t env, uint64_t acl);

/* With arguments that the function does not have. */
long __wrap_sys_env_self(uint64_t magic, uint64_t what, uint64_t argument);
long __real_sys_env_self(void);

#endif
