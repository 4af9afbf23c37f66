/* SPDX-License-Identifier: MIT */
/* engine.h -- the verified-code engine in a kernel: what it asks of its surroundings, and the runs
 * under way. */
#ifndef COMMON_ENGINE_H
#define COMMON_ENGINE_H

#include "engine/hooks.h"
#include "engine/net.h"

/* Memory from the heap; code near the image, never writable where it runs. */
extern const struct hooks engine_hooks;

/* A trap ends the run of a program, and not the kernel. */
extern const struct net_guard engine_guard;

/* Runs under way: a kernel has one stack, so each lies within the one before. */
extern struct nets engine_nets;

#endif
