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

/* The registers after the instruction at `i`, by one of the tables. */
static unsigned after(const struct liveness_search *s, const uint16_t *at, uint32_t i) {
    const struct program *p = s->program;
    struct insn insn = p->insn[i];
    const struct opcode_info *info = insn_info(insn);
    unsigned registers = 0;
    if (info->kind == KIND_EXIT)
        return 0;
    if (info->operation != DO_ALWAYS && i + 1 < p->function[s->function].end)
        registers |= at[i + 1];
    ENGINE_ASSERT(info->kind != KIND_JUMP ||
                      (i + 1 + (uint32_t)insn_distance(insn) >= p->function[s->function].start &&
                       i + 1 + (uint32_t)insn_distance(insn) < p->function[s->function].end),
                  "the jump in slot %u leaves function %u", i, s->function);
    if (info->kind == KIND_JUMP)
        registers |= at[i + 1 + (uint32_t)insn_distance(insn)];
    return registers;
}

static bool set(uint16_t *at, unsigned registers) {
    uint16_t old = *at;
    *at = (uint16_t)(registers | BIT(REGISTER_FRAME));
    return *at != old;
}

/* A piece of a pass over a function, which goes backwards. */
static void pass(struct liveness_search *s, uint32_t low) {
    uint16_t *live = s->to->live, *matters = s->to->matters;
    bool changed = false, loops = false, result = s->result || s->function > 0;
    for (uint32_t i = s->slot; i-- > low;) {
        struct insn insn = s->program->insn[i];
        struct use use = use_of(insn);
        changed |= set(&live[i], (after(s, live, i) & ~use.writes) | use.reads);
        if (matters)
            changed |= set(&matters[i], matters_before(insn, use, after(s, matters, i), result));
        ENGINE_ASSERT(!matters || !(matters[i] & ~live[i]), "slot %u: %x of %x", i, matters[i],
                      live[i]);
        loops |= insn_info(insn)->kind == KIND_JUMP && insn_distance(insn) < 0;
    }
    s->changed |= changed;
    s->loops |= loops;
}

/* After too many passes over a function every register counts, everywhere. */
static void give_up(struct liveness_search *s, uint32_t low) {
    for (uint32_t i = low; i < s->slot; i++) {
        s->to->live[i] = BIT(REGISTERS) - 1;
        if (s->to->matters)
            s->to->matters[i] = BIT(REGISTERS) - 1;
    }
}

static void begin_pass(struct liveness_search *s) {
    s->changed = s->loops = false;
    if (s->function < s->program->function_count)
        s->slot = s->program->function[s->function].end;
}

/* Another pass could find more where something has changed, and some jump has looked at what came
 * later in this one. */
static void end_pass(struct liveness_search *s) {
    const struct function *f = &s->program->function[s->function];
    bool more = s->changed && s->loops;
    if (s->passes < PASSES_MAX) {
        s->passes++;
        s->looked_at += f->end - f->start;
    } else {
        more = false; /* it was the one that gives up */
        s->passes = 0;
    }
    if (!more && s->passes < PASSES_MAX) {
        s->passes = 0;
        s->function++;
    }
    begin_pass(s);
}

void liveness_begin(struct liveness_search *s, const struct program *p, bool result_is_checked,
                    const struct liveness *to) {
    *s = (struct liveness_search){.program = p, .to = to, .result = result_is_checked};
    begin_pass(s);
}

bool liveness_go(struct liveness_search *s, uint32_t slots) {
    const struct program *p = s->program;
    while (s->function < p->function_count) {
        uint32_t left = s->slot - p->function[s->function].start;
        ENGINE_ASSERT(left <= p->function[s->function].end - p->function[s->function].start,
                      "slot %u is not of function %u", s->slot, s->function);
        uint32_t low = s->slot - (left < slots ? left : slots);
        if (s->passes < PASSES_MAX)
            pass(s, low);
        else
            give_up(s, low);
        slots -= s->slot - low;
        s->slot = low;
        if (low > p->function[s->function].start)
            return false;
        end_pass(s);
    }
    return true;
}

uint64_t liveness(const struct program *p, bool result_is_checked, const struct liveness *to) {
    struct liveness_search s;
    liveness_begin(&s, p, result_is_checked, to);
    while (!liveness_go(&s, UINT32_MAX))
        continue;
    return s.looked_at;
}

void liveness_of_registers(const struct program *p, uint16_t *live) {
    liveness(p, true, &(struct liveness){.live = live});
}
