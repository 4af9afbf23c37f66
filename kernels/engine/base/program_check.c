/* SPDX-License-Identifier: MIT */
/* program_check.c -- see program_check.h. In no kernel. */
#include "engine/base/program_check.h"

static const char *check_slot(const struct program *p, uint32_t i) {
    struct insn insn = p->insn[i];
    if (insn.op >= OPCODE_COUNT)
        return "1: a slot holds no known instruction";
    bool high = i > 0 && p->insn[i - 1].op < OPCODE_COUNT &&
                insn_info(p->insn[i - 1])->kind == KIND_CONST && p->insn[i - 1].op != OP_HIGH;
    if (high != (insn.op == OP_HIGH))
        return "1: the second slot of a constant stands alone, or is missing";
    if (insn.op == OP_CALL_STATIC && (uint32_t)insn.imm >= p->import_count)
        return "5: an import is not there";
    if (insn.op == OP_LDDW_VARIABLE && (uint32_t)insn.imm >= p->variable_count)
        return "5: a variable is not there";
    return NULL;
}

static bool starts_function(const struct program *p, int64_t slot) {
    if (slot < 0 || slot >= p->slots)
        return false;
    return p->function[program_function_at(p, (uint32_t)slot)].start == slot;
}

static const char *check_control(const struct program *p, const struct function *f, uint32_t i) {
    struct insn insn = p->insn[i];
    int64_t target = (int64_t)i + 1 + insn_distance(insn);
    bool jumps = insn_info(insn)->kind == KIND_JUMP;
    if (jumps && (target < f->start || target >= f->end || p->insn[target].op == OP_HIGH))
        return "3: a jump leads out of its function, or into a constant";
    if ((insn.op == OP_CALL_LOCAL || insn.op == OP_LDDW_CODE) && !starts_function(p, target))
        return "3: a call leads to no function's start";
    return NULL;
}

static const char *check_function(const struct program *p, uint32_t n, uint32_t *slot) {
    const struct function *f = &p->function[n];
    *slot = f->start;
    if (f->start != (n ? f[-1].end : 0) || f->end <= f->start || f->end > p->slots ||
        (n + 1 == p->function_count && f->end != p->slots))
        return "2: the functions do not cover the program, one after the other";
    for (*slot = f->start; *slot < f->end; ++*slot) {
        const char *broken = check_control(p, f, *slot);
        if (broken)
            return broken;
    }
    const struct opcode_info *last = insn_info(p->insn[--*slot]);
    return last->kind == KIND_EXIT || last->operation == DO_ALWAYS
               ? NULL
               : "4: a function has an open end";
}

const char *program_broken(const struct program *p, uint32_t *slot) {
    for (*slot = 0; *slot < p->slots; ++*slot) {
        const char *broken = check_slot(p, *slot);
        if (broken)
            return broken;
    }
    *slot = 0;
    if (p->slots == 0 || p->function_count == 0)
        return "2: there is no function";
    for (uint32_t n = 0; n < p->function_count; n++) {
        const char *broken = check_function(p, n, slot);
        if (broken)
            return broken;
    }
    return NULL;
}
