/* SPDX-License-Identifier: MIT */
/* opcode.h -- the instruction set of RFC 9669 as one table. The decoder, the interpreter, the
 * compiler to machine code, the verifier, the disassembler and the random generator all read it;
 * nothing else in the engine knows an encoding.
 *
 * An encoded instruction has eight bytes: code, registers (dst in the low half), a 16-bit offset, a
 * 32-bit immediate. Some codes stand for several instructions, told apart by a second field;
 * decoding folds both into one number, so that later passes need one switch. A 64-bit
 * constant takes two slots.
 *
 * What no group of the standard has: callx, which two compilers emit in two ways (register in dst,
 * or in the immediate); both are understood and dst is what remains. Legacy packet access has names
 * here, only to be refused by them. */
#ifndef ENGINE_OPCODE_H
#define ENGINE_OPCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/rule.h"

/* X(name, code, field that selects, its value, kind, operation, bits, source, group, text)
 *   field    NONE, or the field (OFF, IMM, SRC) whose value makes this instruction out of its code
 *   bits     of the operation, or of the memory it touches
 *   source   K immediate, X register, N neither
 *   text     %D %S dst and src, %d %s their lower halves, %i immediate, %o offset, %t target, %q
 * 64-bit constant, %n the immediate of the second slot */
/* clang-format off */
#define OPCODES(X) \
    /* arithmetic, 64 bits */ \
    X(ADD64_K,         0x07, NONE, 0,    ALU,    ADD,         64, K, BASE64,   "%D += %i") \
    X(ADD64_X,         0x0f, NONE, 0,    ALU,    ADD,         64, X, BASE64,   "%D += %S") \
    X(SUB64_K,         0x17, NONE, 0,    ALU,    SUB,         64, K, BASE64,   "%D -= %i") \
    X(SUB64_X,         0x1f, NONE, 0,    ALU,    SUB,         64, X, BASE64,   "%D -= %S") \
    X(MUL64_K,         0x27, NONE, 0,    ALU,    MUL,         64, K, DIVMUL64, "%D *= %i") \
    X(MUL64_X,         0x2f, NONE, 0,    ALU,    MUL,         64, X, DIVMUL64, "%D *= %S") \
    X(DIV64_K,         0x37, OFF,  0,    ALU,    DIV,         64, K, DIVMUL64, "%D /= %i") \
    X(SDIV64_K,        0x37, OFF,  1,    ALU,    SDIV,        64, K, DIVMUL64, "%D s/= %i") \
    X(DIV64_X,         0x3f, OFF,  0,    ALU,    DIV,         64, X, DIVMUL64, "%D /= %S") \
    X(SDIV64_X,        0x3f, OFF,  1,    ALU,    SDIV,        64, X, DIVMUL64, "%D s/= %S") \
    X(OR64_K,          0x47, NONE, 0,    ALU,    OR,          64, K, BASE64,   "%D |= %i") \
    X(OR64_X,          0x4f, NONE, 0,    ALU,    OR,          64, X, BASE64,   "%D |= %S") \
    X(AND64_K,         0x57, NONE, 0,    ALU,    AND,         64, K, BASE64,   "%D &= %i") \
    X(AND64_X,         0x5f, NONE, 0,    ALU,    AND,         64, X, BASE64,   "%D &= %S") \
    X(LSH64_K,         0x67, NONE, 0,    ALU,    LSH,         64, K, BASE64,   "%D <<= %i") \
    X(LSH64_X,         0x6f, NONE, 0,    ALU,    LSH,         64, X, BASE64,   "%D <<= %S") \
    X(RSH64_K,         0x77, NONE, 0,    ALU,    RSH,         64, K, BASE64,   "%D >>= %i") \
    X(RSH64_X,         0x7f, NONE, 0,    ALU,    RSH,         64, X, BASE64,   "%D >>= %S") \
    X(NEG64,           0x87, NONE, 0,    ALU,    NEG,         64, N, BASE64,   "%D = -%D") \
    X(MOD64_K,         0x97, OFF,  0,    ALU,    MOD,         64, K, DIVMUL64, "%D %%= %i") \
    X(SMOD64_K,        0x97, OFF,  1,    ALU,    SMOD,        64, K, DIVMUL64, "%D s%%= %i") \
    X(MOD64_X,         0x9f, OFF,  0,    ALU,    MOD,         64, X, DIVMUL64, "%D %%= %S") \
    X(SMOD64_X,        0x9f, OFF,  1,    ALU,    SMOD,        64, X, DIVMUL64, "%D s%%= %S") \
    X(XOR64_K,         0xa7, NONE, 0,    ALU,    XOR,         64, K, BASE64,   "%D ^= %i") \
    X(XOR64_X,         0xaf, NONE, 0,    ALU,    XOR,         64, X, BASE64,   "%D ^= %S") \
    X(MOV64_K,         0xb7, NONE, 0,    ALU,    MOV,         64, K, BASE64,   "%D = %i") \
    X(MOV64_X,         0xbf, OFF,  0,    ALU,    MOV,         64, X, BASE64,   "%D = %S") \
    X(MOVS8_64,        0xbf, OFF,  8,    ALU,    MOVS8,       64, X, BASE64,   "%D = (s8)%S") \
    X(MOVS16_64,       0xbf, OFF,  16,   ALU,    MOVS16,      64, X, BASE64,   "%D = (s16)%S") \
    X(MOVS32_64,       0xbf, OFF,  32,   ALU,    MOVS32,      64, X, BASE64,   "%D = (s32)%S") \
    X(ARSH64_K,        0xc7, NONE, 0,    ALU,    ARSH,        64, K, BASE64,   "%D s>>= %i") \
    X(ARSH64_X,        0xcf, NONE, 0,    ALU,    ARSH,        64, X, BASE64,   "%D s>>= %S") \
    /* arithmetic, 32 bits */ \
    X(ADD32_K,         0x04, NONE, 0,    ALU,    ADD,         32, K, BASE32,   "%d += %i") \
    X(ADD32_X,         0x0c, NONE, 0,    ALU,    ADD,         32, X, BASE32,   "%d += %s") \
    X(SUB32_K,         0x14, NONE, 0,    ALU,    SUB,         32, K, BASE32,   "%d -= %i") \
    X(SUB32_X,         0x1c, NONE, 0,    ALU,    SUB,         32, X, BASE32,   "%d -= %s") \
    X(MUL32_K,         0x24, NONE, 0,    ALU,    MUL,         32, K, DIVMUL32, "%d *= %i") \
    X(MUL32_X,         0x2c, NONE, 0,    ALU,    MUL,         32, X, DIVMUL32, "%d *= %s") \
    X(DIV32_K,         0x34, OFF,  0,    ALU,    DIV,         32, K, DIVMUL32, "%d /= %i") \
    X(SDIV32_K,        0x34, OFF,  1,    ALU,    SDIV,        32, K, DIVMUL32, "%d s/= %i") \
    X(DIV32_X,         0x3c, OFF,  0,    ALU,    DIV,         32, X, DIVMUL32, "%d /= %s") \
    X(SDIV32_X,        0x3c, OFF,  1,    ALU,    SDIV,        32, X, DIVMUL32, "%d s/= %s") \
    X(OR32_K,          0x44, NONE, 0,    ALU,    OR,          32, K, BASE32,   "%d |= %i") \
    X(OR32_X,          0x4c, NONE, 0,    ALU,    OR,          32, X, BASE32,   "%d |= %s") \
    X(AND32_K,         0x54, NONE, 0,    ALU,    AND,         32, K, BASE32,   "%d &= %i") \
    X(AND32_X,         0x5c, NONE, 0,    ALU,    AND,         32, X, BASE32,   "%d &= %s") \
    X(LSH32_K,         0x64, NONE, 0,    ALU,    LSH,         32, K, BASE32,   "%d <<= %i") \
    X(LSH32_X,         0x6c, NONE, 0,    ALU,    LSH,         32, X, BASE32,   "%d <<= %s") \
    X(RSH32_K,         0x74, NONE, 0,    ALU,    RSH,         32, K, BASE32,   "%d >>= %i") \
    X(RSH32_X,         0x7c, NONE, 0,    ALU,    RSH,         32, X, BASE32,   "%d >>= %s") \
    X(NEG32,           0x84, NONE, 0,    ALU,    NEG,         32, N, BASE32,   "%d = -%d") \
    X(MOD32_K,         0x94, OFF,  0,    ALU,    MOD,         32, K, DIVMUL32, "%d %%= %i") \
    X(SMOD32_K,        0x94, OFF,  1,    ALU,    SMOD,        32, K, DIVMUL32, "%d s%%= %i") \
    X(MOD32_X,         0x9c, OFF,  0,    ALU,    MOD,         32, X, DIVMUL32, "%d %%= %s") \
    X(SMOD32_X,        0x9c, OFF,  1,    ALU,    SMOD,        32, X, DIVMUL32, "%d s%%= %s") \
    X(XOR32_K,         0xa4, NONE, 0,    ALU,    XOR,         32, K, BASE32,   "%d ^= %i") \
    X(XOR32_X,         0xac, NONE, 0,    ALU,    XOR,         32, X, BASE32,   "%d ^= %s") \
    X(MOV32_K,         0xb4, NONE, 0,    ALU,    MOV,         32, K, BASE32,   "%d = %i") \
    X(MOV32_X,         0xbc, OFF,  0,    ALU,    MOV,         32, X, BASE32,   "%d = %s") \
    X(MOVS8_32,        0xbc, OFF,  8,    ALU,    MOVS8,       32, X, BASE32,   "%d = (s8)%s") \
    X(MOVS16_32,       0xbc, OFF,  16,   ALU,    MOVS16,      32, X, BASE32,   "%d = (s16)%s") \
    X(ARSH32_K,        0xc4, NONE, 0,    ALU,    ARSH,        32, K, BASE32,   "%d s>>= %i") \
    X(ARSH32_X,        0xcc, NONE, 0,    ALU,    ARSH,        32, X, BASE32,   "%d s>>= %s") \
    /* byte order; this engine's machines are little-endian, so le only cuts off */ \
    X(LE16,            0xd4, IMM,  16,   ALU,    ZEXT16,      64, N, BASE32,   "%D = le16 %D") \
    X(LE32,            0xd4, IMM,  32,   ALU,    ZEXT32,      64, N, BASE32,   "%D = le32 %D") \
    X(LE64,            0xd4, IMM,  64,   ALU,    ZEXT64,      64, N, BASE64,   "%D = le64 %D") \
    X(BE16,            0xdc, IMM,  16,   ALU,    SWAP16,      64, N, BASE32,   "%D = be16 %D") \
    X(BE32,            0xdc, IMM,  32,   ALU,    SWAP32,      64, N, BASE32,   "%D = be32 %D") \
    X(BE64,            0xdc, IMM,  64,   ALU,    SWAP64,      64, N, BASE64,   "%D = be64 %D") \
    X(BSWAP16,         0xd7, IMM,  16,   ALU,    SWAP16,      64, N, BASE32,   "%D = bswap16 %D") \
    X(BSWAP32,         0xd7, IMM,  32,   ALU,    SWAP32,      64, N, BASE32,   "%D = bswap32 %D") \
    X(BSWAP64,         0xd7, IMM,  64,   ALU,    SWAP64,      64, N, BASE64,   "%D = bswap64 %D") \
    /* jumps */ \
    X(JA,              0x05, NONE, 0,    JUMP,   ALWAYS,      64, N, BASE32,   "goto %t") \
    X(JA32,            0x06, NONE, 0,    JUMP,   ALWAYS,      32, N, BASE32,   "gotol %t") \
    X(JEQ64_K,         0x15, NONE, 0,    JUMP,   EQ,          64, K, BASE64,   "if %D == %i goto %t") \
    X(JEQ64_X,         0x1d, NONE, 0,    JUMP,   EQ,          64, X, BASE64,   "if %D == %S goto %t") \
    X(JGT64_K,         0x25, NONE, 0,    JUMP,   GT,          64, K, BASE64,   "if %D > %i goto %t") \
    X(JGT64_X,         0x2d, NONE, 0,    JUMP,   GT,          64, X, BASE64,   "if %D > %S goto %t") \
    X(JGE64_K,         0x35, NONE, 0,    JUMP,   GE,          64, K, BASE64,   "if %D >= %i goto %t") \
    X(JGE64_X,         0x3d, NONE, 0,    JUMP,   GE,          64, X, BASE64,   "if %D >= %S goto %t") \
    X(JSET64_K,        0x45, NONE, 0,    JUMP,   SET,         64, K, BASE64,   "if %D & %i goto %t") \
    X(JSET64_X,        0x4d, NONE, 0,    JUMP,   SET,         64, X, BASE64,   "if %D & %S goto %t") \
    X(JNE64_K,         0x55, NONE, 0,    JUMP,   NE,          64, K, BASE64,   "if %D != %i goto %t") \
    X(JNE64_X,         0x5d, NONE, 0,    JUMP,   NE,          64, X, BASE64,   "if %D != %S goto %t") \
    X(JSGT64_K,        0x65, NONE, 0,    JUMP,   SGT,         64, K, BASE64,   "if %D s> %i goto %t") \
    X(JSGT64_X,        0x6d, NONE, 0,    JUMP,   SGT,         64, X, BASE64,   "if %D s> %S goto %t") \
    X(JSGE64_K,        0x75, NONE, 0,    JUMP,   SGE,         64, K, BASE64,   "if %D s>= %i goto %t") \
    X(JSGE64_X,        0x7d, NONE, 0,    JUMP,   SGE,         64, X, BASE64,   "if %D s>= %S goto %t") \
    X(JLT64_K,         0xa5, NONE, 0,    JUMP,   LT,          64, K, BASE64,   "if %D < %i goto %t") \
    X(JLT64_X,         0xad, NONE, 0,    JUMP,   LT,          64, X, BASE64,   "if %D < %S goto %t") \
    X(JLE64_K,         0xb5, NONE, 0,    JUMP,   LE,          64, K, BASE64,   "if %D <= %i goto %t") \
    X(JLE64_X,         0xbd, NONE, 0,    JUMP,   LE,          64, X, BASE64,   "if %D <= %S goto %t") \
    X(JSLT64_K,        0xc5, NONE, 0,    JUMP,   SLT,         64, K, BASE64,   "if %D s< %i goto %t") \
    X(JSLT64_X,        0xcd, NONE, 0,    JUMP,   SLT,         64, X, BASE64,   "if %D s< %S goto %t") \
    X(JSLE64_K,        0xd5, NONE, 0,    JUMP,   SLE,         64, K, BASE64,   "if %D s<= %i goto %t") \
    X(JSLE64_X,        0xdd, NONE, 0,    JUMP,   SLE,         64, X, BASE64,   "if %D s<= %S goto %t") \
    X(JEQ32_K,         0x16, NONE, 0,    JUMP,   EQ,          32, K, BASE32,   "if %d == %i goto %t") \
    X(JEQ32_X,         0x1e, NONE, 0,    JUMP,   EQ,          32, X, BASE32,   "if %d == %s goto %t") \
    X(JGT32_K,         0x26, NONE, 0,    JUMP,   GT,          32, K, BASE32,   "if %d > %i goto %t") \
    X(JGT32_X,         0x2e, NONE, 0,    JUMP,   GT,          32, X, BASE32,   "if %d > %s goto %t") \
    X(JGE32_K,         0x36, NONE, 0,    JUMP,   GE,          32, K, BASE32,   "if %d >= %i goto %t") \
    X(JGE32_X,         0x3e, NONE, 0,    JUMP,   GE,          32, X, BASE32,   "if %d >= %s goto %t") \
    X(JSET32_K,        0x46, NONE, 0,    JUMP,   SET,         32, K, BASE32,   "if %d & %i goto %t") \
    X(JSET32_X,        0x4e, NONE, 0,    JUMP,   SET,         32, X, BASE32,   "if %d & %s goto %t") \
    X(JNE32_K,         0x56, NONE, 0,    JUMP,   NE,          32, K, BASE32,   "if %d != %i goto %t") \
    X(JNE32_X,         0x5e, NONE, 0,    JUMP,   NE,          32, X, BASE32,   "if %d != %s goto %t") \
    X(JSGT32_K,        0x66, NONE, 0,    JUMP,   SGT,         32, K, BASE32,   "if %d s> %i goto %t") \
    X(JSGT32_X,        0x6e, NONE, 0,    JUMP,   SGT,         32, X, BASE32,   "if %d s> %s goto %t") \
    X(JSGE32_K,        0x76, NONE, 0,    JUMP,   SGE,         32, K, BASE32,   "if %d s>= %i goto %t") \
    X(JSGE32_X,        0x7e, NONE, 0,    JUMP,   SGE,         32, X, BASE32,   "if %d s>= %s goto %t") \
    X(JLT32_K,         0xa6, NONE, 0,    JUMP,   LT,          32, K, BASE32,   "if %d < %i goto %t") \
    X(JLT32_X,         0xae, NONE, 0,    JUMP,   LT,          32, X, BASE32,   "if %d < %s goto %t") \
    X(JLE32_K,         0xb6, NONE, 0,    JUMP,   LE,          32, K, BASE32,   "if %d <= %i goto %t") \
    X(JLE32_X,         0xbe, NONE, 0,    JUMP,   LE,          32, X, BASE32,   "if %d <= %s goto %t") \
    X(JSLT32_K,        0xc6, NONE, 0,    JUMP,   SLT,         32, K, BASE32,   "if %d s< %i goto %t") \
    X(JSLT32_X,        0xce, NONE, 0,    JUMP,   SLT,         32, X, BASE32,   "if %d s< %s goto %t") \
    X(JSLE32_K,        0xd6, NONE, 0,    JUMP,   SLE,         32, K, BASE32,   "if %d s<= %i goto %t") \
    X(JSLE32_X,        0xde, NONE, 0,    JUMP,   SLE,         32, X, BASE32,   "if %d s<= %s goto %t") \
    /* memory */ \
    X(LDX_B,           0x71, NONE, 0,    LOAD,   ZERO,        8,  X, BASE32,   "%D = *(u8 *)(%S %o)") \
    X(LDX_H,           0x69, NONE, 0,    LOAD,   ZERO,        16, X, BASE32,   "%D = *(u16 *)(%S %o)") \
    X(LDX_W,           0x61, NONE, 0,    LOAD,   ZERO,        32, X, BASE32,   "%D = *(u32 *)(%S %o)") \
    X(LDX_DW,          0x79, NONE, 0,    LOAD,   ZERO,        64, X, BASE64,   "%D = *(u64 *)(%S %o)") \
    X(LDXS_B,          0x91, NONE, 0,    LOAD,   SIGN,        8,  X, BASE64,   "%D = *(s8 *)(%S %o)") \
    X(LDXS_H,          0x89, NONE, 0,    LOAD,   SIGN,        16, X, BASE64,   "%D = *(s16 *)(%S %o)") \
    X(LDXS_W,          0x81, NONE, 0,    LOAD,   SIGN,        32, X, BASE64,   "%D = *(s32 *)(%S %o)") \
    X(ST_B,            0x72, NONE, 0,    STORE,  PLAIN,       8,  K, BASE32,   "*(u8 *)(%D %o) = %i") \
    X(ST_H,            0x6a, NONE, 0,    STORE,  PLAIN,       16, K, BASE32,   "*(u16 *)(%D %o) = %i") \
    X(ST_W,            0x62, NONE, 0,    STORE,  PLAIN,       32, K, BASE32,   "*(u32 *)(%D %o) = %i") \
    X(ST_DW,           0x7a, NONE, 0,    STORE,  PLAIN,       64, K, BASE64,   "*(u64 *)(%D %o) = %i") \
    X(STX_B,           0x73, NONE, 0,    STORE,  PLAIN,       8,  X, BASE32,   "*(u8 *)(%D %o) = %s") \
    X(STX_H,           0x6b, NONE, 0,    STORE,  PLAIN,       16, X, BASE32,   "*(u16 *)(%D %o) = %s") \
    X(STX_W,           0x63, NONE, 0,    STORE,  PLAIN,       32, X, BASE32,   "*(u32 *)(%D %o) = %s") \
    X(STX_DW,          0x7b, NONE, 0,    STORE,  PLAIN,       64, X, BASE64,   "*(u64 *)(%D %o) = %S") \
    /* atomic */ \
    X(LOCK_ADD32,      0xc3, IMM,  0x00, ATOMIC, ADD,         32, X, ATOMIC32, "lock *(u32 *)(%D %o) += %s") \
    X(LOCK_OR32,       0xc3, IMM,  0x40, ATOMIC, OR,          32, X, ATOMIC32, "lock *(u32 *)(%D %o) |= %s") \
    X(LOCK_AND32,      0xc3, IMM,  0x50, ATOMIC, AND,         32, X, ATOMIC32, "lock *(u32 *)(%D %o) &= %s") \
    X(LOCK_XOR32,      0xc3, IMM,  0xa0, ATOMIC, XOR,         32, X, ATOMIC32, "lock *(u32 *)(%D %o) ^= %s") \
    X(LOCK_FETCH_ADD32,0xc3, IMM,  0x01, ATOMIC, FETCH_ADD,   32, X, ATOMIC32, "%s = fetch_add((u32 *)(%D %o), %s)") \
    X(LOCK_FETCH_OR32, 0xc3, IMM,  0x41, ATOMIC, FETCH_OR,    32, X, ATOMIC32, "%s = fetch_or((u32 *)(%D %o), %s)") \
    X(LOCK_FETCH_AND32,0xc3, IMM,  0x51, ATOMIC, FETCH_AND,   32, X, ATOMIC32, "%s = fetch_and((u32 *)(%D %o), %s)") \
    X(LOCK_FETCH_XOR32,0xc3, IMM,  0xa1, ATOMIC, FETCH_XOR,   32, X, ATOMIC32, "%s = fetch_xor((u32 *)(%D %o), %s)") \
    X(LOCK_XCHG32,     0xc3, IMM,  0xe1, ATOMIC, XCHG,        32, X, ATOMIC32, "%s = xchg((u32 *)(%D %o), %s)") \
    X(LOCK_CMPXCHG32,  0xc3, IMM,  0xf1, ATOMIC, CMPXCHG,     32, X, ATOMIC32, "w0 = cmpxchg((u32 *)(%D %o), w0, %s)") \
    X(LOCK_ADD64,      0xdb, IMM,  0x00, ATOMIC, ADD,         64, X, ATOMIC64, "lock *(u64 *)(%D %o) += %S") \
    X(LOCK_OR64,       0xdb, IMM,  0x40, ATOMIC, OR,          64, X, ATOMIC64, "lock *(u64 *)(%D %o) |= %S") \
    X(LOCK_AND64,      0xdb, IMM,  0x50, ATOMIC, AND,         64, X, ATOMIC64, "lock *(u64 *)(%D %o) &= %S") \
    X(LOCK_XOR64,      0xdb, IMM,  0xa0, ATOMIC, XOR,         64, X, ATOMIC64, "lock *(u64 *)(%D %o) ^= %S") \
    X(LOCK_FETCH_ADD64,0xdb, IMM,  0x01, ATOMIC, FETCH_ADD,   64, X, ATOMIC64, "%S = fetch_add((u64 *)(%D %o), %S)") \
    X(LOCK_FETCH_OR64, 0xdb, IMM,  0x41, ATOMIC, FETCH_OR,    64, X, ATOMIC64, "%S = fetch_or((u64 *)(%D %o), %S)") \
    X(LOCK_FETCH_AND64,0xdb, IMM,  0x51, ATOMIC, FETCH_AND,   64, X, ATOMIC64, "%S = fetch_and((u64 *)(%D %o), %S)") \
    X(LOCK_FETCH_XOR64,0xdb, IMM,  0xa1, ATOMIC, FETCH_XOR,   64, X, ATOMIC64, "%S = fetch_xor((u64 *)(%D %o), %S)") \
    X(LOCK_XCHG64,     0xdb, IMM,  0xe1, ATOMIC, XCHG,        64, X, ATOMIC64, "%S = xchg((u64 *)(%D %o), %S)") \
    X(LOCK_CMPXCHG64,  0xdb, IMM,  0xf1, ATOMIC, CMPXCHG,     64, X, ATOMIC64, "r0 = cmpxchg((u64 *)(%D %o), r0, %S)") \
    /* calls */ \
    X(CALL_STATIC,     0x85, SRC,  0,    CALL,   STATIC,      64, N, BASE32,   "call %i") \
    X(CALL_LOCAL,      0x85, SRC,  1,    CALL,   LOCAL,       64, N, BASE32,   "call local %t") \
    X(CALL_BTF,        0x85, SRC,  2,    CALL,   BTF,         64, N, BASE32,   "call type %i") \
    X(CALL_X,          0x8d, NONE, 0,    CALL,   POINTER,     64, N, CALLX,    "callx %D") \
    X(EXIT,            0x95, NONE, 0,    EXIT,   RETURN,      64, N, BASE32,   "exit") \
    /* 64-bit constants: two slots, told apart by the source field */ \
    X(LDDW_IMM,        0x18, SRC,  0,    CONST,  IMM,         64, K, BASE64,   "%D = %q ll") \
    X(LDDW_MAP,        0x18, SRC,  1,    CONST,  MAP,         64, K, BASE64,   "%D = map %i") \
    X(LDDW_MAP_VALUE,  0x18, SRC,  2,    CONST,  MAP_VALUE,   64, K, BASE64,   "%D = map %i, value %n") \
    X(LDDW_VARIABLE,   0x18, SRC,  3,    CONST,  VARIABLE,    64, K, BASE64,   "%D = variable %i") \
    X(LDDW_CODE,       0x18, SRC,  4,    CONST,  CODE,        64, K, BASE64,   "%D = code %t") \
    X(LDDW_INDEX,      0x18, SRC,  5,    CONST,  INDEX,       64, K, BASE64,   "%D = map index %i") \
    X(LDDW_INDEX_VALUE,0x18, SRC,  6,    CONST,  INDEX_VALUE, 64, K, BASE64,   "%D = map index %i, value %n") \
    /* packet access of the older instruction set: named, and refused */ \
    X(LD_ABS_B,        0x30, NONE, 0,    PACKET, ABS,         8,  N, PACKET,   "r0 = *(u8 *)skb[%i]") \
    X(LD_ABS_H,        0x28, NONE, 0,    PACKET, ABS,         16, N, PACKET,   "r0 = *(u16 *)skb[%i]") \
    X(LD_ABS_W,        0x20, NONE, 0,    PACKET, ABS,         32, N, PACKET,   "r0 = *(u32 *)skb[%i]") \
    X(LD_IND_B,        0x50, NONE, 0,    PACKET, IND,         8,  N, PACKET,   "r0 = *(u8 *)skb[%S + %i]") \
    X(LD_IND_H,        0x48, NONE, 0,    PACKET, IND,         16, N, PACKET,   "r0 = *(u16 *)skb[%S + %i]") \
    X(LD_IND_W,        0x40, NONE, 0,    PACKET, IND,         32, N, PACKET,   "r0 = *(u32 *)skb[%S + %i]") \
    X(HIGH,            0x00, NONE, 0,    CONST,  HIGH,        64, N, BASE64,   "")
