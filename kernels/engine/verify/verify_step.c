/* SPDX-License-Identifier: MIT */
/* verify_step.c -- what arithmetic, constants and jumps do to a state. */
#include "engine/assert.h"
#include "engine/base/mutant.h"
#include "engine/verify/internal.h"

static bool is_pointer(const struct value *value) {
    return value->kind > VALUE_NUMBER;
}

static bool moves(const struct value *pointer) {
    return pointer->kind == VALUE_STACK || pointer->kind == VALUE_MEMORY ||
           pointer->kind == VALUE_PACKET;
}

static struct scalar immediate(struct insn insn) {
    return scalar_constant(MUTANT(IMM_UNSIGNED) ? (uint32_t)insn.imm : (uint64_t)(int64_t)insn.imm);
}

static enum rule must_be_set(struct verifier *v, unsigned number) {
    if (reg(v, number)->kind != VALUE_NOTHING)
        return RULE_NONE;
    return reject(v, RULE_UNSET, "r%u is read", number);
}

/* Adds a set of numbers to a pointer, in place. */
static enum rule move_pointer(struct verifier *v, struct value *pointer, struct scalar by) {
    if (pointer->kind == VALUE_OBJECT && scalar_is_constant(&by))
        return verify_take_field(v, pointer, by.smin);
    if (!moves(pointer))
        return reject(v, RULE_OBJECT_ARITHMETIC, "a number is added to it");
    if (pointer->may & MAY_BE_NULL && !MUTANT(NULL_OFFSET))
        return reject(v, RULE_NULLABLE, "a number is added to it");
    bool constant = scalar_is_constant(&by);
    if (by.smin < -(int64_t)DISTANCE || by.smax > (int64_t)DISTANCE)
        return reject(v, RULE_OFFSET_RANGE, "by %lld to %lld", (long long)by.smin,
                      (long long)by.smax);
    if (constant && value_put(pointer, value_offset(pointer) + by.smin, &pointer->number))
        return RULE_NONE;
    if (pointer->kind == VALUE_PACKET && !constant) {
        if (by.smin < 0)
            return reject(v, RULE_OFFSET_RANGE, "a packet's pointer moves backwards, by up to %lld",
                          (long long)-by.smin);
        pointer->id = ++v->next_id;
        pointer->bytes = 0;
    }
    struct scalar sum = scalar_alu(DO_ADD, 64, pointer->number, by);
    if (!constant && value_put(pointer, value_offset(pointer), &sum))
        return RULE_NONE;
    struct place place = value_place(pointer);
    return reject(v, RULE_OFFSET_RANGE, "to %lld to %lld", (long long)(place.low + by.smin),
                  (long long)(place.high + by.smax));
}

/* Do both point into one and the same thing? Memory that was found through objects may be another
 * each time, though it came the same way; packets have an identity of their own. */
static bool same_place(const struct value *a, const struct value *b) {
    if (a->kind != b->kind || a->index != b->index || a->reference != b->reference ||
        (a->may | b->may) & MAY_BE_NULL || !moves(a))
        return false;
    return a->kind == VALUE_PACKET || (a->frame == b->frame && a->origin == b->origin &&
                                       a->origin != ORIGIN_RESULT && !a->reached && !b->reached);
}

static enum rule alu_pointer(struct verifier *v, struct insn insn, struct value *dst,
                             const struct value *src) {
    const struct opcode_info *info = insn_info(insn);
    bool adds = info->operation == DO_ADD, subtracts = info->operation == DO_SUB;
    if (info->bits != 64 || !(adds || subtracts)) {
        const struct value *pointer = is_pointer(dst) ? dst : src;
        return reject(
            v, pointer->kind == VALUE_OBJECT ? RULE_OBJECT_ARITHMETIC : RULE_POINTER_ARITHMETIC,
            "only += and -= of 64 bits are");
    }
    if (is_pointer(dst) && is_pointer(src)) {
        if (adds || !same_place(dst, src))
            return reject(v, RULE_POINTER_ARITHMETIC,
                          "two pointers of different things, or their sum");
        *dst = number_value(scalar_any());
        return RULE_NONE;
    }
    if (is_pointer(dst))
        return move_pointer(v, dst,
                            adds ? src->number : scalar_alu(DO_NEG, 64, src->number, src->number));
    if (subtracts)
        return reject(v, RULE_POINTER_ARITHMETIC, "a pointer is subtracted from a number");
    ENGINE_ASSERT(dst->kind == VALUE_NUMBER && is_pointer(src), "%u and %u", dst->kind, src->kind);
    struct value sum = *src;
    enum rule rule = move_pointer(v, &sum, dst->number);
    *dst = sum;
    return rule;
}

