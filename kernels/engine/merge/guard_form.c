/* SPDX-License-Identifier: MIT */
/* guard_form.c -- see guard_form.h. Paths are followed one after the other, each with the
 * conditions under which it is taken. Every input takes exactly one of them; so if one path alone
 * gives something other than 0, its conditions together are what the program asks. Conditions of
 * other paths need not be understood. */
#include "engine/assert.h"
#include "engine/guard_form.h"
#include "engine/merge/guard_paths.h"
#include "engine/merge/term.h"
#include "lib/string.h"

#define STEPS_MAX   512 /* instructions looked at, on all paths */
#define WAITING_MAX 16  /* paths put off at once */

struct guard_path {
    uint32_t slot;
    uint32_t conditions;
    bool obscure; /* one of its conditions is not understood */
    struct expression reg[REGISTERS];
};

/* The path that is followed is the last of `path`, behind those that were put off. The conditions
 * of one that was put off begin like those of the one that put it off: it is taken up when all
 * later ones have ended, so that the beginning is still there. */
struct guard_paths {
    const struct program *program;
    const struct signature *entry;
    const struct guard_known *known; /* or null */
    struct guard_form *form;
    bool found, opaque;
    uint32_t steps;
    struct guard_path *now, path[WAITING_MAX];
    struct {
        bool obscure;
        struct conjunct conjunct;
    } last[WAITING_MAX]; /* the condition that it was put off for */
    struct conjunct condition[GUARD_CONJUNCTS_MAX];
};

static void add_condition(struct guard_paths *g, const struct conjunct *c) {
    if (g->now->conditions == GUARD_CONJUNCTS_MAX)
        g->now->obscure = true;
    else
        g->condition[g->now->conditions++] = *c;
}

/* Puts the path off at `slot`, where it is under this condition, and goes on with another
 * like it. */
static void put_off(struct guard_paths *g, uint32_t slot, bool obscure, const struct conjunct *c) {
    struct guard_path *waiting = g->now;
    if (waiting == &g->path[WAITING_MAX - 1]) {
        g->opaque = true;
        return;
    }
    ENGINE_ASSERT(slot < g->program->slots, "slot %u", slot);
    memcpy(++g->now, waiting, sizeof *waiting);
    waiting->slot = slot;
    g->last[waiting - g->path].obscure = obscure;
    g->last[waiting - g->path].conjunct = *c;
}

/* False: there is none. */
static bool take_up(struct guard_paths *g) {
    if (g->now == g->path)
        return false;
    g->now--;
    if (g->last[g->now - g->path].obscure)
        g->now->obscure = true;
    else
        add_condition(g, &g->last[g->now - g->path].conjunct);
    return true;
}

/* --- Jumps --- */

static unsigned mirrored(unsigned operation) {
    static const uint8_t mirror[] = {
        [DO_EQ] = DO_EQ,   [DO_NE] = DO_NE,   [DO_GT] = DO_LT,   [DO_GE] = DO_LE,
        [DO_LT] = DO_GT,   [DO_LE] = DO_GE,   [DO_SGT] = DO_SLT, [DO_SGE] = DO_SLE,
        [DO_SLT] = DO_SGT, [DO_SLE] = DO_SGE, [DO_SET] = DO_SET};
    return mirror[operation];
}

/* A packet's start, moved on, with its end: they compare as the distance does with its length
 * (hooks.h: no pointer comes round). The verifier lets nothing else be compared with an end, and
 * addresses as a whole only. */
static enum outcome compare_length(const struct guard_paths *g, const struct expression *start,
                                   const struct expression *end, unsigned operation,
                                   struct conjunct *when) {
    unsigned from, to;
    uint64_t from_add, to_add;
    if (!expression_is_argument(start, &from, &from_add) ||
        !expression_is_argument(end, &to, &to_add))
        return OUTCOME_UNKNOWN;
    int64_t distance = (int64_t)(from_add - to_add);
    bool is_unsigned = operation >= DO_EQ && operation <= DO_LE;
    if (g->entry->parameter[to].kind != SHAPE_PACKET_END || distance < 0 || !is_unsigned)
        return OUTCOME_UNKNOWN;
    const struct guard_source length = {GUARD_LENGTH, (uint8_t)from, 8, false, (int32_t)to};
    const struct expression v = expression_source(length);
    return expression_compare(&v, mirrored(operation), 64, (uint64_t)distance, when);
}