/* clang-format on */

enum opcode {
#define X(name, ...) OP_##name,
    OPCODES(X)
#undef X
        OPCODE_COUNT
};

enum opcode_field { FIELD_NONE, FIELD_OFF, FIELD_IMM, FIELD_SRC };

#define OPCODE_KINDS(X) X(ALU) X(JUMP) X(LOAD) X(STORE) X(ATOMIC) X(CALL) X(EXIT) X(CONST) X(PACKET)
enum opcode_kind {
#define X(name) KIND_##name,
    OPCODE_KINDS(X)
#undef X
};

/* ALU operations. ZEXT keeps the low bits and clears the others; SWAP does the same with their
 * bytes reversed. */
/* clang-format off */
#define OPCODE_ALU_OPERATIONS(X)                                                  \
    X(ADD) X(SUB) X(MUL) X(DIV) X(SDIV) X(OR) X(AND) X(LSH)                       \
    X(RSH) X(NEG) X(MOD) X(SMOD) X(XOR) X(MOV) X(MOVS8) X(MOVS16)                 \
    X(MOVS32) X(ARSH) X(ZEXT16) X(ZEXT32) X(ZEXT64) X(SWAP16) X(SWAP32) X(SWAP64)
/* clang-format on */
/* Comparisons of jumps, then what loads, stores, atomics, calls and constants are told apart by.
 * The names of ADD, OR, AND and XOR serve atomics too. */