/* Copies, linking the two: what is learnt of one number holds for the other. */
static enum rule alu_move(struct verifier *v, struct insn insn, struct value *dst) {
    bool wide = insn_info(insn)->bits == 64;
    struct value *src = reg(v, insn.src);
    if (!wide && is_pointer(src))
        return reject(v, RULE_POINTER_ARITHMETIC, "half of a pointer is copied");
    if (src->kind == VALUE_NUMBER && !scalar_is_constant(&src->number) && !src->id)
        src->id = ++v->next_id;
    struct value copy = *src;
    if (!wide) {
        copy.number = scalar_low32(src->number);
        if (src->number.umax > UINT32_MAX)
            copy.id = 0;
    }
    *dst = copy;
    return RULE_NONE;
}

/* How often an operation has the views of a set agree, beside the once that a step stands for:
 * those of 32 bits do it for their lower half, some for their operands or what they are made of
 * first. */
static unsigned settles(const struct opcode_info *info) {
    bool half = info->bits == 32;
    switch (info->operation) {
    case DO_ARSH:
    case DO_SDIV:
    case DO_SMOD:
        return half ? 6 : 1;
    case DO_RSH:
    case DO_DIV:
    case DO_MOD:
        return half ? 4 : 1;
    case DO_MOVS8:
    case DO_MOVS16:
    case DO_MOVS32:
        return 2 + half;
    case DO_LSH:
    case DO_XOR:
        return 1 + half;
    default:
        return half;
    }
}

/* What an operation on sets takes beside a step; long multiplication a part a bit. */
static unsigned alu_parts(const struct opcode_info *info, const struct scalar *a,
                          const struct scalar *b) {
    uint64_t some = a->bits.value | a->bits.unknown;
    if (scalar_is_constant(a) && scalar_is_constant(b))
        return 0;
    unsigned parts = PARTS_SETTLED * settles(info);
    if (info->operation == DO_MUL && a->bits.unknown != UINT64_MAX && some)
        parts += 64 - (unsigned)__builtin_clzll(some);
    return parts;
}

enum rule verify_alu(struct verifier *v, struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    bool copies =
        info->operation == DO_MOV || (info->operation >= DO_MOVS8 && info->operation <= DO_MOVS32);
    struct value *dst = reg(v, insn.dst), constant;
    const struct value *source = &constant;
    enum rule rule = copies ? RULE_NONE : must_be_set(v, insn.dst);
    if (info->source != SOURCE_X) {
        constant = number_value(immediate(insn));
    } else if (!rule) {
        rule = must_be_set(v, insn.src);
        source = reg(v, insn.src);
    }
    if (rule)
        return rule;
    if (info->operation == DO_MOV && info->source == SOURCE_X)
        return alu_move(v, insn, dst);
    if (is_pointer(source) || (!copies && is_pointer(dst)))
        return alu_pointer(v, insn, dst, source);
    const struct scalar *old = copies ? &source->number : &dst->number;
    charge(v, alu_parts(info, old, &source->number));
    *dst = number_value(scalar_alu(info->operation, info->bits, *old, source->number));
    return RULE_NONE;
}

