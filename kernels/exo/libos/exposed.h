/* SPDX-License-Identifier: MIT */
/* exposed.h -- what the kernel exposes to every environment, read without a call. */
#ifndef EXO_LIBOS_EXPOSED_H
#define EXO_LIBOS_EXPOSED_H

#include <stdint.h>

#include "exo/abi.h"

/* All of it. It changes under the reader's feet. */
static inline const volatile struct exo_info *env_info(void) {
    return (const volatile struct exo_info *)EXO_INFO;
}

/* The public entry of an environment that exists or has ended; null when there is none of
 * this id. */
static inline const volatile struct exo_env *exposed_env(uint64_t id) {
    const volatile struct exo_env *e = &env_info()->env[id % EXO_ENVS];
    return e->id == id ? e : 0;
}

#endif
