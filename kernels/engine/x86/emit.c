/* SPDX-License-Identifier: MIT */
/* emit.c -- encodings of x86-64 instructions (Intel SDM, volume 2): prefixes, REX, opcode, ModRM,
 * immediate. What concerns labels is in emit_link.c. */
#include "engine/x86/emit.h"
#include "engine/assert.h"
#include "engine/x86/emit_internal.h"

/* An opcode as a number: its bytes, most significant first, and these. */
#define WIDE(w)  ((w) ? 1u << 24 : 0) /* REX.W */
#define BYTE_REG (1u << 25)           /* the register operand is a byte: spl to dil need a REX */
#define LOCK     (1u << 26)
#define WORD     (1u << 27) /* operand-size prefix */
#define BYTE_RM  (1u << 28) /* the other operand is a byte register */

void emit_byte(struct emitter *e, unsigned byte) {
    ENGINE_ASSERT(e->used <= e->capacity, "%zu of %zu bytes", (size_t)e->used, (size_t)e->capacity);
    if (e->used == e->capacity) {
        e->full = true;
        return;
    }
    e->code[e->used++] = (uint8_t)byte;
}

void emit_number(struct emitter *e, uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; i++)
        emit_byte(e, (unsigned)(value >> 8 * i & 0xff));
}

static bool fits8(int64_t v) {
    return v >= -128 && v <= 127;
}

static bool byte_needs_rex(unsigned reg) {
    return reg >= X86_RSP && reg <= X86_RDI;
}

/* Prefixes and opcode for operands in ModRM's reg, SIB's index and ModRM's rm. */
static void put_opcode(struct emitter *e, unsigned op, unsigned reg, unsigned index, unsigned rm,
                       bool force_rex) {
    ENGINE_ASSERT(reg < 16 && index < 16 && rm < 16, "registers %u, %u and %u", reg, index, rm);
    unsigned rex = (op & WIDE(true) ? 8 : 0) | (reg >> 3) << 2 | (index >> 3) << 1 | rm >> 3;
    if (op & LOCK)
        emit_byte(e, 0xf0);
    if (op & WORD)
        emit_byte(e, 0x66);
    if (rex || force_rex)
        emit_byte(e, 0x40 | rex);
    if (op & 0xff0000)
        emit_byte(e, op >> 16 & 0xff);
    if (op & 0xff00)
        emit_byte(e, op >> 8 & 0xff);
    emit_byte(e, op & 0xff);
}

static void put_modrm(struct emitter *e, unsigned mode, unsigned reg, unsigned rm) {
    emit_byte(e, mode << 6 | (reg & 7) << 3 | (rm & 7));
}

/* op reg, rm with both in registers. */
static void put_registers(struct emitter *e, unsigned op, unsigned reg, unsigned rm) {
    bool rex = (op & BYTE_REG && byte_needs_rex(reg)) || (op & BYTE_RM && byte_needs_rex(rm));
    put_opcode(e, op, reg, 0, rm, rex);
    put_modrm(e, 3, reg, rm);
}

/* op reg, [base + disp]. Base rsp and r12 need a SIB byte; rbp and r13 have no form without
 * displacement. */
static void put_memory(struct emitter *e, unsigned op, unsigned reg, unsigned base, int32_t disp) {
    put_opcode(e, op, reg, 0, base, op & BYTE_REG && byte_needs_rex(reg));
    unsigned mode = disp == 0 && (base & 7) != X86_RBP ? 0 : fits8(disp) ? 1 : 2;
    put_modrm(e, mode, reg, base);
    if ((base & 7) == X86_RSP)
        emit_byte(e, 0x24);
    emit_number(e, (uint32_t)disp, mode == 0 ? 0 : mode == 1 ? 1 : 4);
}

/* op reg, [base + (index << shift) + disp]. rbp and r13 cannot be a base without displacement, rsp
 * cannot be an index. */