enum rule verify_constant(struct verifier *v, uint32_t slot) {
    const struct program *p = v->program;
    struct insn insn = p->insn[slot];
    struct value *dst = reg(v, insn.dst);
    if (insn.op == OP_LDDW_CODE) {
        uint32_t function = program_function_at(p, slot + 1 + (uint32_t)insn.imm);
        *dst =
            (struct value){.kind = VALUE_FUNCTION, .index = function, .number = scalar_constant(0)};
        return RULE_NONE;
    }
    if (insn.op == OP_LDDW_IMM) {
        *dst = number_value(scalar_constant(program_constant(p, slot)));
        return RULE_NONE;
    }
    const struct variable *variable = &p->variable[insn.imm];
    int32_t offset = p->insn[slot + 1].imm;
    bool may_write = variable->writable && !v->kind->fixed_variables;
    *dst = (struct value){.kind = VALUE_MEMORY,
                          .may = may_write ? MAY_READ_WRITE : MAY_READ,
                          .origin = ORIGIN_VARIABLE,
                          .index = (uint32_t)insn.imm,
                          .bytes = variable->bytes,
                          .number = scalar_constant(0)};
    if (offset < 0 || !value_put(dst, offset, &dst->number))
        return reject(v, RULE_OFFSET_RANGE, "to %d in variable %s", offset, variable->name);
    return RULE_NONE;
}

static bool is_zero(const struct value *value) {
    return value->kind == VALUE_NUMBER && scalar_is_constant(&value->number) &&
           value->number.umin == 0;
}

static struct value compared_with(struct verifier *v, struct insn insn) {
    return insn_info(insn)->source == SOURCE_X ? *reg(v, insn.src) : number_value(immediate(insn));
}

static bool is_packet_test(const struct value *a, const struct value *b) {
    return a->kind == VALUE_PACKET && b->kind == VALUE_PACKET_END &&
           ((a->index == b->index && a->reference == b->reference) || MUTANT(PACKET_OTHER));
}

enum rule verify_comparison(struct verifier *v, struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    enum rule rule = must_be_set(v, insn.dst);
    if (!rule && info->source == SOURCE_X)
        rule = must_be_set(v, insn.src);
    if (rule)
        return rule;
    const struct value *a = reg(v, insn.dst);
    struct value b = compared_with(v, insn);
    bool equality = info->operation == DO_EQ || info->operation == DO_NE;
    if (!is_pointer(a) && !is_pointer(&b))
        return RULE_NONE;
    if (info->bits != 64 || info->operation == DO_SET)
        return reject(v, RULE_POINTER_COMPARE, "a part of a pointer is looked at");
    if (equality && (is_zero(&b) || is_zero(a)))
        return RULE_NONE;
    if (is_packet_test(a, &b) || is_packet_test(&b, a) || same_place(a, &b))
        return RULE_NONE;
    return reject(v, RULE_POINTER_COMPARE, "a pointer with something else");
}

/* Narrowing of numbers: a register's set also narrows its copies. */
struct learnt {
    uint32_t id;
    const struct scalar *number;
};

static void learn(struct value *value, void *with) {
    const struct learnt *l = with;
    if (value->kind == VALUE_NUMBER && value->id == l->id)
        value->number = *l->number;
}

static void learn_number(struct verifier *v, unsigned number, const struct scalar *set) {
    struct value *value = reg(v, number);
    value->number = *set;
    if (value->id)
        each_value(v, learn, &(struct learnt){value->id, set});
}

static bool branch_numbers(struct verifier *v, struct insn insn, bool taken) {
    const struct opcode_info *info = insn_info(insn);
    struct scalar a = reg(v, insn.dst)->number, b = compared_with(v, insn).number;
    if (!scalar_assume(info->operation, info->bits, taken, &a, &b))
        return false;
    if (info->source == SOURCE_X && insn.src == insn.dst)
        return true;
    learn_number(v, insn.dst, &a);
    if (info->source == SOURCE_X)
        learn_number(v, insn.src, &b);
    return true;
}

/* Pointers that are null together. */
struct nullness {
    uint32_t id;
    bool null;
};

static void settle_null(struct value *value, void *with) {
    const struct nullness *n = with;
    bool mine = value->id == n->id || MUTANT(NULL_OTHER);
    if (!is_pointer(value) || !(value->may & MAY_BE_NULL) || !mine)
        return;
    if (n->null)
        *value = number_value(scalar_constant(0));
    else
        value->may &= (uint8_t)~MAY_BE_NULL;
}

static void drop_reference(struct state *s, uint32_t reference) {
    for (uint32_t i = 0; i < s->references; i++) {
        if (s->reference[i] == reference) {
            s->reference[i] = s->reference[--s->references];
            return;
        }
    }
}

