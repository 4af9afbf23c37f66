/* SPDX-License-Identifier: MIT */
/* emit.h -- writes x86-64 machine code: one function an instruction form, the shortest encoding of
 * each. The engine's compiler uses it, and so does a module that generates code of its own (a
 * dispatcher, a packet filter, a predicate).
 *
 *     emit_init(&e, hooks, capacity, labels)    code collects in ordinary memory
 *     ... emit_alu(&e, ...), emit_jump(&e, label), emit_bind(&e, label) ...
 *     bytes = emit_link(&e)                     jumps become as short as they can be
 *     emit_place(&e, write, run)                the code is copied to where it will run
 *     emit_release(&e)
 *
 * Nothing returns an error on the way: e.full says at the end that the capacity was too small, and
 * the caller starts again with more. Labels are numbers below `labels`, bound once each. */
#ifndef ENGINE_EMIT_H
#define ENGINE_EMIT_H

#include "engine/hooks.h"

enum x86_register {
    X86_RAX,
    X86_RCX,
    X86_RDX,
    X86_RBX,
    X86_RSP,
    X86_RBP,
    X86_RSI,
    X86_RDI,
    X86_R8,
    X86_R9,
    X86_R10,
    X86_R11,
    X86_R12,
    X86_R13,
    X86_R14,
    X86_R15,
};

/* Numbers as the encodings have them. A condition's negation is condition ^ 1. */
enum x86_alu { X86_ADD, X86_OR, X86_ADC, X86_SBB, X86_AND, X86_SUB, X86_XOR, X86_CMP };
enum x86_shift { X86_ROL = 0, X86_ROR = 1, X86_SHL = 4, X86_SHR = 5, X86_SAR = 7 };
enum x86_condition {
    X86_IF_B = 2,
    X86_IF_AE,
    X86_IF_E,
    X86_IF_NE,
    X86_IF_BE,
    X86_IF_A,
    X86_IF_S,
    X86_IF_NS,
    X86_IF_L = 12,
    X86_IF_GE,
    X86_IF_LE,
    X86_IF_G,
};

struct emit_label;
struct emit_fixup;

struct emitter {
    const struct hooks *hooks;
    uint8_t *code;
    uint32_t used, capacity;
    struct emit_label *label;
    uint32_t labels;
    struct emit_fixup *fixup; /* in order of position */
    uint32_t fixups, fixup_capacity;
    bool full; /* something did not fit; the code is worthless */
};

/* Space for `capacity` bytes of code and as many fixups as they can contain. False when
 * it is out of memory. */
bool emit_init(struct emitter *e, const struct hooks *hooks, uint32_t capacity, uint32_t labels);
void emit_release(struct emitter *e);

/* Where labels stand: in the code as collected, and after emit_link where it will be. */
void emit_bind(struct emitter *e, uint32_t label);
uint32_t emit_label_at(const struct emitter *e, uint32_t label);

/* Moves and arithmetic. `wide` is 64 bits; otherwise 32, clearing the upper half. */
void emit_mov(struct emitter *e, bool wide, unsigned to, unsigned from);
void emit_mov_imm(struct emitter *e, unsigned to, uint64_t value); /* may change the flags */
void emit_alu(struct emitter *e, enum x86_alu op, bool wide, unsigned to, unsigned from);
void emit_alu_imm(struct emitter *e, enum x86_alu op, bool wide, unsigned to, int32_t imm);
void emit_test(struct emitter *e, bool wide, unsigned a, unsigned b);
void emit_test_imm(struct emitter *e, bool wide, unsigned a, int32_t imm);
void emit_mul(struct emitter *e, bool wide, unsigned to, unsigned from);
void emit_mul_imm(struct emitter *e, bool wide, unsigned to, unsigned from, int32_t imm);
void emit_neg(struct emitter *e, bool wide, unsigned to);
void emit_shift_imm(struct emitter *e, enum x86_shift op, bool wide, unsigned to, unsigned count);
void emit_shift_cl(struct emitter *e, enum x86_shift op, bool wide, unsigned to);
void emit_shift_bmi2(struct emitter *e, enum x86_shift op, bool wide, unsigned to, unsigned from,
                     unsigned count);
