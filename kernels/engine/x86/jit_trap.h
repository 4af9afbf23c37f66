/* SPDX-License-Identifier: MIT */
/* jit_trap.h -- from a place in machine code back to the program it was made from. */
#ifndef ENGINE_JIT_TRAP_H
#define ENGINE_JIT_TRAP_H

#include "engine/jit.h"

/* Is `address` in this code? Then *slot is the instruction that it belongs to. For a return
 * address, ask about the byte before it. */
bool jit_slot_at(const struct code *code, uintptr_t address, uint32_t *slot);

/* The program's registers, given the processor's in the order of their numbers (rax, rcx, rdx, rbx,
 * rsp, rbp, rsi, rdi, r8 to r15). r10 means nothing in a function that does not use its stack. */
void jit_registers(const uint64_t processor[16], uint64_t reg[REGISTERS]);

#endif
