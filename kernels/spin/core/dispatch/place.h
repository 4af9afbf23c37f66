/* SPDX-License-Identifier: MIT */
/* place.h -- the machine code of a plan, from the emitter to where it runs. */
#ifndef SPIN_DISPATCH_PLACE_H
#define SPIN_DISPATCH_PLACE_H

#include "engine/x86/emit.h"
#include "spin/core/dispatch/dispatcher.h"
#include "spin/core/dispatch/plan.h"

/* Registers of arguments in the C calling convention; the sixth is the last one's if a closure goes
 * before them. */
extern const uint8_t place_argument[EVENT_ARGUMENTS_MAX + 1];

/* Releases the emitter, whose code becomes the plan's entry. False: out of memory, or the code had
 * no room. */
bool place_code(struct emitter *e, struct plan *plan);

#endif
