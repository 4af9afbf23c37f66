/* SPDX-License-Identifier: MIT */
/* filter_program.h -- filters in C (exo/dpf/program): the call that inserts one. */
#ifndef EXO_KERNEL_FILTER_PROGRAM_H
#define EXO_KERNEL_FILTER_PROGRAM_H

#include "exo/kernel/env/env.h"

long sys_filter_program(uint64_t how, uint64_t atoms, uint64_t count, uint64_t object,
                        uint64_t length, uint64_t text);

#endif
