/* SPDX-License-Identifier: MIT */
/* references.h -- all that the programs of a thread hold of what is collected: its precise roots.
 *
 * They are known while each program under way is at a point (maps.h): the innermost one because it
 * was stopped there, by the debug trap of a kernel that lets it run on to its next point
 * (docs/engine.md) or by the interpreter's own pause (interpreter.h), or because it waits in a
 * function that says so (NET_WAIT); all others wait in such functions. Of each the functions that
 * are active are found, with what they saved of their callers' registers, and their maps say which
 * registers and which parts of the stack count. What native code holds has roots (net_root). */
#ifndef ENGINE_REFERENCES_H
#define ENGINE_REFERENCES_H

#include "engine/net.h"

/* Machine code that was stopped before an instruction. */
struct references_stop {
    uintptr_t at;
    uint64_t processor[16]; /* as jit_registers (x86/jit_trap.h) has them */
};

/* Is it a point of the innermost run, in machine code? */
bool references_are_known_at(const struct nets *nets, uintptr_t at);

/* Calls `visit` with each reference that runs under way hold, null left out, and with what their
 * maps say of it, roots as CELL_EITHER. `stop` is where the innermost program was stopped, or null:
 * it waits or has paused. False, and some are not among those visited: a program is at no such
 * place, or calls of a kernel's function that do not say where it waits lie in between and it is
 * interpreted. What a compiled program waits in must say so (NET_WAIT); nobody can tell if it does
 * not. */
bool references_each(const struct nets *nets, const struct references_stop *stop,
                     void (*visit)(uint64_t word, enum map_cell cell, void *with), void *with);

#endif
