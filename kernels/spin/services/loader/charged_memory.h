/* SPDX-License-Identifier: MIT */
/* charged_memory.h -- memory and code that a module pays for. All that is asked for by its hooks,
 * as the engine asks when it loads an extension for it, is charged to its account, and refused
 * beyond its quota as if there were no more. */
#ifndef SPIN_LOADER_CHARGED_MEMORY_H
#define SPIN_LOADER_CHARGED_MEMORY_H

#include "engine/hooks.h"
#include "spin/core/dispatch/binding/module.h"

/* The module, which exists, has these hooks from here on; they live as long as it. */
void charged_memory(struct module *module, struct hooks *hooks);

#endif
