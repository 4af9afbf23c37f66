/* SPDX-License-Identifier: MIT */
/* internal.h -- shared by jit.c (functions and control) and jit_data.c (arithmetic and memory)
 * only. */
#ifndef ENGINE_JIT_INTERNAL_H
#define ENGINE_JIT_INTERNAL_H

#include "engine/x86/emit.h"
#include "engine/jit.h"

enum { SCRATCH = X86_R11, SCRATCH_2 = X86_R10, SCRATCH_3 = X86_R9, ACTIVATION = X86_R12 };

struct jit {
    struct emitter *e;
    const struct program *program;
    const struct jit_options *options;
    const uint8_t *at;   /* the register that holds each of the program's */
    uint32_t label;      /* of slot 0; the other slots' follow */
    uint32_t next_label; /* not in use yet */
    uint32_t start;      /* the first slot of the function whose body is being made... */
    uint32_t head;       /* ...and the label where jumps reach it, behind what entering it does */
    uint32_t leave;      /* the label where a run that ends early goes, with the slot in SCRATCH */
    bool can_leave;      /* the program uses fuel somewhere */
    bool placed;         /* in other code: the end of a run is not the code's */
    bool *reached;       /* by some run, as far as the verifier knows; one a slot */
    uint16_t *live;      /* registers read later, a bit each, a slot; see liveness.h */
    struct code_frame *frame; /* noted so far */
    uint32_t frames;
};

/* Where a function of its own has them: the C calling convention's. r0 is rax in placed
 * code, too. */
extern const uint8_t jit_register[REGISTERS];

/* Finds out what is reached and live. False, with nothing left allocated, when out of memory. */
bool jit_open(struct jit *j, const struct hooks *hooks);
void jit_close(struct jit *j, const struct hooks *hooks);
/* Labels that a program takes, at most, from its first on. */
uint32_t jit_labels(const struct program *program);

/* What a function needs of the stack. */
struct jit_frame {
    uint8_t saved[16]; /* x86 registers pushed, in this order */
    unsigned saves;
    bool frame;      /* rbp is the frame pointer */
    bool bookkeeper; /* keeps the activation in r12 */
    uint32_t lower;  /* how much rsp is lowered after the pushes */
};

/* The BPF registers, a bit each, that the slots [start, end) write as far as they are reached;
 * whether they mention the frame, and whether they call. */
struct use {
    unsigned written;
    bool frame, calls;
};
struct use jit_use(const struct jit *j, uint32_t start, uint32_t end);

/* The frame that code for slots [start, end) needs; a bookkeeper keeps the activation, and where an
 * early end returns to, for all of them. */
struct jit_frame jit_shape(const struct jit *j, uint32_t start, uint32_t end, uint32_t frame_bytes,
                           bool bookkeeper);
/* The same for readers of a run from outside: what a function keeps on the stack, from its
 * stack pointer on: `lowered` bytes; rbp, if it has a frame; the activation, if it keeps it; those
 * of r9 to r6 that it saved; where it returns to. Before its first instruction only the last is
 * there. */
struct code_frame {
    uint32_t from; /* where its code begins, in bytes from the first */
    uint32_t lowered;
    uint8_t saved; /* registers, r6 the lowest bit */
    bool frame, activation;
    bool entry; /* no function of the program, but what calls its first one */
};

struct code_frame jit_code_frame(const struct jit_frame *shape);
void jit_prologue(struct jit *j, const struct jit_frame *shape);
/* Undoes the prologue from the rsp that it left, which rbp need not mirror any more,
 * and returns. */
void jit_epilogue(struct jit *j, const struct jit_frame *shape);

/* The code of a function between its prologue and its ends. */
void jit_body(struct jit *j, const struct function *f, const struct jit_frame *shape);
/* Puts a report of the early end, whose slot is in SCRATCH, into the activation. */
void jit_report(struct jit *j);

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
