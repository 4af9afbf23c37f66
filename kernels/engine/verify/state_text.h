/* SPDX-License-Identifier: MIT */
/* state_text.h -- what the verifier knows of a value, in words. */
#ifndef ENGINE_STATE_TEXT_H
#define ENGINE_STATE_TEXT_H

#include "engine/program.h"
#include "engine/verify/state.h"

#define VALUE_TEXT_MAX                                                                             \
    320 /* bytes that any value's text fits, its NUL included; long names are cut */

/* Writes "5", "0 to 63", "16 bytes of argument 1 +8", ... Returns `into`. */
char *value_text(const struct program *program, const struct state *state,
                 const struct value *value, char into[VALUE_TEXT_MAX]);

#endif
