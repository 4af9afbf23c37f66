/* SPDX-License-Identifier: MIT */
/* state_check.h -- the invariants of state.h, tried on a state. */
#ifndef ENGINE_STATE_CHECK_H
#define ENGINE_STATE_CHECK_H

#include "engine/verify/state.h"

/* The invariant that the state breaks, in words, or null. */
const char *state_broken(const struct state *s);

#endif
