/* SPDX-License-Identifier: MIT */
/* pool.h -- the engine's hooks for a campaign: memory that is handed out and taken back without
 * asking the system, since millions of programs are verified one after the other. */
#ifndef SOUNDNESS_POOL_H
#define SOUNDNESS_POOL_H

#include "engine/hooks.h"

/* There is one pool. Allocation only: nothing is compiled. */
extern const struct hooks pool_hooks;

/* Between two programs. Gives how many bytes had not been given back. */
size_t pool_reset(void);

#endif