static enum outcome compare(const struct guard_paths *g, struct insn insn, struct conjunct *when) {
    const struct opcode_info *info = insn_info(insn);
    const struct expression *a = &g->now->reg[insn.dst], *b = &g->now->reg[insn.src];
    unsigned operation = info->operation;
    if (info->source == SOURCE_K)
        return expression_compare(a, operation, info->bits, (uint64_t)(int64_t)insn.imm, when);
    if (b->kind == EXPRESSION_CONSTANT)
        return expression_compare(a, operation, info->bits, b->constant, when);
    if (a->kind == EXPRESSION_CONSTANT)
        return expression_compare(b, mirrored(operation), info->bits, a->constant, when);
    enum outcome known = compare_length(g, a, b, operation, when);
    return known ? known : compare_length(g, b, a, mirrored(operation), when);
}

/* Goes on behind the jump, and puts off the path that takes it. */
static void fork_at(struct guard_paths *g, uint32_t target, bool obscure, struct conjunct *taken) {
    struct conjunct passed = *taken;
    bool passes = obscure || conjunct_complement(&passed) == OUTCOME_IF;
    if (!passes) {
        add_condition(g, taken);
        g->now->slot = target;
        return;
    }
    put_off(g, target, obscure, taken);
    g->now->obscure |= obscure;
    if (!obscure)
        add_condition(g, &passed);
    g->now->slot++;
}

static void jump(struct guard_paths *g, struct insn insn) {
    struct conjunct when = {.mask = 0};
    const uint32_t slot = g->now->slot, target = slot + 1 + (uint32_t)insn_distance(insn);
    enum outcome known = OUTCOME_ALWAYS;
    if (insn_info(insn)->operation != DO_ALWAYS) {
        if (!program_jump_may(g->program, slot, MARK_TAKEN))
            known = OUTCOME_NEVER;
        else if (program_jump_may(g->program, slot, MARK_PASSED))
            known = compare(g, insn, &when);
    }
    if (known == OUTCOME_ALWAYS)
        g->now->slot = target;
    else if (known == OUTCOME_NEVER)
        g->now->slot++;
    else
        fork_at(g, target, known == OUTCOME_UNKNOWN, &when);
}

/* --- Other instructions --- */

static bool is_known(const struct guard_paths *g, unsigned argument, int64_t offset,
                     unsigned bytes) {
    return g->known && g->known->argument == argument && offset >= 0 &&
           (uint64_t)offset + bytes <= g->known->bytes;
}

static struct expression known_field(const struct guard_paths *g, int64_t offset,
                                     const struct opcode_info *info) {
    unsigned unused_bits = 64u - info->bits;
    uint64_t number = guard_field_read((uintptr_t)g->known->at + (uint64_t)offset, info->bits / 8);
    if (info->operation == DO_SIGN)
        number = (uint64_t)((int64_t)(number << unused_bits) >> unused_bits);
    return expression_constant(number);
}

static struct expression load(const struct guard_paths *g, struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    struct expression v = {.kind = EXPRESSION_UNKNOWN};
    unsigned argument;
    uint64_t add;
    if (!expression_is_argument(&g->now->reg[insn.src], &argument, &add))
        return v;
    int64_t offset = (int64_t)add + insn.off;
    if (offset != (int32_t)offset)
        return v;
    if (is_known(g, argument, offset, info->bits / 8))
        return known_field(g, offset, info);
    v = expression_source((struct guard_source){.kind = GUARD_FIELD,
                                                .argument = (uint8_t)argument,
                                                .bytes = info->bits / 8,
                                                .offset = (int32_t)offset});
    if (info->operation == DO_SIGN)
        v.term.sign = info->bits;
    return v;
}

/* Keeps what was asked so far, if this path gives something other than 0. */
static void exit_path(struct guard_paths *g) {
    struct conjunct when;
    enum outcome known = expression_compare(&g->now->reg[0], DO_NE, 64, 0, &when);
    if (known == OUTCOME_NEVER)
        return;
    if (known == OUTCOME_IF)
        add_condition(g, &when);
    if (known == OUTCOME_UNKNOWN || g->now->obscure || g->found) {
        g->opaque = true;
        return;
    }
    g->found = true;
    g->form->count = g->now->conditions;
    memcpy(g->form->conjunct, g->condition, g->now->conditions * sizeof *g->condition);
}

static void arithmetic(struct guard_paths *g, struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    struct expression *dst = &g->now->reg[insn.dst], constant;
    if (info->source == SOURCE_X) {
        *dst = expression_alu(insn, dst, &g->now->reg[insn.src]);
        return;
    }
    const uint64_t number = (uint64_t)(int64_t)insn.imm;
    if (info->operation == DO_MOV) {
        dst->kind = EXPRESSION_CONSTANT;
        dst->constant = number & low_bits(info->bits);
        return;
    }
    constant.kind = EXPRESSION_CONSTANT;
    constant.constant = number;
    *dst = expression_alu(insn, dst, &constant);
}

