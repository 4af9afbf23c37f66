/* SPDX-License-Identifier: MIT */
/* decode.c -- prefixes, opcode, and where they decide, the reg field of ModRM (Intel's manual,
 * volume 2, appendix A). */
#include "decode.h"

#include <stdbool.h>
#include <string.h>

/* A mark is a NOP with a displacement: its number, and two bytes that no compiler has. */
static bool is_mark(const uint8_t *bytes, size_t size) {
    static const uint8_t begins[] = {0x0f, 0x1f, 0x84, 0x00}, ends[] = {0x00, 0x5e, 0xed};
    return size == 8 && !memcmp(bytes, begins, sizeof begins) &&
           !memcmp(bytes + 5, ends, sizeof ends);
}

static const enum insn_kind marks[] = {
    [1] = INSN_MARK_BEGIN, [2] = INSN_MARK_END, [3] = INSN_MARK_DATA, [4] = INSN_MARK_NO_DATA};
enum { MARKS = sizeof marks / sizeof *marks };

static bool is_prefix(uint8_t byte) {
    static const uint8_t prefixes[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65,
                                       0x66, 0x67, 0xf0, 0xf2, 0xf3};
    return memchr(prefixes, byte, sizeof prefixes);
}

/* An opcode of one byte; REG is that of a ModRM byte, if there is one. */
static enum insn_kind one_byte(uint8_t opcode, unsigned reg) {
    switch (opcode) {
    case 0x6c: /* ins */
    case 0x6d:
    case 0xa4: /* movs */
    case 0xa5:
    case 0xaa: /* stos */
    case 0xab:
        return INSN_STRING_STORE;
    case 0x6e: /* outs */
    case 0x6f:
    case 0xac: /* lods */
    case 0xad:
    case 0xae: /* scas */
    case 0xaf:
        return INSN_STRING_LOAD;
    case 0xa6: /* cmps */
    case 0xa7:
        return INSN_STRING_COMPARE;
    case 0xcf:
        return INSN_RETURN;
    case 0xff: /* 2 to 5: call, far call, jmp, far jmp */
        return reg >= 2 && reg <= 5 ? INSN_INDIRECT : INSN_OTHER;
    default:
        return INSN_OTHER;
    }
}

/* An opcode of two or three bytes, the first 0f left out; EXTENDED: of ModRM's reg field,
 * by REX. */
static enum insn_kind two_bytes(const uint8_t *opcode, size_t size, bool extended) {
    unsigned reg = size > 1 ? opcode[1] >> 3 & 7 : 0;
    switch (opcode[0]) {
    case 0x07: /* sysret */
    case 0x35: /* sysexit */
        return INSN_RETURN;
    case 0x22: /* mov to a control register */
        return reg == 3 && !extended ? INSN_CR3_WRITE : INSN_TRANSLATION;
    case 0x01: /* invlpg: 7, with a memory operand */
        return size > 1 && reg == 7 && opcode[1] < 0xc0 ? INSN_TRANSLATION : INSN_OTHER;
    case 0x38: /* invpcid */
        return size > 1 && opcode[1] == 0x82 ? INSN_TRANSLATION : INSN_OTHER;
    default:
        return INSN_OTHER;
    }
}

enum insn_kind insn_decode(const uint8_t *bytes, size_t size) {
    size_t at = 0;
    uint8_t rex = 0;
    if (is_mark(bytes, size))
        return bytes[4] < MARKS ? marks[bytes[4]] : INSN_OTHER;
    while (at < size && is_prefix(bytes[at]))
        at++;
    if (at < size && (bytes[at] & 0xf0) == 0x40)
        rex = bytes[at++];
    if (at == size)
        return INSN_OTHER;
    uint8_t modrm = at + 1 < size ? bytes[at + 1] : 0;
    unsigned reg = modrm >> 3 & 7;
    if (bytes[at] == 0xc6 && modrm < 0xc0 && reg == 0 && bytes[size - 1] == 1) /* movb $1, memory */
        return INSN_BATCH_NOTE;
    if (bytes[at] == 0x8b && modrm < 0xc0 && reg == 3 &&
        (rex & 0x4c) == 0x48) /* mov memory, %rbx */
        return INSN_BATCH_LOAD;
    if (bytes[at] != 0x0f)
        return one_byte(bytes[at], reg);
    return at + 2 <= size ? two_bytes(bytes + at + 1, size - at - 1, rex & 4) : INSN_OTHER;
}
