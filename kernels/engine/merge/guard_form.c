/* SPDX-License-Identifier: MIT */
/* guard_form.c -- see guard_form.h. Paths are followed one after the other, each with the
 * conditions under which it is taken. Every input takes exactly one of them; so if one path alone
 * gives something other than 0, its conditions together are what the program asks. Conditions of
 * other paths need not be understood. */
#include "engine/merge/term.h"
#include "lib/string.h"

#define STEPS_MAX   512 /* instructions looked at, on all paths */
#define WAITING_MAX 16  /* paths put off at once */

struct guard_path {
    uint32_t slot;
    uint32_t conditions;
    bool obscure; /* one of its conditions is not understood */
    struct value reg[REGISTERS];
};

/* The conditions of a path that was put off begin like those of the one that put it off. Paths are
 * taken up the last first, so that the beginning is still there. */
struct guard_paths {
    const struct program *program;
    const struct signature *entry;
    struct guard_form *form;
    bool found, opaque;
    uint32_t steps, waiting;
    struct guard_path now, path[WAITING_MAX];
    struct {
        bool obscure;
        struct conjunct conjunct;
    } last[WAITING_MAX]; /* the condition that it was put off for */
    struct conjunct condition[GUARD_CONJUNCTS_MAX];
};

static void add_condition(struct guard_paths *g, const struct conjunct *c) {
    if (g->now.conditions == GUARD_CONJUNCTS_MAX)
        g->now.obscure = true;
    else
        g->condition[g->now.conditions++] = *c;
}

static void wait_at(struct guard_paths *g, uint32_t slot, bool obscure, const struct conjunct *c) {
    if (g->waiting == WAITING_MAX) {
        g->opaque = true;
        return;
    }
    g->path[g->waiting] = g->now;
    g->path[g->waiting].slot = slot;
    g->last[g->waiting].obscure = obscure;
    g->last[g->waiting++].conjunct = *c;
}