static void put_sum(struct emitter *e, unsigned op, unsigned reg, unsigned base, unsigned index,
                    unsigned shift, int32_t disp) {
    if (disp == 0 && shift == 0 && (base & 7) == X86_RBP) {
        unsigned swap = base;
        base = index;
        index = swap;
    }
    ENGINE_ASSERT(index != X86_RSP && shift < 4, "%u << %u is no index", index, shift);
    put_opcode(e, op, reg, index, base, false);
    unsigned mode = disp == 0 && (base & 7) != X86_RBP ? 0 : fits8(disp) ? 1 : 2;
    put_modrm(e, mode, reg, X86_RSP);
    emit_byte(e, shift << 6 | (index & 7) << 3 | (base & 7));
    emit_number(e, (uint32_t)disp, mode == 0 ? 0 : mode == 1 ? 1 : 4);
}

void emit_mov(struct emitter *e, bool wide, unsigned to, unsigned from) {
    put_registers(e, 0x89 | WIDE(wide), from, to);
}

void emit_mov_imm(struct emitter *e, unsigned to, uint64_t value) {
    if (value == 0) {
        emit_alu(e, X86_XOR, false, to, to);
    } else if (value >> 32 == 0) {
        put_opcode(e, 0xb8 | (to & 7), 0, 0, to, false);
        emit_number(e, value, 4);
    } else if ((int64_t)value == (int32_t)value) {
        put_registers(e, 0xc7 | WIDE(true), 0, to);
        emit_number(e, value, 4);
    } else {
        put_opcode(e, 0xb8 | (to & 7) | WIDE(true), 0, 0, to, false);
        emit_number(e, value, 8);
    }
}

void emit_alu(struct emitter *e, enum x86_alu op, bool wide, unsigned to, unsigned from) {
    put_registers(e, op << 3 | 1 | WIDE(wide), from, to);
}

void emit_alu_imm(struct emitter *e, enum x86_alu op, bool wide, unsigned to, int32_t imm) {
    if (fits8(imm)) {
        put_registers(e, 0x83 | WIDE(wide), op, to);
        emit_byte(e, (uint8_t)imm);
        return;
    }
    if (to == X86_RAX)
        put_opcode(e, op << 3 | 5 | WIDE(wide), 0, 0, 0, false);
    else
        put_registers(e, 0x81 | WIDE(wide), op, to);
    emit_number(e, (uint32_t)imm, 4);
}

void emit_test(struct emitter *e, bool wide, unsigned a, unsigned b) {
    put_registers(e, 0x85 | WIDE(wide), b, a);
}

/* A mask below 128 tests the low byte alone (at 128 the sign flags would differ); a non-negative
 * one 32 bits. */
void emit_test_imm(struct emitter *e, bool wide, unsigned a, int32_t imm) {
    if (imm >= 0 && imm < 128) {
        if (a == X86_RAX)
            emit_byte(e, 0xa8);
        else
            put_registers(e, 0xf6 | BYTE_RM, 0, a);
        emit_byte(e, (uint8_t)imm);
        return;
    }
    wide = wide && imm < 0;
    if (a == X86_RAX)
        put_opcode(e, 0xa9 | WIDE(wide), 0, 0, 0, false);
    else
        put_registers(e, 0xf7 | WIDE(wide), 0, a);
    emit_number(e, (uint32_t)imm, 4);
}

void emit_mul(struct emitter *e, bool wide, unsigned to, unsigned from) {
    put_registers(e, 0x0faf | WIDE(wide), to, from);
}

void emit_mul_imm(struct emitter *e, bool wide, unsigned to, unsigned from, int32_t imm) {
    put_registers(e, (fits8(imm) ? 0x6b : 0x69) | WIDE(wide), to, from);
    emit_number(e, (uint32_t)imm, fits8(imm) ? 1 : 4);
}

void emit_neg(struct emitter *e, bool wide, unsigned to) {
    put_registers(e, 0xf7 | WIDE(wide), 3, to);
}

void emit_shift_imm(struct emitter *e, enum x86_shift op, bool wide, unsigned to, unsigned count) {
    ENGINE_ASSERT(count && count < (wide ? 64 : 32), "by %u, which the processor takes otherwise",
                  count);
    put_registers(e, (count == 1 ? 0xd1 : 0xc1) | WIDE(wide), op, to);
    if (count != 1)
        emit_byte(e, count);
}