/* clang-format off */
#define OPCODE_OTHER_OPERATIONS(X)                                                     \
    X(ALWAYS) X(EQ) X(NE) X(GT) X(GE) X(LT) X(LE) X(SET)                               \
    X(SGT) X(SGE) X(SLT) X(SLE) X(ZERO) X(SIGN) X(PLAIN) X(FETCH_ADD)                  \
    X(FETCH_OR) X(FETCH_AND) X(FETCH_XOR) X(XCHG) X(CMPXCHG) X(STATIC) X(LOCAL) X(BTF) \
    X(POINTER) X(RETURN) X(IMM) X(MAP) X(MAP_VALUE) X(VARIABLE) X(CODE) X(INDEX)       \
    X(INDEX_VALUE) X(HIGH) X(ABS) X(IND)
/* clang-format on */
enum opcode_operation {
#define X(name) DO_##name,
    OPCODE_ALU_OPERATIONS(X) OPCODE_OTHER_OPERATIONS(X)
#undef X
};

enum opcode_source { SOURCE_N, SOURCE_K, SOURCE_X };

/* The conformance groups of RFC 9669, section 2.4, and one of our own for callx. */
/* clang-format off */
#define OPCODE_GROUPS(X)                                                                    \
    X(BASE32, "base32") X(BASE64, "base64") X(ATOMIC32, "atomic32") X(ATOMIC64, "atomic64") \
    X(DIVMUL32, "divmul32") X(DIVMUL64, "divmul64") X(PACKET, "packet") X(CALLX, "callx")
