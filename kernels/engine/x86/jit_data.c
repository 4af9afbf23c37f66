/* SPDX-License-Identifier: MIT */
/* jit_data.c -- arithmetic, loads, stores and atomics as machine code. */
#include "engine/x86/internal.h"

#include "engine/assert.h"

const uint8_t jit_register[REGISTERS] = {X86_RAX, X86_RDI, X86_RSI, X86_RDX, X86_RCX, X86_R8,
                                         X86_RBX, X86_R13, X86_R14, X86_R15, X86_RBP};

/* Blinding leaves small numbers alone: an attacker gains nothing from a byte he could
 * have anyway. */
static bool wants_blinding(const struct jit *j, int64_t value) {
    return j->options->blind && (value < -128 || value > 127);
}

void jit_constant(struct jit *j, unsigned to, uint64_t value) {
    if (!wants_blinding(j, (int64_t)value)) {
        emit_mov_imm(j->e, to, value);
        return;
    }
    unsigned key = to == SCRATCH ? SCRATCH_2 : SCRATCH;
    emit_mov_imm(j->e, to, value ^ j->options->blind);
    emit_mov_imm(j->e, key, j->options->blind);
    emit_alu(j->e, X86_XOR, true, to, key);
}

struct operand jit_operand(struct jit *j, struct insn insn) {
    if (insn_info(insn)->source == SOURCE_X)
        return (struct operand){.reg = j->at[insn.src]};
    if (!wants_blinding(j, insn.imm))
        return (struct operand){.immediate = true, .imm = insn.imm};
    jit_constant(j, SCRATCH, (uint64_t)(int64_t)insn.imm);
    return (struct operand){.reg = SCRATCH};
}

static void alu_simple(struct jit *j, enum x86_alu op, bool wide, unsigned dst, struct operand y) {
    if (!y.immediate)
        emit_alu(j->e, op, wide, dst, y.reg);
    else if (op == X86_AND && wide && y.imm >= 0)
        emit_alu_imm(j->e, op, false, dst, y.imm); /* the upper half becomes zero either way */
    else
        emit_alu_imm(j->e, op, wide, dst, y.imm);
}

static void alu_mov(struct jit *j, bool wide, unsigned dst, struct operand y) {
    if (y.immediate)
        emit_mov_imm(j->e, dst, wide ? (uint64_t)(int64_t)y.imm : (uint32_t)y.imm);
    else if (!wide || dst != y.reg)
        emit_mov(j->e, wide, dst, y.reg);
}

static void alu_mul(struct jit *j, bool wide, unsigned dst, struct operand y) {
    if (!y.immediate)
        emit_mul(j->e, wide, dst, y.reg);
    else if (y.imm > 0 && (y.imm & (y.imm - 1)) == 0 && y.imm > 1)
        emit_shift_imm(j->e, X86_SHL, wide, dst, (unsigned)__builtin_ctz((unsigned)y.imm));
    else
        emit_mul_imm(j->e, wide, dst, dst, y.imm);
}

/* A shift by a register without BMI2 needs the count in cl; rcx is r4 and comes back
 * from SCRATCH. */
static void shift_through_cl(struct jit *j, enum x86_shift op, bool wide, unsigned dst,
                             unsigned count) {
    struct emitter *e = j->e;
    ENGINE_ASSERT(dst != SCRATCH && count != SCRATCH, "rcx waits where %u and %u are", dst, count);
    if (count == X86_RCX && dst != X86_RCX) {
        emit_shift_cl(e, op, wide, dst);
        return;
    }
    emit_mov(e, true, SCRATCH, X86_RCX);
    if (count != X86_RCX)
        emit_mov(e, false, X86_RCX, count);
    emit_shift_cl(e, op, wide, dst == X86_RCX ? SCRATCH : dst);
    emit_mov(e, true, X86_RCX, SCRATCH);
}

static void alu_shift(struct jit *j, enum x86_shift op, bool wide, unsigned dst, struct operand y) {
    if (!y.immediate) {
        if (j->options->bmi2)
            emit_shift_bmi2(j->e, op, wide, dst, dst, y.reg);
        else
            shift_through_cl(j, op, wide, dst, y.reg);
        return;
    }
    unsigned count = (unsigned)y.imm & (wide ? 63 : 31);
    if (count)
        emit_shift_imm(j->e, op, wide, dst, count);
    else if (!wide)
        emit_zero_extend(j->e, 32, dst, dst);
}

struct division {
    bool is_signed, wide, remainder;
    unsigned dst;
};

