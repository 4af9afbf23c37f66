/* SPDX-License-Identifier: MIT */
/* inject.h -- a kernel's share of the faults that a boot may ask for (inject=,
 * measure/protocol.h). */
#ifndef COMMON_INJECT_H
#define COMMON_INJECT_H

#include "measure/params.h"

/* Breaks the machine as INJECT_PANIC, INJECT_TRIPLE or INJECT_RESET says; returns from all others,
 * which are somebody else's to do. */
void inject(enum injection what);

#endif