void emit_rol16(struct emitter *e, unsigned to, unsigned count);
void emit_bswap(struct emitter *e, bool wide, unsigned to);
/* Low `bits` (8, 16, 32) of a register, extended. A sign may stop at bit 31. */
void emit_zero_extend(struct emitter *e, unsigned bits, unsigned to, unsigned from);
void emit_sign_extend(struct emitter *e, unsigned bits, bool wide, unsigned to, unsigned from);
/* rdx:rax (edx:eax) by a register; quotient in rax, remainder in rdx. The caller sees to rdx and to
 * the traps. */
void emit_divide(struct emitter *e, bool is_signed, bool wide, unsigned by);
void emit_sign_into_rdx(struct emitter *e, bool wide);
void emit_lea(struct emitter *e, unsigned to, unsigned base, int32_t disp);
void emit_lea_sum(struct emitter *e, unsigned to, unsigned base, unsigned index, int32_t disp);

/* Memory at base + disp. */
void emit_load(struct emitter *e, unsigned bits, bool is_signed, unsigned to, unsigned base,
               int32_t disp);
void emit_load_sum(struct emitter *e, unsigned bits, bool is_signed, unsigned to, unsigned base,
                   unsigned index, int32_t disp);
/* At base + (index << shift) + disp; shift is 0 to 3. */
void emit_load_index(struct emitter *e, unsigned bits, bool is_signed, unsigned to, unsigned base,
                     unsigned index, unsigned shift, int32_t disp);
void emit_alu_load(struct emitter *e, enum x86_alu op, bool wide, unsigned to, unsigned base,
                   int32_t disp);
/* The flags of memory compared with, or tested against, something; an immediate fits the width. */
void emit_compare_memory(struct emitter *e, bool wide, unsigned base, int32_t disp, unsigned with);
void emit_compare_memory_imm(struct emitter *e, unsigned bits, unsigned base, int32_t disp,
                             int32_t imm);
void emit_test_memory_imm(struct emitter *e, unsigned bits, unsigned base, int32_t disp,
                          int32_t imm);
void emit_store(struct emitter *e, unsigned bits, unsigned base, int32_t disp, unsigned from);
void emit_store_imm(struct emitter *e, unsigned bits, unsigned base, int32_t disp, int32_t imm);
void emit_alu_imm_memory(struct emitter *e, enum x86_alu op, unsigned base, int32_t disp,
                         int8_t imm);
void emit_lock_alu(struct emitter *e, enum x86_alu op, bool wide, unsigned base, int32_t disp,
                   unsigned from);
void emit_lock_xadd(struct emitter *e, bool wide, unsigned base, int32_t disp, unsigned reg);
void emit_lock_cmpxchg(struct emitter *e, bool wide, unsigned base, int32_t disp, unsigned from);
void emit_xchg(struct emitter *e, bool wide, unsigned base, int32_t disp, unsigned reg);

/* Control. Short jumps are found by emit_link. */
void emit_jump(struct emitter *e, uint32_t label);
void emit_branch(struct emitter *e, enum x86_condition condition, uint32_t label);
void emit_call(struct emitter *e, uint32_t label);
void emit_call_register(struct emitter *e, unsigned target);
void emit_jump_register(struct emitter *e, unsigned target);
void emit_call_address(struct emitter *e, uintptr_t target,
                       unsigned scratch); /* scratch: for a far target */
void emit_jump_address(struct emitter *e, uintptr_t target, unsigned scratch);
void emit_jump_memory(struct emitter *e, unsigned base, int32_t disp); /* where its word says */
void emit_lea_label(struct emitter *e, unsigned to, uint32_t label);
void emit_push(struct emitter *e, unsigned reg);
void emit_pop(struct emitter *e, unsigned reg);
void emit_ret(struct emitter *e);
void emit_barrier(
    struct emitter *e); /* lfence: nothing later executes, even speculatively, before it */

/* Shortens the jumps and gives the code's final length. Every label used must be bound. */
uint32_t emit_link(struct emitter *e);
/* Copies the linked code to `write`; it will run at `run`, which lies within the hooks' code
 * window. */
void emit_place(const struct emitter *e, uint8_t *write, const uint8_t *run);

#endif
