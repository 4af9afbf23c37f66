/* SPDX-License-Identifier: MIT */
/* jit_fuse.c -- x86 instructions that do what several of the program's do. The value in between
 * must be dead afterwards, and no jump may lead in between. A report of an early end misses it:
 * there are the registers that would have been read later (activation.h). */
#include "engine/x86/internal.h"

#include "engine/assert.h"

static bool jumps_back(struct insn insn) {
    return insn_info(insn)->kind == KIND_JUMP && insn_distance(insn) < 0;
}

/* May `count` slots from `slot` on become one instruction? */
static bool joined(const struct jit *j, uint32_t slot, uint32_t count) {
    if (slot + count > j->program->slots)
        return false;
    for (uint32_t i = 1; i < count; i++)
        if (j->program->mark[slot + i] & MARK_ENTERED ||
            (j->options->points && jumps_back(j->program->insn[slot + i])))
            return false;
    return true;
}

/* Is the register not read after the instruction at `slot`, wherever that leads? */
static bool dead_after(const struct jit *j, uint32_t slot, unsigned reg) {
    struct insn insn = j->program->insn[slot];
    ENGINE_ASSERT(slot + 1 < j->program->slots && insn_info(insn)->kind != KIND_EXIT,
                  "nothing follows slot %u", slot);
    unsigned live = j->live[slot + 1];
    if (insn_info(insn)->kind == KIND_JUMP)
        live |= j->live[slot + 1 + (uint32_t)insn_distance(insn)];
    return !(live >> reg & 1);
}

static bool is_zero_load(struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    return info->kind == KIND_LOAD && info->operation == DO_ZERO;
}

/* What a condition is for numbers that are known not to be negative: L, GE, LE and G become B, AE,
 * BE and A. */
static enum x86_condition as_unsigned(enum x86_condition c) {
    ENGINE_ASSERT(c < 16 && (c >> 1 != 4 && c >> 1 != 5), "condition %u asks for a sign or parity",
                  c);
    return c < X86_IF_L ? c : (c & 1) | X86_IF_B | (c & 2) << 1;
}

/* r = *(p); if r ? imm goto: a comparison of memory. What is narrower than the comparison was
 * zero-extended: then the immediate must not be negative and must fit the width, and signs do not
 * matter. A 16-bit immediate would be slow to decode. */
static bool compare_with_immediate(struct jit *j, struct insn load, struct insn jump,
                                   enum x86_condition *condition) {
    const struct opcode_info *l = insn_info(load), *c = insn_info(jump);
    bool same_width = l->bits == c->bits;
    if (l->bits > c->bits || (j->options->blind && (jump.imm < -128 || jump.imm > 127)))
        return false;
    if (!same_width) {
        if (jump.imm < 0 || (l->bits == 8 && jump.imm > 255) || (l->bits == 16 && jump.imm > 127))
            return false;
    }
    unsigned base = j->at[load.src];
    if (c->operation == DO_SET)
        emit_test_memory_imm(j->e, l->bits, base, load.off, jump.imm);
    else
        emit_compare_memory_imm(j->e, l->bits, base, load.off, jump.imm);
    *condition = same_width ? jit_condition(jump) : as_unsigned(jit_condition(jump));
    return true;
}

/* The same with a register, which must have the load's width. */
static bool compare_with_register(struct jit *j, struct insn load, struct insn jump,
                                  enum x86_condition *condition) {
    const struct opcode_info *l = insn_info(load), *c = insn_info(jump);
    bool wide = l->bits == 64;
    if (l->bits != c->bits || c->operation == DO_SET || jump.src == jump.dst)
        return false;
    if (jump.dst == load.dst)
        emit_compare_memory(j->e, wide, j->at[load.src], load.off, j->at[jump.src]);
    else
        emit_alu_load(j->e, X86_CMP, wide, j->at[jump.dst], j->at[load.src], load.off);
    *condition = jit_condition(jump);
    return true;
}

static bool load_and_compare(struct jit *j, uint32_t slot, enum x86_condition *condition) {
    if (!joined(j, slot, 2))
        return false;
    struct insn load = j->program->insn[slot], jump = j->program->insn[slot + 1];
    const struct opcode_info *c = insn_info(jump);
    if (!is_zero_load(load) || c->kind != KIND_JUMP || c->operation == DO_ALWAYS ||
        !jit_goes_both_ways(j, slot + 1) || !dead_after(j, slot + 1, load.dst))
        return false;
    if (c->source == SOURCE_K)
        return jump.dst == load.dst && compare_with_immediate(j, load, jump, condition);
    return (jump.dst == load.dst || jump.src == load.dst) &&
           compare_with_register(j, load, jump, condition);
}

