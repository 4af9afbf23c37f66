/* SPDX-License-Identifier: MIT */
/* callback.h -- functions of a program that the kernel calls. In machine code they are C functions
 * already. Those of an interpreted program get a few instructions each, to which their addresses
 * lead and which start the interpreter there: with a stack of its own, of callback_stack_bytes, and
 * without fuel, for what is called back is proven to end. */
#ifndef ENGINE_CALLBACK_H
#define ENGINE_CALLBACK_H

#include "engine/program.h"

/* Gives the verified program's functions that are called back their addresses. False, with nothing
 * left allocated, when out of memory. They are given back before the program is. */
bool callbacks_create(struct program *program, const struct hooks *hooks);
void callbacks_release(struct program *program, const struct hooks *hooks);

#endif