/* What division by zero or, signed, by -1 gives, written to dst. */
static void division_by_zero(struct jit *j, struct division d) {
    if (!d.remainder)
        emit_mov_imm(j->e, d.dst, 0);
    else if (!d.wide)
        emit_zero_extend(j->e, 32, d.dst, d.dst);
}

static void division_by_minus_one(struct jit *j, struct division d) {
    if (d.remainder)
        emit_mov_imm(j->e, d.dst, 0);
    else
        emit_neg(j->e, d.wide, d.dst);
}

/* Constants for which no division is needed. */
static bool division_folds(struct jit *j, struct division d, int32_t imm) {
    bool power = imm > 0 && (imm & (imm - 1)) == 0;
    if (imm == 0) {
        division_by_zero(j, d);
    } else if (d.is_signed && imm == -1) {
        division_by_minus_one(j, d);
    } else if (imm == 1 || (power && !d.is_signed)) {
        unsigned shift = (unsigned)__builtin_ctz((unsigned)imm);
        if (d.remainder)
            emit_alu_imm(j->e, X86_AND, false, d.dst, imm - 1);
        else if (shift)
            emit_shift_imm(j->e, X86_SHR, d.wide, d.dst, shift);
        else if (!d.wide)
            emit_zero_extend(j->e, 32, d.dst, d.dst);
    } else {
        return false;
    }
    return true;
}

/* dst by SCRATCH, which is neither 0 nor, signed, -1. rax and rdx are saved unless they are dst. */
static void division_proper(struct jit *j, struct division d) {
    struct emitter *e = j->e;
    ENGINE_ASSERT(d.dst != SCRATCH && d.dst != SCRATCH_2 && d.dst != SCRATCH_3,
                  "the dividend lies in %u, which is written over", d.dst);
    if (d.dst != X86_RAX)
        emit_mov(e, true, SCRATCH_2, X86_RAX);
    if (d.dst != X86_RDX)
        emit_mov(e, true, SCRATCH_3, X86_RDX);
    if (d.dst != X86_RAX)
        emit_mov(e, d.wide, X86_RAX, d.dst);
    if (d.is_signed)
        emit_sign_into_rdx(e, d.wide);
    else
        emit_mov_imm(e, X86_RDX, 0);
    emit_divide(e, d.is_signed, d.wide, SCRATCH);
    unsigned result = d.remainder ? X86_RDX : X86_RAX;
    if (d.dst != result)
        emit_mov(e, true, d.dst, result);
    if (d.dst != X86_RAX)
        emit_mov(e, true, X86_RAX, SCRATCH_2);
    if (d.dst != X86_RDX)
        emit_mov(e, true, X86_RDX, SCRATCH_3);
}

/* A divisor in a register: look for zero and for -1 first. */
static void division_checked(struct jit *j, struct division d) {
    struct emitter *e = j->e;
    uint32_t done = j->next_label++, not_zero = j->next_label++, not_minus_one = j->next_label++;
    emit_test(e, d.wide, SCRATCH, SCRATCH);
    emit_branch(e, X86_IF_NE, not_zero);
    division_by_zero(j, d);
    emit_jump(e, done);
    emit_bind(e, not_zero);
    if (d.is_signed) {
        emit_alu_imm(e, X86_CMP, d.wide, SCRATCH, -1);
        emit_branch(e, X86_IF_NE, not_minus_one);
        division_by_minus_one(j, d);
        emit_jump(e, done);
    }
    emit_bind(e, not_minus_one);
    division_proper(j, d);
    emit_bind(e, done);
}

static void alu_division(struct jit *j, struct insn insn, struct division d) {
    if (insn_info(insn)->source == SOURCE_K) {
        if (division_folds(j, d, insn.imm))
            return;
        jit_constant(j, SCRATCH, d.wide ? (uint64_t)(int64_t)insn.imm : (uint32_t)insn.imm);
        division_proper(j, d);
        return;
    }
    emit_mov(j->e, d.wide, SCRATCH, j->at[insn.src]);
    division_checked(j, d);
}

static void alu_swap(struct jit *j, unsigned bits, unsigned dst, bool upper_is_zero) {
    if (bits != 16) {
        emit_bswap(j->e, bits == 64, dst);
        return;
    }
    emit_rol16(j->e, dst, 8);
    if (!upper_is_zero)
        emit_zero_extend(j->e, 16, dst, dst);
}