void emit_shift_cl(struct emitter *e, enum x86_shift op, bool wide, unsigned to) {
    put_registers(e, 0xd3 | WIDE(wide), op, to);
}

/* shlx, shrx, sarx: VEX.LZ.pp.0F38.W F7 /r, with the count in vvvv. */
void emit_shift_bmi2(struct emitter *e, enum x86_shift op, bool wide, unsigned to, unsigned from,
                     unsigned count) {
    unsigned prefix = op == X86_SHL ? 1 : op == X86_SAR ? 2 : 3;
    emit_byte(e, 0xc4);
    emit_byte(e, (to < 8 ? 0x80 : 0) | 0x40 | (from < 8 ? 0x20 : 0) | 2);
    emit_byte(e, (wide ? 0x80 : 0) | (~count & 15) << 3 | prefix);
    emit_byte(e, 0xf7);
    put_modrm(e, 3, to, from);
}

void emit_rol16(struct emitter *e, unsigned to, unsigned count) {
    put_registers(e, 0xc1 | WORD, X86_ROL, to);
    emit_byte(e, count);
}

void emit_bswap(struct emitter *e, bool wide, unsigned to) {
    put_opcode(e, 0x0fc8 | (to & 7) | WIDE(wide), 0, 0, to, false);
}

void emit_zero_extend(struct emitter *e, unsigned bits, unsigned to, unsigned from) {
    ENGINE_ASSERT(bits == 8 || bits == 16 || bits == 32, "from %u bits", bits);
    if (bits == 32)
        emit_mov(e, false, to, from);
    else
        put_registers(e, bits == 8 ? 0x0fb6 | BYTE_RM : 0x0fb7, to, from);
}

void emit_sign_extend(struct emitter *e, unsigned bits, bool wide, unsigned to, unsigned from) {
    if (bits == 32)
        put_registers(e, 0x63 | WIDE(true), to, from);
    else
        put_registers(e, (bits == 8 ? 0x0fbe | BYTE_RM : 0x0fbf) | WIDE(wide), to, from);
}

void emit_divide(struct emitter *e, bool is_signed, bool wide, unsigned by) {
    put_registers(e, 0xf7 | WIDE(wide), is_signed ? 7 : 6, by);
}

void emit_sign_into_rdx(struct emitter *e, bool wide) {
    put_opcode(e, 0x99 | WIDE(wide), 0, 0, 0, false);
}

void emit_lea(struct emitter *e, unsigned to, unsigned base, int32_t disp) {
    put_memory(e, 0x8d | WIDE(true), to, base, disp);
}

void emit_lea_sum(struct emitter *e, unsigned to, unsigned base, unsigned index, int32_t disp) {
    put_sum(e, 0x8d | WIDE(true), to, base, index, 0, disp);
}

static unsigned load_opcode(unsigned bits, bool is_signed) {
    ENGINE_ASSERT(bits == 8 || bits == 16 || bits == 32 || bits == 64, "%u bits are loaded", bits);
    if (bits == 8)
        return is_signed ? 0x0fbe | WIDE(true) : 0x0fb6;
    if (bits == 16)
        return is_signed ? 0x0fbf | WIDE(true) : 0x0fb7;
    if (bits == 32)
        return is_signed ? 0x63 | WIDE(true) : 0x8b;
    return 0x8b | WIDE(true);
}

void emit_load(struct emitter *e, unsigned bits, bool is_signed, unsigned to, unsigned base,
               int32_t disp) {
    put_memory(e, load_opcode(bits, is_signed), to, base, disp);
}

void emit_load_sum(struct emitter *e, unsigned bits, bool is_signed, unsigned to, unsigned base,
                   unsigned index, int32_t disp) {
    put_sum(e, load_opcode(bits, is_signed), to, base, index, 0, disp);
}

void emit_load_index(struct emitter *e, unsigned bits, bool is_signed, unsigned to, unsigned base,
                     unsigned index, unsigned shift, int32_t disp) {
    put_sum(e, load_opcode(bits, is_signed), to, base, index, shift, disp);
}

