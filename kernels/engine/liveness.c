/* SPDX-License-Identifier: MIT */
/* liveness.c -- which registers may be read before they are written again, by the usual backward
 * iteration. Two states that differ only in registers nobody will read are the same to the
 * verifier. */
#include "engine/verify_internal.h"

#define BIT(r) (1u << (r))
#define PASSES_MAX                                                                                 \
    64 /* a hostile tangle of jumps may want more; then every register counts as live */
#define ARGUMENTS (BIT(1) | BIT(2) | BIT(3) | BIT(4) | BIT(5))

struct use {
    unsigned reads, writes;
};

static struct use use_of(struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    unsigned dst = BIT(insn.dst), src = info->source == SOURCE_X ? BIT(insn.src) : 0;
    switch (info->kind) {
    case KIND_ALU:
        if (info->operation == DO_MOV ||
            (info->operation >= DO_MOVS8 && info->operation <= DO_MOVS32))
            return (struct use){src, dst};
        return (struct use){src | dst, dst};
    case KIND_JUMP:
        return (struct use){info->operation == DO_ALWAYS ? 0 : src | dst, 0};
    case KIND_LOAD:
        return (struct use){src, dst};
    case KIND_STORE:
        return (struct use){src | dst, 0};
    case KIND_ATOMIC:
        return (struct use){src | dst | BIT(0), 0};
    case KIND_CALL:
        return (struct use){ARGUMENTS | (insn.op == OP_CALL_X ? dst : 0), BIT(0)};
    case KIND_EXIT:
        return (struct use){BIT(0), 0};
    default:
        return (struct use){0, insn.op == OP_HIGH ? 0 : dst};
    }
}

/* Registers live after the instruction at `i`. */
static unsigned live_after(const struct program *p, const uint16_t *live, const struct function *f,
                           uint32_t i) {
    struct insn insn = p->insn[i];
    const struct opcode_info *info = insn_info(insn);
    unsigned after = 0;
    if (info->kind == KIND_EXIT)
        return 0;
    if (info->operation != DO_ALWAYS && i + 1 < f->end)
        after |= live[i + 1];
    if (info->kind == KIND_JUMP)
        after |= live[i + 1 + (uint32_t)insn_distance(insn)];
    return after;
}

/* One pass over a function, backwards. Gives whether anything changed. */
static bool pass(const struct program *p, uint16_t *live, const struct function *f) {
    bool changed = false;
    for (uint32_t i = f->end; i-- > f->start;) {
        struct use use = use_of(p->insn[i]);
        unsigned before =
            (live_after(p, live, f, i) & ~use.writes) | use.reads | BIT(REGISTER_FRAME);
        changed |= live[i] != before;
        live[i] = (uint16_t)before;
    }
    return changed;
}

void liveness(const struct program *p, uint16_t *live) {
    for (uint32_t n = 0; n < p->function_count; n++) {
        const struct function *f = &p->function[n];
        int passes = 0;
        while (pass(p, live, f) && ++passes < PASSES_MAX)
            continue;
        if (passes == PASSES_MAX)
            for (uint32_t i = f->start; i < f->end; i++)
                live[i] = BIT(REGISTERS) - 1;
    }
}