/* What arithmetic and atomics name alike, as x86 numbers it. */
static const uint8_t x86_alu[] = {
    [DO_ADD] = X86_ADD, [DO_SUB] = X86_SUB,     [DO_OR] = X86_OR,         [DO_AND] = X86_AND,
    [DO_XOR] = X86_XOR, [DO_FETCH_OR] = X86_OR, [DO_FETCH_AND] = X86_AND, [DO_FETCH_XOR] = X86_XOR};

static void alu_with_operand(struct jit *j, const struct opcode_info *info, unsigned dst,
                             struct operand y) {
    bool wide = info->bits == 64;
    switch (info->operation) {
    case DO_MUL:
        alu_mul(j, wide, dst, y);
        return;
    case DO_MOV:
        alu_mov(j, wide, dst, y);
        return;
    case DO_LSH:
        alu_shift(j, X86_SHL, wide, dst, y);
        return;
    case DO_RSH:
        alu_shift(j, X86_SHR, wide, dst, y);
        return;
    case DO_ARSH:
        alu_shift(j, X86_SAR, wide, dst, y);
        return;
    default:
        alu_simple(j, x86_alu[info->operation], wide, dst, y);
        return;
    }
}

static void alu_one(struct jit *j, struct insn insn, bool upper_is_zero) {
    const struct opcode_info *info = insn_info(insn);
    unsigned dst = j->at[insn.dst];
    bool wide = info->bits == 64;
    switch (info->operation) {
    case DO_DIV:
    case DO_SDIV:
    case DO_MOD:
    case DO_SMOD:
        alu_division(
            j, insn,
            (struct division){.is_signed = info->operation == DO_SDIV || info->operation == DO_SMOD,
                              .remainder = info->operation == DO_MOD || info->operation == DO_SMOD,
                              .wide = wide,
                              .dst = dst});
        return;
    case DO_NEG:
        emit_neg(j->e, wide, dst);
        return;
    case DO_ZEXT16:
    case DO_ZEXT32:
        emit_zero_extend(j->e, 16u << (info->operation - DO_ZEXT16), dst, dst);
        return;
    case DO_ZEXT64:
        return;
    case DO_SWAP16:
    case DO_SWAP32:
    case DO_SWAP64:
        alu_swap(j, 16u << (info->operation - DO_SWAP16), dst, upper_is_zero);
        return;
    case DO_MOVS8:
    case DO_MOVS16:
    case DO_MOVS32:
        emit_sign_extend(j->e, 8u << (info->operation - DO_MOVS8), wide, dst, j->at[insn.src]);
        return;
    default:
        break;
    }
    bool shifts =
        info->operation == DO_LSH || info->operation == DO_RSH || info->operation == DO_ARSH;
    alu_with_operand(j, info, dst,
                     shifts && info->source == SOURCE_K
                         ? (struct operand){.immediate = true, .imm = insn.imm}
                         : jit_operand(j, insn));
}

/* r = s; r += imm or r += t: one lea. */
static bool fuse_move_and_add(struct jit *j, struct insn first, struct insn second) {
    if (first.op != OP_MOV64_X || second.dst != first.dst || first.dst == first.src)
        return false;
    unsigned dst = j->at[first.dst], base = j->at[first.src];
    if (second.op == OP_ADD64_K && !wants_blinding(j, second.imm))
        emit_lea(j->e, dst, base, second.imm);
    else if (second.op == OP_ADD64_X && second.src != first.dst)
        emit_lea_sum(j->e, dst, base, j->at[second.src], 0);
    else
        return false;
    return true;
}

/* r += imm; r += t, or the other way round: one lea. */
static bool fuse_two_sums(struct jit *j, struct insn first, struct insn second) {
    struct insn constant = first.op == OP_ADD64_K ? first : second,
                other = first.op == OP_ADD64_K ? second : first;
    if (constant.op != OP_ADD64_K || other.op != OP_ADD64_X || first.dst != second.dst ||
        other.src == other.dst || wants_blinding(j, constant.imm))
        return false;
    unsigned dst = j->at[first.dst];
    emit_lea_sum(j->e, dst, dst, j->at[other.src], constant.imm);
    return true;
}

/* r <<= 32; r >>= 32 and its like, r having been `from`: one extension. */
static bool fuse_shift_pair(struct jit *j, unsigned from, struct insn first, struct insn second) {
    if (first.op != OP_LSH64_K || second.dst != first.dst || second.imm != first.imm)
        return false;
    if (first.imm != 32 && first.imm != 48 && first.imm != 56)
        return false;
    unsigned dst = j->at[first.dst], bits = 64 - (unsigned)first.imm;
    if (second.op == OP_RSH64_K)
        emit_zero_extend(j->e, bits, dst, j->at[from]);
    else if (second.op == OP_ARSH64_K)
        emit_sign_extend(j->e, bits, true, dst, j->at[from]);
    else
        return false;
    return true;
}