static void constant(struct guard_paths *g, struct insn insn) {
    struct expression *dst = &g->now->reg[insn.dst];
    dst->kind = EXPRESSION_UNKNOWN;
    if (insn.op == OP_LDDW_IMM)
        *dst = expression_constant(program_constant(g->program, g->now->slot));
    g->now->slot++;
}

/* Gives whether the path goes on. */
static bool step(struct guard_paths *g) {
    const struct insn insn = g->program->insn[g->now->slot];
    switch (insn_info(insn)->kind) {
    case KIND_EXIT:
        exit_path(g);
        return false;
    case KIND_JUMP:
        jump(g, insn);
        return true;
    case KIND_ALU:
        arithmetic(g, insn);
        break;
    case KIND_LOAD:
        g->now->reg[insn.dst] = load(g, insn);
        break;
    case KIND_CONST:
        constant(g, insn);
        break;
    case KIND_CALL: /* r1 to r5 have no value now, which the verifier lets nobody read */
        g->now->reg[0].kind = EXPRESSION_UNKNOWN;
        break;
    case KIND_STORE: /* to the stack, of which no value is known */
        break;
    default:
        g->opaque = true;
        break;
    }
    g->now->slot++;
    return true;
}

static void follow(struct guard_paths *g) {
    g->now = g->path;
    g->now->slot = g->now->conditions = g->steps = 0;
    g->now->obscure = g->found = g->opaque = false;
    for (unsigned r = 0; r < REGISTERS; r++)
        g->now->reg[r].kind = EXPRESSION_UNKNOWN;
    for (unsigned i = 0; i < PARAMETERS && g->entry->parameter[i].kind != SHAPE_NONE; i++)
        g->now->reg[1 + i] = expression_source(
            (struct guard_source){.kind = GUARD_ARGUMENT, .argument = (uint8_t)i, .bytes = 8});
    do {
        while (step(g) && !g->opaque)
            g->opaque |= g->steps++ == STEPS_MAX;
    } while (!g->opaque && take_up(g));
}

/* --- The form --- */

static bool same_number(const struct conjunct *a, const struct conjunct *b) {
    return guard_source_equal(&a->source, &b->source) && a->mask == b->mask;
}

/* Two ranges over one number become one, at the place of the earlier. */
static void simplify(struct guard_form *form) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < form->count; i++) {
        struct conjunct *c = &form->conjunct[i], *with = NULL;
        for (uint32_t k = 0; k < kept && !with; k++)
            if (same_number(&form->conjunct[k], c) && c->low <= c->high &&
                form->conjunct[k].low <= form->conjunct[k].high)
                with = &form->conjunct[k];
        if (!with) {
            form->conjunct[kept++] = *c;
            continue;
        }
        with->low = with->low < c->low ? c->low : with->low;
        with->high = with->high > c->high ? c->high : with->high;
        if (with->low > with->high)
            form->kind = GUARD_NEVER;
    }
    form->count = form->kind == GUARD_NEVER ? 0 : kept;
}

struct guard_paths *guard_paths_open(const struct hooks *hooks) {
    return hooks->allocate(hooks->owner, sizeof(struct guard_paths));
}

void guard_paths_close(struct guard_paths *g, const struct hooks *hooks) {
    hooks->release(hooks->owner, g, sizeof *g);
}

void guard_paths_follow(struct guard_paths *g, struct guard_form *form,
                        const struct program *program, const struct facts *facts,
                        const struct signature *entry, const struct guard_known *known) {
    form->kind = GUARD_OPAQUE;
    form->count = 0;
    if (!(facts->proven & FUNCTIONAL) || program->metered)
        return;
    g->program = program;
    g->entry = entry;
    g->known = known;
    g->form = form;
    follow(g);
    if (g->opaque) {
        form->count = 0;
        return;
    }
    form->kind = g->found ? GUARD_CONJUNCTION : GUARD_NEVER;
    simplify(form);
}

bool guard_form_find(struct guard_form *form, const struct program *program,
                     const struct facts *facts, const struct signature *entry,
                     const struct hooks *hooks) {
    return guard_form_find_known(form, program, facts, entry, NULL, hooks);
}

bool guard_form_find_known(struct guard_form *form, const struct program *program,
                           const struct facts *facts, const struct signature *entry,
                           const struct guard_known *known, const struct hooks *hooks) {
    struct guard_paths *g = guard_paths_open(hooks);
    if (!g)
        return false;
    guard_paths_follow(g, form, program, facts, entry, known);
    guard_paths_close(g, hooks);
    return true;
}

/* --- Asking it --- */

bool guard_form_holds(const struct guard_form *form, const uint64_t argument[PARAMETERS]) {
    for (uint32_t i = 0; i < form->count; i++)
        if (!conjunct_takes(&form->conjunct[i],
                            guard_source_read(&form->conjunct[i].source, argument)))
            return false;
    return form->kind != GUARD_NEVER;
}
