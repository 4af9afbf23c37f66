/* SPDX-License-Identifier: MIT */
/* internal.h -- shared by jit.c (functions and control) and jit_data.c (arithmetic and memory)
 * only. */
#ifndef ENGINE_JIT_INTERNAL_H
#define ENGINE_JIT_INTERNAL_H

#include "engine/x86/emit.h"
#include "engine/jit.h"

enum { SCRATCH = X86_R11, SCRATCH_2 = X86_R10, SCRATCH_3 = X86_R9, ACTIVATION = X86_R12 };

struct jit {
    struct emitter e;
    const struct program *program;
    const struct jit_options *options;
    uint32_t next_label; /* labels 0 to slots-1 are the slots' own */
    uint32_t leave;      /* the label where a run that ends early goes, with the slot in SCRATCH */
    bool can_leave;      /* the program uses fuel somewhere */
    bool *reached;       /* by some run, as far as the verifier knows; one a slot */
    uint16_t *live;      /* registers read later, a bit each, a slot; see liveness.h */
};

/* The register that holds a BPF register. */
extern const uint8_t jit_register[REGISTERS];

/* The second operand of an instruction: a register, or an immediate small enough to stay one. */
struct operand {
    bool immediate;
    unsigned reg;
    int32_t imm;
};
/* Loads a blinded immediate into SCRATCH. */
struct operand jit_operand(struct jit *j, struct insn insn);

/* The condition code of a comparison. */
enum x86_condition jit_condition(struct insn insn);

/* Emits a load at `slot` together with its neighbours, if it can be part of their instruction: as
 * the operand of a comparison or of arithmetic, or as the only use of an address computed just
 * before. Gives how many slots that was; 0 for none. If they end with a conditional jump, the flags
 * are set and *condition is what it jumps on. */
uint32_t jit_fuse(struct jit *j, uint32_t slot, enum x86_condition *condition);

/* May the conditional jump at `slot` be taken as well as passed? */
bool jit_goes_both_ways(const struct jit *j, uint32_t slot);

/* Loads a 64-bit constant, blinded when asked for. */
void jit_constant(struct jit *j, unsigned to, uint64_t value);

/* Emits the arithmetic instruction at `slot`, perhaps with those that follow it. Gives how many
 * slots were used. */
uint32_t jit_alu(struct jit *j, uint32_t slot);
void jit_load(struct jit *j, struct insn insn);
void jit_store(struct jit *j, struct insn insn);
void jit_atomic(struct jit *j, struct insn insn);

#endif
