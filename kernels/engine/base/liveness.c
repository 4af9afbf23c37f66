/* SPDX-License-Identifier: MIT */
/* liveness.c -- what of a state matters, by two backward analyses of the usual kind. A register is
 * *live* if it may be read before it is written; a live number *matters* if what it is can have a
 * part in an address, a comparison, a call, a store or a checked result. Two states that differ
 * only in what does not matter are the same to the verifier. */
#include "engine/base/liveness.h"
#include "engine/assert.h"
#include "engine/base/mutant.h"

#define BIT(r) (1u << (r))
/* A hostile tangle of jumps may want more; then every register counts as live. */
#define PASSES_MAX 16
#define ARGUMENTS  (BIT(1) | BIT(2) | BIT(3) | BIT(4) | BIT(5))

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

/* The numbers that matter before an instruction, given those after it. */
static unsigned matters_before(struct insn insn, struct use use, unsigned after, bool result) {
    switch (insn_info(insn)->kind) {
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

/* A function's tables while they are being found; `matters` may be null. */
struct analysis {
    const struct program *program;
    const struct function *function;
    uint16_t *live, *matters;
    bool result; /* is checked */
};

/* The registers after the instruction at `i`, by one of the tables. */
static unsigned after(const struct analysis *a, const uint16_t *at, uint32_t i) {
    struct insn insn = a->program->insn[i];
    const struct opcode_info *info = insn_info(insn);
    unsigned registers = 0;
    if (info->kind == KIND_EXIT)
        return 0;
    if (info->operation != DO_ALWAYS && i + 1 < a->function->end)
        registers |= at[i + 1];
    if (info->kind == KIND_JUMP)
        registers |= at[i + 1 + (uint32_t)insn_distance(insn)];
    return registers;
}

static bool set(uint16_t *at, unsigned registers) {
    uint16_t old = *at;
    *at = (uint16_t)(registers | BIT(REGISTER_FRAME));
    return *at != old;
}

/* One pass over the function, backwards. Gives whether another one could find more: something has
 * changed, and some jump has looked at what came later in this pass. */
static bool pass(const struct analysis *a) {
    bool changed = false, turns = false;
    for (uint32_t i = a->function->end; i-- > a->function->start;) {
        struct insn insn = a->program->insn[i];
        struct use use = use_of(insn);
        changed |= set(&a->live[i], (after(a, a->live, i) & ~use.writes) | use.reads);
        if (a->matters)
            changed |=
                set(&a->matters[i], matters_before(insn, use, after(a, a->matters, i), a->result));
        turns |= insn_info(insn)->kind == KIND_JUMP && insn_distance(insn) < 0;
    }
    return changed && turns;
}

static uint64_t analyse(struct analysis *a) {
    uint64_t length = a->function->end - a->function->start, passes = 1;
    while (pass(a) && passes < PASSES_MAX)
        passes++;
    if (passes < PASSES_MAX) {
        for (uint32_t i = a->function->start; a->matters && i < a->function->end; i++)
            ENGINE_ASSERT(!(a->matters[i] & ~a->live[i]), "slot %u: %x of %x", i, a->matters[i],
                          a->live[i]);
        return passes * length;
    }
    for (uint32_t i = a->function->start; i < a->function->end; i++) {
        a->live[i] = BIT(REGISTERS) - 1;
        if (a->matters)
            a->matters[i] = BIT(REGISTERS) - 1;
    }
    return passes * length;
}

uint64_t liveness(const struct program *p, bool result_is_checked, struct liveness *l) {
    uint64_t looked_at = 0;
    for (uint32_t n = 0; n < p->function_count; n++)
        looked_at += analyse(&(struct analysis){.program = p,
                                                .function = &p->function[n],
                                                .live = l->live,
                                                .matters = l->matters,
                                                .result = result_is_checked || n > 0});
    return looked_at;
}

void liveness_of_registers(const struct program *p, uint16_t *live) {
    liveness(p, true, &(struct liveness){.live = live});
}