/* clang-format on */
enum opcode_group {
#define X(name, text) GROUP_##name,
    OPCODE_GROUPS(X)
#undef X
        GROUP_COUNT
};

struct opcode_info {
    uint8_t code;
    uint8_t field;     /* enum opcode_field */
    uint8_t value;     /* of that field */
    uint8_t kind;      /* enum opcode_kind */
    uint8_t operation; /* enum opcode_operation */
    uint8_t bits;
    uint8_t source; /* enum opcode_source */
    uint8_t group;  /* enum opcode_group */
};
extern const struct opcode_info opcode_info[OPCODE_COUNT];
extern const char *const opcode_text[OPCODE_COUNT];
extern const char *const opcode_group_name[GROUP_COUNT];

#define REGISTERS      11
#define REGISTER_FRAME 10  /* r10: the top of the function's frame; no instruction may write it */
#define FRAME_BYTES    512 /* the deepest a function may reach below r10 */
#define INSN_BYTES     8   /* one encoded slot */

/* A decoded slot: an encoded one in which `op` says everything that its code and selecting field
 * said. */
struct insn {
    uint8_t op; /* enum opcode */
    uint8_t dst : 4, src : 4;
    int16_t off;
    int32_t imm;
};
_Static_assert(sizeof(struct insn) == INSN_BYTES,
               "a program takes no more room decoded than encoded");

