/* SPDX-License-Identifier: MIT */
/* guard_paths.h -- guard_form_find in parts, for merge.c, which finds many forms in one piece of
 * memory. */
#ifndef ENGINE_GUARD_PATHS_H
#define ENGINE_GUARD_PATHS_H

#include "engine/guard_form.h"

struct guard_paths;

struct guard_paths *guard_paths_open(const struct hooks *hooks); /* null when out of memory */
void guard_paths_close(struct guard_paths *paths, const struct hooks *hooks);
void guard_paths_follow(struct guard_paths *paths, struct guard_form *form,
                        const struct program *program, const struct facts *facts,
                        const struct signature *entry, const struct guard_known *known);

#endif
