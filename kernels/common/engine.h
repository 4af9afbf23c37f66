/* SPDX-License-Identifier: MIT */
/* engine.h -- the verified-code engine in a kernel: what it asks of its surroundings, and the runs
 * under way. */
#ifndef COMMON_ENGINE_H
#define COMMON_ENGINE_H

#include "engine/domain.h"
#include "engine/net.h"
#include "machine/cpu/current.h"

/* Memory from the heap; code near the image, never writable where it runs. */
extern const struct hooks engine_hooks;

/* What the engine is told of a trap. */
void engine_trap(const struct trap_frame *f, struct net_trap *trap);

/* A trap ends the run of a program, and not the kernel. */
extern const struct net_guard engine_guard;

/* Runs under way on the current thread: it has one stack, so each lies within the one before. */
static inline struct nets *engine_nets(void) {
    return (struct nets *)&thread_current()->net;
}
_Static_assert(sizeof(struct nets) == 2 * sizeof(void *) &&
                   offsetof(struct thread, wait) == offsetof(struct thread, net) + sizeof(void *),
               "runs hang on a thread by two words");

/* A domain of a table of exports (engine/export.h), held for ever; panics where the build has let
 * through what cannot be one. */
struct domain *engine_domain(const char *name, struct bytes types, const struct export *exports,
                             uint32_t count);

/* lib's crc32_update, to be exported: at most 4,096 bytes a call. */
extern const struct signature engine_crc32_signature;

#endif