static inline const struct opcode_info *insn_info(struct insn insn) {
    return &opcode_info[insn.op];
}

/* Does this instruction write its dst register? (Those that fetch write src, or r0, and
 * not dst.) */
static inline bool insn_writes_dst(struct insn insn) {
    uint8_t kind = insn_info(insn)->kind;
    return kind == KIND_ALU || kind == KIND_LOAD || (kind == KIND_CONST && insn.op != OP_HIGH);
}

/* How far a jump or a local call leads, counted from the slot after it. */
static inline int64_t insn_distance(struct insn insn) {
    return insn.op == OP_JA32 || insn.op == OP_CALL_LOCAL || insn.op == OP_LDDW_CODE ? insn.imm
                                                                                     : insn.off;
}

/* Decodes one slot. The second slot of a 64-bit constant is decoded by insn_decode_high. Gives
 * RULE_NONE, or the rule that the bytes break: no such instruction, a register that does not exist,
 * a field not zero that nothing uses, r10 written, packet access. */
enum rule insn_decode(const uint8_t raw[INSN_BYTES], struct insn *out);
enum rule insn_decode_high(const uint8_t raw[INSN_BYTES], struct insn *out);

/* The inverse, for generators: the bytes that decode to insn. */
void insn_encode(struct insn insn, uint8_t raw[INSN_BYTES]);

#endif
