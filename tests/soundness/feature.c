/* SPDX-License-Identifier: MIT */
/* feature.c -- see feature.h. */
#include "feature.h"

const char *feature_text(unsigned feature) {
    static const char *const text[FEATURE_COUNT] = {
#define X(id, text) text,
        FEATURES(X)
#undef X
    };
    return text[feature];
}

uint64_t feature_of(const struct program *p, uint32_t slot, uint32_t depth) {
    struct insn insn = p->insn[slot];
    const struct opcode_info *info = insn_info(insn);
    switch (info->kind) {
    case KIND_ALU: {
        uint64_t f = info->bits == 32 ? FEATURE(ALU32) : 0;
        if (info->operation == DO_DIV || info->operation == DO_MOD)
            f |= FEATURE(DIVISION);
        if (info->operation == DO_SDIV || info->operation == DO_SMOD)
            f |= FEATURE(SIGNED_DIVISION);
        if (info->operation >= DO_MOVS8 && info->operation <= DO_MOVS32)
            f |= FEATURE(SIGN_MOVE);
        if (info->operation >= DO_SWAP16 && info->operation <= DO_SWAP64)
            f |= FEATURE(SWAP);
        return f;
    }
    case KIND_LOAD:
        return info->operation == DO_SIGN ? FEATURE(SIGN_LOAD) : 0;
    case KIND_ATOMIC:
        return FEATURE(ATOMIC) | (info->operation == DO_CMPXCHG ? FEATURE(CMPXCHG) : 0) |
               (info->operation >= DO_FETCH_ADD && info->operation <= DO_XCHG ? FEATURE(FETCH) : 0);
    case KIND_JUMP: {
        uint64_t f = insn_distance(insn) < 0 ? FEATURE(BACKWARD) : 0;
        if (info->operation == DO_ALWAYS)
            return f;
        if (info->operation >= DO_SGT && info->operation <= DO_SLE)
            f |= FEATURE(COMPARE_SIGNED);
        if (info->operation == DO_SET)
            f |= FEATURE(COMPARE_SET);
        return f | (info->source == SOURCE_X ? FEATURE(COMPARE_REGISTERS) : 0);
    }
    case KIND_CALL:
        if (insn.op == OP_CALL_STATIC)
            return 0;
        return FEATURE(CALL_LOCAL) | (depth > 1 ? FEATURE(CALL_NESTED) : 0) |
               (insn.op == OP_CALL_X ? FEATURE(CALL_POINTER) : 0);
    case KIND_EXIT:
        return slot + 1 < p->function[program_function_at(p, slot)].end ? FEATURE(EARLY) : 0;
    default:
        return 0;
    }
}
