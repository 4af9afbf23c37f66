/* SPDX-License-Identifier: MIT */
/* liveness.c -- what of a state matters, by two backward analyses of the usual kind. A register is
 * *live* if it may be read before it is written; a live number *matters* if what it is can have a
 * part in an address, a comparison, a call, a store or a checked result. Two states that differ
 * only in what does not matter are the same to the verifier. */
#include "engine/liveness.h"
#include "engine/mutant.h"

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
        return (struct use){info->operation == DO_ALWAYS ? 0
                            : MUTANT(LIVE_COMPARED)      ? dst
                                                         : src | dst,
                            0};
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

/* A function's registers before an instruction, given those after it. */
typedef unsigned transfer(const struct program *p, struct insn insn, unsigned after, bool result);

static unsigned live_before(const struct program *p, struct insn insn, unsigned after,
                            bool result) {
    struct use use = use_of(insn);
    (void)p, (void)result;
    return (after & ~use.writes) | use.reads;
}

static unsigned matters_before(const struct program *p, struct insn insn, unsigned after,
                               bool result) {
    const struct opcode_info *info = insn_info(insn);
    struct use use = use_of(insn);
    (void)p;
    switch (info->kind) {
    case KIND_ALU: /* what it is computed from matters if the result does */
        return after & BIT(insn.dst) ? (after & ~use.writes) | use.reads : after;
    case KIND_CALL:
        return (after & ~(ARGUMENTS | BIT(0))) | use.reads;
    case KIND_EXIT:
        return result ? BIT(0) : 0;
    default:
        return (after & ~use.writes) | use.reads;
    }
}

/* The registers after the instruction at `i`. */
static unsigned after(const struct program *p, const uint16_t *at, const struct function *f,
                      uint32_t i) {
    struct insn insn = p->insn[i];
    const struct opcode_info *info = insn_info(insn);
    unsigned registers = 0;
    if (info->kind == KIND_EXIT)
        return 0;
    if (info->operation != DO_ALWAYS && i + 1 < f->end)
        registers |= at[i + 1];
    if (info->kind == KIND_JUMP)
        registers |= at[i + 1 + (uint32_t)insn_distance(insn)];
    return registers;
}

/* One pass over a function, backwards. Gives whether anything changed. */
static bool pass(const struct program *p, uint16_t *at, const struct function *f, transfer *before,
                 bool result) {
    bool changed = false;
    for (uint32_t i = f->end; i-- > f->start;) {
        unsigned registers =
            before(p, p->insn[i], after(p, at, f, i), result) | BIT(REGISTER_FRAME);
        changed |= at[i] != registers;
        at[i] = (uint16_t)registers;
    }
    return changed;
}

static void analyse(const struct program *p, uint16_t *at, transfer *before, bool result) {
    for (uint32_t n = 0; n < p->function_count; n++) {
        const struct function *f = &p->function[n];
        int passes = 0;
        while (pass(p, at, f, before, result || n > 0) && ++passes < PASSES_MAX)
            continue;
        if (passes == PASSES_MAX)
            for (uint32_t i = f->start; i < f->end; i++)
                at[i] = BIT(REGISTERS) - 1;
    }
}

void liveness_of_registers(const struct program *p, uint16_t *live) {
    analyse(p, live, live_before, true);
}

void liveness(const struct program *p, bool result_is_checked, struct liveness *l) {
    liveness_of_registers(p, l->live);
    analyse(p, l->matters, matters_before, result_is_checked);
}