/* Does only what stands before `slot` lead there? A jump may lead between the two. */
static bool follows(const struct program *p, uint32_t slot) {
    return slot < p->slots && !(p->mark[slot] & MARK_ENTERED);
}

uint32_t jit_alu(struct jit *j, uint32_t slot) {
    const struct program *p = j->program;
    struct insn insn = p->insn[slot];
    unsigned joined = !follows(p, slot + 1) ? 1 : !follows(p, slot + 2) ? 2 : 3;
    ENGINE_ASSERT(slot + joined <= p->slots, "%u instructions from %u on", joined, slot);
    if (joined == 3 && insn.op == OP_MOV64_X && p->insn[slot + 1].dst == insn.dst &&
        fuse_shift_pair(j, insn.src, p->insn[slot + 1], p->insn[slot + 2]))
        return 3;
    if (joined >= 2 && (fuse_move_and_add(j, insn, p->insn[slot + 1]) ||
                        fuse_two_sums(j, insn, p->insn[slot + 1]) ||
                        fuse_shift_pair(j, insn.dst, insn, p->insn[slot + 1])))
        return 2;
    bool after_load = slot > 0 && follows(p, slot) && p->insn[slot - 1].op == OP_LDX_H &&
                      p->insn[slot - 1].dst == insn.dst;
    alu_one(j, insn, after_load);
    return 1;
}

void jit_load(struct jit *j, struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    emit_load(j->e, info->bits, info->operation == DO_SIGN, j->at[insn.dst], j->at[insn.src],
              insn.off);
}

void jit_store(struct jit *j, struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    struct operand y = jit_operand(j, insn);
    if (y.immediate)
        emit_store_imm(j->e, info->bits, j->at[insn.dst], insn.off, y.imm);
    else
        emit_store(j->e, info->bits, j->at[insn.dst], insn.off, y.reg);
}

/* x86 has no fetching or, and, xor: read, compute, and try to exchange until nobody came between.
 * rax takes part, so r0 waits in SCRATCH_3, which also stands in where the instruction names r0. */
static void atomic_fetch_loop(struct jit *j, struct insn insn, enum x86_alu op, bool wide) {
    struct emitter *e = j->e;
    unsigned base = insn.dst == 0 ? SCRATCH_3 : j->at[insn.dst];
    unsigned src = insn.src == 0 ? SCRATCH_3 : j->at[insn.src];
    uint32_t again = j->next_label++;
    emit_mov(e, true, SCRATCH_3, X86_RAX);
    emit_load(e, wide ? 64 : 32, false, X86_RAX, base, insn.off);
    emit_bind(e, again);
    emit_mov(e, wide, SCRATCH, X86_RAX);
    emit_alu(e, op, wide, SCRATCH, src);
    emit_lock_cmpxchg(e, wide, base, insn.off, SCRATCH);
    emit_branch(e, X86_IF_NE, again);
    if (insn.src == 0)
        return;
    emit_mov(e, wide, src, X86_RAX);
    emit_mov(e, true, X86_RAX, SCRATCH_3);
}

void jit_atomic(struct jit *j, struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    struct emitter *e = j->e;
    unsigned base = j->at[insn.dst], src = j->at[insn.src];
    bool wide = info->bits == 64;
    switch (info->operation) {
    case DO_ADD:
    case DO_OR:
    case DO_AND:
    case DO_XOR:
        emit_lock_alu(e, x86_alu[info->operation], wide, base, insn.off, src);
        return;
    case DO_FETCH_ADD:
        emit_lock_xadd(e, wide, base, insn.off, src);
        return;
    case DO_FETCH_OR:
    case DO_FETCH_AND:
    case DO_FETCH_XOR:
        atomic_fetch_loop(j, insn, x86_alu[info->operation], wide);
        return;
    case DO_XCHG:
        emit_xchg(e, wide, base, insn.off, src);
        return;
    default: /* the exchanged 32-bit value leaves rax's upper half alone when it succeeds */
        emit_lock_cmpxchg(e, wide, base, insn.off, src);
        if (!wide)
            emit_zero_extend(e, 32, X86_RAX, X86_RAX);
        return;
    }
}
