/* SPDX-License-Identifier: MIT */
/* disassemble.c -- fills in the text that opcode.h gives each instruction. */
#include "engine/disassemble.h"
#include "engine/assert.h"
#include "lib/format.h"

/* Writes one operand; `letter` as in opcode.h. Gives the number of characters. */
static int operand_text(char *at, size_t capacity, char letter, const struct insn *insn,
                        uint32_t slot) {
    switch (letter) {
    case 'D':
        return format_text(at, capacity, "r%u", insn->dst);
    case 'd':
        return format_text(at, capacity, "w%u", insn->dst);
    case 'S':
        return format_text(at, capacity, "r%u", insn->src);
    case 's':
        return format_text(at, capacity, "w%u", insn->src);
    case 'i':
        return format_text(at, capacity, "%d", insn->imm);
    case 'o':
        return format_text(at, capacity, "%c %d", insn->off < 0 ? '-' : '+',
                           insn->off < 0 ? -insn->off : insn->off);
    case 't':
        return format_text(at, capacity, "%lld", (long long)slot + 1 + insn_distance(*insn));
    case 'n':
        return format_text(at, capacity, "%d", insn[1].imm);
    case 'q':
        return format_text(
            at, capacity, "0x%llx",
            (unsigned long long)((uint32_t)insn->imm | (uint64_t)(uint32_t)insn[1].imm << 32));
    default:
        return format_text(at, capacity, "%c", letter);
    }
}

char *insn_text(const struct insn *program, uint32_t slot, char into[INSN_TEXT_MAX]) {
    const struct insn *insn = &program[slot];
    size_t used = 0;
    ENGINE_ASSERT(insn->op < OPCODE_COUNT, "operation %u in slot %u", insn->op, slot);
    for (const char *t = opcode_text[insn->op]; *t && used < INSN_TEXT_MAX - 1; t++) {
        if (*t == '%')
            used += operand_text(into + used, INSN_TEXT_MAX - used, *++t, insn, slot);
        else
            into[used++] = *t;
    }
    into[used < INSN_TEXT_MAX ? used : INSN_TEXT_MAX - 1] = '\0';
    return into;
}
