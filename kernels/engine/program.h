/* SPDX-License-Identifier: MIT */
/* program.h -- a program between bytes and machine code: decoded, cut into functions, bound to what
 * it may call and to its variables. The verifier reads it; the interpreter and the compiler run it.
 *
 * Invariants, established by program_decode and relied on by all three:
 *   1. every slot holds a known instruction; each LDDW is followed by its HIGH and no HIGH stands
 * alone;
 *   2. functions are contiguous, in ascending order, and cover the program; the first starts at
 * slot 0;
 *   3. a jump leads into its own function and never into a HIGH; calls and code constants lead to
 * starts of functions;
 *   4. the last slot of a function is EXIT or an unconditional jump;
 *   5. an import's or a variable's number is below import_count or variable_count.
 * program_check.c tries them. */
#ifndef ENGINE_PROGRAM_H
#define ENGINE_PROGRAM_H

#include "engine/hooks.h"
#include "engine/opcode.h"
#include "engine/base/report.h"

#define PROGRAM_SLOTS_MAX (1u << 18)

struct signature; /* see kind.h */

/* What an extern function is bound to. */
struct import {
    const char *name;
    const struct signature *signature; /* the verifier's; null in raw programs */
    uint64_t (*address)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
};

/* A global variable, or the section that holds several: OP_LDDW_VARIABLE's immediate is its number,
 * the second slot's the offset in it. */
struct variable {
    const char *name;
    void *address;
    uint32_t bytes;
    bool writable;
};

struct function {
    uint32_t start, end;  /* slots [start, end) */
    uint16_t frame_bytes; /* below r10; FRAME_BYTES until a verifier knows better */
    bool called_back;     /* by functions that it is handed to, or called by one that is: it uses no
                             fuel, for nobody tells it where that is */
    const struct signature *contract; /* the owner's: what a global function declares to take and
                                         to give; null: whoever calls it has to look inside */
    uintptr_t address; /* by which the interpreter hands it out, or 0; see callback.h */
};

/* A jump leads here; a function starts here; a call or a code constant leads here. */
enum { MARK_TARGET = 1, MARK_START = 2, MARK_CALLED = 4, MARK_ENTERED = 7 /* any of them */ };
/* What a verifier has found out about a conditional jump: some run may take it, may pass it. With
 * neither it has not been looked at, and may go both ways. */
enum { MARK_TAKEN = 8, MARK_PASSED = 16 };

struct program {
    struct insn *insn;
    uint8_t *mark; /* one a slot */
    uint32_t slots;
    uint32_t targets; /* slots where jumps lead */
    struct function *function;
    uint32_t function_count;
    const struct import *import; /* the caller's, as is variable */
    uint32_t import_count;
    const struct variable *variable;
    uint32_t variable_count;
    uint16_t frame_bytes; /* the largest of its functions' frames */
    bool metered;         /* iterations use fuel; true until a verifier has bounded the program */
    uint32_t callback_stack_bytes; /* of a function that is called back and all that it calls */
    struct callbacks *callbacks;   /* what the interpreter hands out; see callback.h */
};

/* Decodes (program_decode.c) `len` bytes into *program, whose import and variable fields the caller
 * has set; all other fields are filled in. False, with *why, which may be null, set ("instruction
 * 7: ...") and nothing left allocated, when a rule is broken or it is out of memory. */
bool program_decode(struct program *program, const struct hooks *hooks, const void *bytes,
                    size_t len, struct report *why);
void program_release(struct program *program, const struct hooks *hooks);

/* The number of the function that holds `slot`. */
uint32_t program_function_at(const struct program *program, uint32_t slot);

/* What a constant for the function at `slot` is to the interpreter; and the function that it is, or
 * null. */
uint64_t program_function_address(const struct program *program, uint32_t slot);
const struct function *program_function_of(const struct program *program, uint64_t address);

/* The 64-bit value of the constant that starts at `slot`, an IMM or a VARIABLE. */
uint64_t program_constant(const struct program *program, uint32_t slot);

/* May the conditional jump at `slot` be taken, or passed (MARK_TAKEN, MARK_PASSED)? */
static inline bool program_jump_may(const struct program *program, uint32_t slot, uint8_t way) {
    uint8_t known = program->mark[slot] & (MARK_TAKEN | MARK_PASSED);
    return !known || known & way;
}

#endif
