/* SPDX-License-Identifier: MIT */
/* inject.h -- the kernel's share of the faults a boot may ask for (inject=, measure/protocol.h). */
#ifndef EXO_KERNEL_INJECT_H
#define EXO_KERNEL_INJECT_H

#include <stdint.h>

long sys_machine_inject(uint64_t slot, uint64_t what);

#endif
