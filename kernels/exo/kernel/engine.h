/* SPDX-License-Identifier: MIT */
/* engine.h -- the verified-code engine in this kernel: what it asks of its surroundings, and the
 * runs of functions under way. */
#ifndef EXO_KERNEL_ENGINE_H
#define EXO_KERNEL_ENGINE_H

#include "engine/hooks.h"
#include "engine/net.h"

/* Memory from the heap; code near the image, never writable where it runs. */
extern const struct hooks engine_hooks;

/* Traps of functions end the run, and not the kernel. */
extern const struct net_guard engine_guard;

/* Runs under way, of the one system call there is. */
extern struct nets engine_nets;

#endif