static void take_up(struct guard_paths *g) {
    g->now = g->path[--g->waiting];
    if (g->last[g->waiting].obscure)
        g->now.obscure = true;
    else
        add_condition(g, &g->last[g->waiting].conjunct);
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
 * (hooks.h: no pointer comes round). */
static enum outcome compare_length(const struct guard_paths *g, const struct value *start,
                                   const struct value *end, unsigned operation,
                                   struct conjunct *when) {
    unsigned from, to;
    uint64_t from_add, to_add;
    if (!value_is_argument(start, &from, &from_add) || !value_is_argument(end, &to, &to_add))
        return OUTCOME_UNKNOWN;
    const struct shape *a = &g->entry->parameter[from], *b = &g->entry->parameter[to];
    int64_t distance = (int64_t)(from_add - to_add);
    bool is_unsigned = operation >= DO_EQ && operation <= DO_LE;
    if (a->kind != SHAPE_PACKET || b->kind != SHAPE_PACKET_END || a->group != b->group ||
        distance < 0 || !is_unsigned)
        return OUTCOME_UNKNOWN;
    const struct guard_source length = {GUARD_LENGTH, (uint8_t)from, 8, false, (int32_t)to};
    return value_compare(value_source(length), mirrored(operation), 64, (uint64_t)distance, when);
}

static enum outcome compare(const struct guard_paths *g, struct insn insn, struct conjunct *when) {
    const struct opcode_info *info = insn_info(insn);
    const struct value *a = &g->now.reg[insn.dst], *b = &g->now.reg[insn.src];
    unsigned operation = info->operation;
    if (info->source == SOURCE_K)
        return value_compare(*a, operation, info->bits, (uint64_t)(int64_t)insn.imm, when);
    if (b->kind == VALUE_CONSTANT)
        return value_compare(*a, operation, info->bits, b->constant, when);
    if (a->kind == VALUE_CONSTANT)
        return value_compare(*b, mirrored(operation), info->bits, a->constant, when);
    if (info->bits != 64)
        return OUTCOME_UNKNOWN;
    enum outcome known = compare_length(g, a, b, operation, when);
    return known ? known : compare_length(g, b, a, mirrored(operation), when);
}

/* Goes on behind the jump, and puts off the path that takes it. */
static void fork_at(struct guard_paths *g, uint32_t target, bool obscure, struct conjunct *taken) {
    struct conjunct passed = *taken;
    bool passes = obscure || conjunct_complement(&passed) == OUTCOME_IF;
    if (!passes) {
        add_condition(g, taken);
        g->now.slot = target;
        return;
    }
    wait_at(g, target, obscure, taken);
    g->now.obscure |= obscure;
    if (!obscure)
        add_condition(g, &passed);
    g->now.slot++;
}

static void jump(struct guard_paths *g, struct insn insn) {
    struct conjunct when = {.mask = 0};
    const uint32_t slot = g->now.slot, target = slot + 1 + (uint32_t)insn_distance(insn);
    enum outcome known = OUTCOME_ALWAYS;
    if (insn_info(insn)->operation != DO_ALWAYS) {
        if (!program_jump_may(g->program, slot, MARK_TAKEN))
            known = OUTCOME_NEVER;
        else if (program_jump_may(g->program, slot, MARK_PASSED))
            known = compare(g, insn, &when);
    }
    if (known == OUTCOME_ALWAYS)
        g->now.slot = target;
    else if (known == OUTCOME_NEVER)
        g->now.slot++;
    else
        fork_at(g, target, known == OUTCOME_UNKNOWN, &when);
}

/* --- Other instructions --- */

static struct value load(const struct guard_paths *g, struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    struct value v = {.kind = VALUE_UNKNOWN};
    unsigned argument;
    uint64_t add;
    if (!value_is_argument(&g->now.reg[insn.src], &argument, &add))
        return v;
    int64_t offset = (int64_t)add + insn.off;
    if (offset != (int32_t)offset)
        return v;
    v = value_source((struct guard_source){.kind = GUARD_FIELD,
                                           .argument = (uint8_t)argument,
                                           .bytes = info->bits / 8,
                                           .offset = (int32_t)offset});
    if (info->operation == DO_SIGN)
        v.term.sign = info->bits;
    return v;
}

static void call(struct guard_paths *g) {
    for (unsigned r = 0; r <= PARAMETERS; r++)
        g->now.reg[r].kind = VALUE_UNKNOWN;
}

/* Keeps what was asked so far, if this path gives something other than 0. */
static void exit_path(struct guard_paths *g) {
    struct conjunct when;
    enum outcome known = value_compare(g->now.reg[0], DO_NE, 64, 0, &when);
    if (known == OUTCOME_NEVER)
        return;
    if (known == OUTCOME_IF)
        add_condition(g, &when);
    if (known == OUTCOME_UNKNOWN || g->now.obscure || g->found) {
        g->opaque = true;
        return;
    }
    g->found = true;
    g->form->count = g->now.conditions;
    memcpy(g->form->conjunct, g->condition, g->now.conditions * sizeof *g->condition);
}

/* Gives whether the path goes on. */
static bool step(struct guard_paths *g) {
    const struct insn insn = g->program->insn[g->now.slot];
    struct value operand = {.kind = VALUE_UNKNOWN};
    switch (insn_info(insn)->kind) {
    case KIND_EXIT:
        exit_path(g);
        return false;
    case KIND_JUMP:
        jump(g, insn);
        return true;
    case KIND_ALU:
        if (insn_info(insn)->source == SOURCE_X)
            operand = g->now.reg[insn.src];
        else
            operand = value_constant((uint64_t)(int64_t)insn.imm);
        g->now.reg[insn.dst] = value_alu(insn, g->now.reg[insn.dst], operand);
        break;
    case KIND_LOAD:
        g->now.reg[insn.dst] = load(g, insn);
        break;
    case KIND_CONST:
        g->now.reg[insn.dst] = insn.op == OP_LDDW_IMM
                                   ? value_constant(program_constant(g->program, g->now.slot))
                                   : operand;
        g->now.slot++;
        break;
    case KIND_CALL:
        call(g);
        break;
    case KIND_STORE: /* to the stack, of which no value is known */
        break;
    default:
        g->opaque = true;
        break;
    }
    g->now.slot++;
    return true;
}

static void follow(struct guard_paths *g) {
    for (unsigned i = 0; i < PARAMETERS; i++)
        g->now.reg[1 + i] = value_source(
            (struct guard_source){.kind = GUARD_ARGUMENT, .argument = (uint8_t)i, .bytes = 8});
    for (bool more = true; more && !g->opaque;) {
        while (step(g) && !g->opaque)
            g->opaque |= g->steps++ == STEPS_MAX;
        more = g->waiting > 0;
        if (more)
            take_up(g);
    }
}

/* --- The form --- */

static bool same_number(const struct conjunct *a, const struct conjunct *b) {
    const struct guard_source *x = &a->source, *y = &b->source;
    return x->kind == y->kind && x->argument == y->argument && x->bytes == y->bytes &&
           x->swapped == y->swapped && x->offset == y->offset && a->mask == b->mask;
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

void guard_form_find(struct guard_form *form, const struct program *program,
                     const struct facts *facts, const struct signature *entry,
                     const struct hooks *hooks) {
    *form = (struct guard_form){.kind = GUARD_OPAQUE};
    if (!(facts->proven & FUNCTIONAL) || program->metered)
        return;
    struct guard_paths *g = hooks->allocate(hooks->owner, sizeof *g);
    if (!g)
        return;
    g->program = program;
    g->entry = entry;
    g->form = form;
    follow(g);
    if (g->opaque) {
        form->count = 0;
    } else {
        form->kind = g->found ? GUARD_CONJUNCTION : GUARD_NEVER;
        simplify(form);
    }
    hooks->release(hooks->owner, g, sizeof *g);
}

/* --- Asking it --- */

static uint64_t read_field(uintptr_t address, unsigned bytes) {
    uint64_t number = 0;
    memcpy(&number, (const void *)address, bytes);
    return number;
}

uint64_t guard_source_read(const struct guard_source *s, const uint64_t argument[PARAMETERS]) {
    uint64_t number = argument[s->argument];
    if (s->kind == GUARD_LENGTH)
        return argument[s->offset] - number;
    if (s->kind == GUARD_FIELD)
        number = read_field((uintptr_t)(number + (uint64_t)(int64_t)s->offset), s->bytes);
    if (s->swapped)
        number = __builtin_bswap64(number) >> (64 - 8 * s->bytes);
    return number & (UINT64_MAX >> (64 - 8 * s->bytes));
}

bool guard_form_holds(const struct guard_form *form, const uint64_t argument[PARAMETERS]) {
    for (uint32_t i = 0; i < form->count; i++)
        if (!conjunct_takes(&form->conjunct[i],
                            guard_source_read(&form->conjunct[i].source, argument)))
            return false;
    return form->kind != GUARD_NEVER;
}