void emit_alu_load(struct emitter *e, enum x86_alu op, bool wide, unsigned to, unsigned base,
                   int32_t disp) {
    put_memory(e, op << 3 | 3 | WIDE(wide), to, base, disp);
}

void emit_compare_memory(struct emitter *e, bool wide, unsigned base, int32_t disp, unsigned with) {
    put_memory(e, X86_CMP << 3 | 1 | WIDE(wide), with, base, disp);
}

void emit_compare_memory_imm(struct emitter *e, unsigned bits, unsigned base, int32_t disp,
                             int32_t imm) {
    bool byte = bits == 8 || fits8(imm);
    unsigned prefix = bits == 16 ? WORD : WIDE(bits == 64);
    put_memory(e, (bits == 8 ? 0x80 : byte ? 0x83 : 0x81) | prefix, X86_CMP, base, disp);
    emit_number(e, (uint32_t)imm, byte ? 1 : bits == 16 ? 2 : 4);
}

void emit_test_memory_imm(struct emitter *e, unsigned bits, unsigned base, int32_t disp,
                          int32_t imm) {
    put_memory(e,
               bits == 8    ? 0xf6
               : bits == 16 ? 0xf7 | WORD
                            : 0xf7 | WIDE(bits == 64),
               0, base, disp);
    emit_number(e, (uint32_t)imm, bits == 8 ? 1 : bits == 16 ? 2 : 4);
}

void emit_store(struct emitter *e, unsigned bits, unsigned base, int32_t disp, unsigned from) {
    unsigned op = bits == 8 ? 0x88 | BYTE_REG : bits == 16 ? 0x89 | WORD : 0x89 | WIDE(bits == 64);
    put_memory(e, op, from, base, disp);
}

void emit_store_imm(struct emitter *e, unsigned bits, unsigned base, int32_t disp, int32_t imm) {
    unsigned op = bits == 8 ? 0xc6 : bits == 16 ? 0xc7 | WORD : 0xc7 | WIDE(bits == 64);
    put_memory(e, op, 0, base, disp);
    emit_number(e, (uint32_t)imm, bits == 8 ? 1 : bits == 16 ? 2 : 4);
}

void emit_alu_imm_memory(struct emitter *e, enum x86_alu op, unsigned base, int32_t disp,
                         int8_t imm) {
    put_memory(e, 0x83 | WIDE(true), op, base, disp);
    emit_byte(e, (uint8_t)imm);
}

void emit_lock_alu(struct emitter *e, enum x86_alu op, bool wide, unsigned base, int32_t disp,
                   unsigned from) {
    put_memory(e, op << 3 | 1 | LOCK | WIDE(wide), from, base, disp);
}

void emit_lock_xadd(struct emitter *e, bool wide, unsigned base, int32_t disp, unsigned reg) {
    put_memory(e, 0x0fc1 | LOCK | WIDE(wide), reg, base, disp);
}

void emit_lock_cmpxchg(struct emitter *e, bool wide, unsigned base, int32_t disp, unsigned from) {
    put_memory(e, 0x0fb1 | LOCK | WIDE(wide), from, base, disp);
}

void emit_xchg(struct emitter *e, bool wide, unsigned base, int32_t disp, unsigned reg) {
    put_memory(e, 0x87 | WIDE(wide), reg, base, disp); /* locks by itself */
}

void emit_call_register(struct emitter *e, unsigned target) {
    put_registers(e, 0xff, 2, target);
}

void emit_jump_register(struct emitter *e, unsigned target) {
    put_registers(e, 0xff, 4, target);
}

void emit_jump_memory(struct emitter *e, unsigned base, int32_t disp) {
    put_memory(e, 0xff, 4, base, disp);
}

void emit_push(struct emitter *e, unsigned reg) {
    put_opcode(e, 0x50 | (reg & 7), 0, 0, reg, false);
}

void emit_pop(struct emitter *e, unsigned reg) {
    put_opcode(e, 0x58 | (reg & 7), 0, 0, reg, false);
}

void emit_ret(struct emitter *e) {
    emit_byte(e, 0xc3);
}

void emit_barrier(struct emitter *e) {
    emit_number(e, 0xe8ae0f, 3);
}
