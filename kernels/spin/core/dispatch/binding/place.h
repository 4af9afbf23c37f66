/* SPDX-License-Identifier: MIT */
/* place.h -- the machine code of a raise, from the emitter to where it runs. */
#ifndef SPIN_DISPATCH_PLACE_H
#define SPIN_DISPATCH_PLACE_H

#include "engine/x86/emit.h"
#include "spin/core/dispatch/binding/dispatcher.h"

/* Registers of arguments in the C calling convention; the sixth is the last one's if a closure goes
 * before them. */
extern const uint8_t place_argument[EVENT_ARGUMENTS_MAX + 1];

/* Links the code and puts it, with so many bytes of room behind it, where place_done makes it
 * runnable. False: out of memory, or the code had no room; then the emitter is released, as it is
 * by place_done. */
bool place_code(struct emitter *e, struct code_memory *code, size_t room);
void place_done(struct emitter *e, struct code_memory *code);

#endif
