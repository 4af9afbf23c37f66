/* SPDX-License-Identifier: MIT */
/* jit_trap.h -- from a place in machine code back to the program it was made from. */
#ifndef ENGINE_JIT_TRAP_H
#define ENGINE_JIT_TRAP_H

#include "engine/jit.h"

/* Is `address` in this code? Then *slot is the instruction that it belongs to. For a return
 * address, ask about the byte before it. */
bool jit_slot_at(const struct code *code, uintptr_t address, uint32_t *slot);

/* A function of a program, stopped before an instruction or waiting for one that it called. */
struct jit_place {
    uintptr_t at; /* the instruction; or where the call returns to */
    bool waits;
    uintptr_t stack; /* the processor's rsp; of who waits, as it is when the call returned */
    uint64_t reg[REGISTERS]; /* of the function that waits r6 to r10 */
};

/* Its slot. False: it is no code of the program's, or an entry's, which has none. */
bool jit_place_slot(const struct code *code, const struct jit_place *place, uint32_t *slot);
/* Is it in this code? Then *place becomes that of its caller, who waits; of r6 to r10 all that it
 * saved is as the caller has it. */
bool jit_caller(const struct code *code, struct jit_place *place);

/* The program's registers, given the processor's in the order of their numbers (rax, rcx, rdx, rbx,
 * rsp, rbp, rsi, rdi, r8 to r15). r10 means nothing in a function that does not use its stack. */
void jit_registers(const uint64_t processor[16], uint64_t reg[REGISTERS]);

#endif