/* r = *(p); s += r: arithmetic with memory, of one width. */
static bool load_and_compute(struct jit *j, uint32_t slot) {
    static const struct {
        uint8_t load, op, x86;
    } pairs[] = {
        {OP_LDX_DW, OP_ADD64_X, X86_ADD}, {OP_LDX_DW, OP_SUB64_X, X86_SUB},
        {OP_LDX_DW, OP_AND64_X, X86_AND}, {OP_LDX_DW, OP_OR64_X, X86_OR},
        {OP_LDX_DW, OP_XOR64_X, X86_XOR}, {OP_LDX_W, OP_ADD32_X, X86_ADD},
        {OP_LDX_W, OP_SUB32_X, X86_SUB},  {OP_LDX_W, OP_AND32_X, X86_AND},
        {OP_LDX_W, OP_OR32_X, X86_OR},    {OP_LDX_W, OP_XOR32_X, X86_XOR},
    };
    if (!joined(j, slot, 2))
        return false;
    struct insn load = j->program->insn[slot], use = j->program->insn[slot + 1];
    if (use.src != load.dst || use.dst == load.dst || !dead_after(j, slot + 1, load.dst))
        return false;
    for (unsigned i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (pairs[i].load != load.op || pairs[i].op != use.op)
            continue;
        emit_alu_load(j->e, pairs[i].x86, load.op == OP_LDX_DW, j->at[use.dst], j->at[load.src],
                      load.off);
        return true;
    }
    return false;
}

/* a = b; a += i; r = *(a + off), where a is needed no more: a load with a computed address. */
static bool address_and_load(struct jit *j, uint32_t slot) {
    if (!joined(j, slot, 3))
        return false;
    const struct insn *insn = &j->program->insn[slot];
    struct insn move = insn[0], add = insn[1], load = insn[2];
    const struct opcode_info *l = insn_info(load);
    if (move.op != OP_MOV64_X || add.dst != move.dst || l->kind != KIND_LOAD ||
        load.src != move.dst)
        return false;
    if (load.dst != move.dst && !dead_after(j, slot + 2, move.dst))
        return false;
    bool is_signed = l->operation == DO_SIGN;
    unsigned to = j->at[load.dst], base = j->at[move.src];
    int64_t sum = (int64_t)load.off + add.imm;
    if (add.op == OP_ADD64_X && add.src != add.dst)
        emit_load_sum(j->e, l->bits, is_signed, to, base, j->at[add.src], load.off);
    else if (add.op == OP_ADD64_K && sum == (int32_t)sum && !j->options->blind)
        emit_load(j->e, l->bits, is_signed, to, base, (int32_t)sum);
    else
        return false;
    return true;
}

/* a += b; if a ? 0 goto: the arithmetic has set the flags. */
static bool compute_and_compare(struct jit *j, uint32_t slot, enum x86_condition *condition) {
    if (!joined(j, slot, 2))
        return false;
    struct insn insn = j->program->insn[slot], jump = j->program->insn[slot + 1];
    const struct opcode_info *a = insn_info(insn), *c = insn_info(jump);
    bool sets_flags = a->operation == DO_ADD || a->operation == DO_SUB || a->operation == DO_AND ||
                      a->operation == DO_OR || a->operation == DO_XOR;
    if (!sets_flags || c->kind != KIND_JUMP || (c->operation != DO_EQ && c->operation != DO_NE) ||
        c->source != SOURCE_K || jump.imm || jump.dst != insn.dst || c->bits != a->bits ||
        !jit_goes_both_ways(j, slot + 1))
        return false;
    jit_alu(j, slot);
    *condition = jit_condition(jump);
    return true;
}

/* i <<= n; a = b; a += i; r = *(a + off), where i and a are needed no more: x86 multiplies an index
 * by 2, 4 or 8. */
static bool index_and_load(struct jit *j, uint32_t slot) {
    if (!joined(j, slot, 4))
        return false;
    const struct insn *insn = &j->program->insn[slot];
    struct insn shift = insn[0], move = insn[1], add = insn[2], load = insn[3];
    const struct opcode_info *l = insn_info(load);
    if (shift.op != OP_LSH64_K || shift.imm < 1 || shift.imm > 3 || move.op != OP_MOV64_X ||
        move.src == shift.dst || move.dst == shift.dst || add.op != OP_ADD64_X ||
        add.dst != move.dst || add.src != shift.dst || l->kind != KIND_LOAD || load.src != move.dst)
        return false;
    if ((load.dst != move.dst && !dead_after(j, slot + 3, move.dst)) ||
        (load.dst != shift.dst && !dead_after(j, slot + 3, shift.dst)))
        return false;
    emit_load_index(j->e, l->bits, l->operation == DO_SIGN, j->at[load.dst], j->at[move.src],
                    j->at[shift.dst], (unsigned)shift.imm, load.off);
    return true;
}

uint32_t jit_fuse(struct jit *j, uint32_t slot, enum x86_condition *condition) {
    ENGINE_ASSERT(j->reached[slot], "slot %u is never come to", slot);
    switch (insn_info(j->program->insn[slot])->kind) {
    case KIND_LOAD:
        return load_and_compare(j, slot, condition) || load_and_compute(j, slot) ? 2 : 0;
    case KIND_ALU:
        return index_and_load(j, slot)                   ? 4
               : address_and_load(j, slot)               ? 3
               : compute_and_compare(j, slot, condition) ? 2
                                                         : 0;
    default:
        return 0;
    }
}