static bool branch_null(struct verifier *v, const struct value *pointer, bool null) {
    if (!(pointer->may & MAY_BE_NULL))
        return !null;
    struct nullness n = {pointer->id, null};
    if (null && pointer->owner)
        drop_reference(v->now, pointer->reference);
    each_value(v, settle_null, &n);
    return true;
}

/* Pointers at one place of a packet. */
struct reach {
    uint32_t id, group, reference, bytes;
};

static void extend(struct value *value, void *with) {
    const struct reach *r = with;
    if (value->kind == VALUE_PACKET && value->id == r->id && value->index == r->group &&
        value->reference == r->reference && value->bytes < r->bytes)
        value->bytes = r->bytes;
}

/* `pointer` is at most the end, or less than it. */
static void branch_packet(struct verifier *v, const struct value *pointer, bool less) {
    if (value_offset(pointer) < 0)
        return;
    struct reach r = {pointer->id, pointer->index, pointer->reference,
                      (uint32_t)value_offset(pointer) + less};
    each_value(v, extend, &r);
}

/* Two places in one memory compare as their distances do, as signed numbers: no pointer comes round
 * an end of the address space (hooks.h, DISTANCE). */
static bool branch_places(struct verifier *v, struct insn insn, const struct value *a,
                          const struct value *b, bool taken) {
    static const uint8_t as_signed[] = {
        [DO_EQ] = DO_EQ,   [DO_NE] = DO_NE,   [DO_GT] = DO_SGT,  [DO_GE] = DO_SGE,
        [DO_LT] = DO_SLT,  [DO_LE] = DO_SLE,  [DO_SGT] = DO_SGT, [DO_SGE] = DO_SGE,
        [DO_SLT] = DO_SLT, [DO_SLE] = DO_SLE,
    };
    struct scalar x = value_distance(a), y = value_distance(b);
    if (!scalar_assume(as_signed[insn_info(insn)->operation], 64, taken, &x, &y))
        return false;
    if (insn.dst == insn.src || a->kind == VALUE_PACKET)
        return true;
    return value_put_at(reg(v, insn.dst), &x) && value_put_at(reg(v, insn.src), &y);
}

/* What the comparison's outcome says of its first operand: 0 nothing, 1 it is less or equal, 2 it
 * is less. */
static int says_less(unsigned operation, bool holds) {
    switch (operation) {
    case DO_GT:
        return holds ? 0 : 1;
    case DO_GE:
        return holds ? 0 : 2;
    case DO_LT:
        return holds ? 2 : 0;
    case DO_LE:
        return holds ? 1 : 0;
    case DO_EQ:
        return holds ? 1 : 0;
    default:
        return 0;
    }
}

static unsigned mirrored(unsigned operation) {
    return operation == DO_GT   ? DO_LT
           : operation == DO_LT ? DO_GT
           : operation == DO_GE ? DO_LE
           : operation == DO_LE ? DO_GE
                                : operation;
}

bool verify_may_branch(struct verifier *v, struct insn insn, bool taken) {
    const struct opcode_info *info = insn_info(insn);
    const struct value *value = reg(v, insn.dst);
    if (is_pointer(value) || (info->source == SOURCE_X && is_pointer(reg(v, insn.src))))
        return true;
    struct scalar a = value->number, b = compared_with(v, insn).number;
    return scalar_assume(info->operation, info->bits, taken, &a, &b);
}

bool verify_branch(struct verifier *v, struct insn insn, bool taken) {
    unsigned operation = insn_info(insn)->operation;
    struct value a = *reg(v, insn.dst), b = compared_with(v, insn);
    if (!is_pointer(&a) && !is_pointer(&b))
        return branch_numbers(v, insn, taken);
    if (is_zero(&b) || is_zero(&a))
        return branch_null(v, is_zero(&b) ? &a : &b, taken == (operation == DO_EQ));
    if (same_place(&a, &b))
        return branch_places(v, insn, &a, &b, taken);
    int less = is_packet_test(&a, &b)   ? says_less(operation, taken)
               : is_packet_test(&b, &a) ? says_less(mirrored(operation), taken)
                                        : 0;
    if (less)
        branch_packet(v, a.kind == VALUE_PACKET ? &a : &b, less == 2);
    return true;
}
