/* SPDX-License-Identifier: MIT */
/* inject.h -- the kernel's share of the faults a boot may ask for (inject=, measure/protocol.h). */
#ifndef EXO_KERNEL_INJECT_H
#define EXO_KERNEL_INJECT_H

#include <stdint.h>

/* 0, or -E_PERM where the capability in slot does not control the machine. */
int inject_may(uint64_t slot);

long sys_machine_inject(uint64_t slot, uint64_t what);

#endif
