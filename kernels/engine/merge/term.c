/* SPDX-License-Identifier: MIT */
/* term.c -- see term.h: arithmetic. */
#include "engine/merge/term.h"

#include "engine/assert.h"

#define LOW_32 0xffffffffull

static const struct expression unknown = {.kind = EXPRESSION_UNKNOWN};

struct expression expression_constant(uint64_t number) {
    return (struct expression){.kind = EXPRESSION_CONSTANT, .constant = number};
}

struct expression expression_source(struct guard_source source) {
    return (struct expression){
        .kind = EXPRESSION_TERM,
        .term = {.source = source, .bits = 64, .mask = low_bits(8u * source.bytes)}};
}

bool expression_is_argument(const struct expression *v, unsigned *argument, uint64_t *add) {
    const struct term *t = &v->term;
    if (v->kind != EXPRESSION_TERM || t->source.kind != GUARD_ARGUMENT || t->source.swapped ||
        t->shift || t->sign || t->bits != 64 || t->mask != UINT64_MAX || t->flip)
        return false;
    *argument = t->source.argument;
    *add = t->add;
    return true;
}

/* Restores the invariants of a term without sign. */
static struct expression normal(struct expression v) {
    ENGINE_ASSERT(v.kind == EXPRESSION_TERM && v.term.bits && v.term.bits <= 64,
                  "%u bits of kind %u", v.term.bits, v.kind);
    if (v.term.mask == 0)
        return expression_constant((v.term.flip + v.term.add) & low_bits(v.term.bits));
    if (v.term.add == 0)
        v.term.bits = 64;
    return v;
}

static bool is_bits(const struct expression *v) {
    return v->kind == EXPRESSION_TERM && v->term.add == 0 && v->term.sign == 0;
}

struct expression expression_cut(struct expression v) {
    if (v.kind == EXPRESSION_TEST)
        return v;
    if (v.kind == EXPRESSION_CONSTANT)
        return expression_constant(v.constant & LOW_32);
    if (v.kind != EXPRESSION_TERM || v.term.sign > 32)
        return unknown;
    v.term.bits = 32;
    if (v.term.sign)
        return v;
    v.term.mask &= LOW_32;
    v.term.flip &= LOW_32;
    v.term.add &= LOW_32;
    return normal(v);
}

struct expression expression_and(struct expression v, uint64_t c) {
    if (v.kind == EXPRESSION_CONSTANT)
        return expression_constant(v.constant & c);
    if (v.kind == EXPRESSION_TEST)
        return c & 1 ? v : expression_constant(0);
    if (v.kind != EXPRESSION_TERM)
        return unknown;
    if (c == UINT64_MAX)
        return v;
    if (v.term.sign && !(c & ~low_bits(v.term.sign)))
        v.term.sign = 0;
    if (v.term.sign || v.term.add)
        return c == LOW_32 ? expression_cut(v) : unknown;
    v.term.mask &= c;
    v.term.flip &= c;
    return normal(v);
}

static struct expression expression_or(struct expression v, uint64_t c) {
    if (v.kind == EXPRESSION_CONSTANT)
        return expression_constant(v.constant | c);
    if (c == 0)
        return v;
    if (!is_bits(&v))
        return unknown;
    v.term.mask &= ~c;
    v.term.flip |= c;
    return normal(v);
}

static struct expression expression_xor(struct expression v, uint64_t c) {
    if (v.kind == EXPRESSION_CONSTANT)
        return expression_constant(v.constant ^ c);
    if (c == 0)
        return v;
    if (v.kind == EXPRESSION_TEST && c == 1 && conjunct_complement(&v.test) == OUTCOME_IF)
        return v;
    if (!is_bits(&v))
        return unknown;
    v.term.flip ^= c;
    return v;
}

static struct expression expression_add(struct expression v, uint64_t c, unsigned bits) {
    if (v.kind == EXPRESSION_CONSTANT)
        return expression_constant((v.constant + c) & low_bits(bits));
    if (c == 0)
        return v;
    if (v.kind != EXPRESSION_TERM || v.term.sign || (v.term.add && v.term.bits != bits))
        return unknown;
    v.term.bits = (uint8_t)bits;
    v.term.add = (v.term.add + c) & low_bits(bits);
    return normal(v);
}

static struct expression expression_lsh(struct expression v, unsigned count) {
    if (v.kind == EXPRESSION_CONSTANT)
        return expression_constant(v.constant << count);
    if (count == 0)
        return v;
    if (!is_bits(&v))
        return unknown;
    v.term.mask <<= count;
    v.term.flip <<= count;
    v.term.shift = (int8_t)(v.term.shift + (int)count);
    return normal(v);
}

/* The highest bit alone: what compilers make of x < 0, of x == 0 and of x != 0. */
static struct expression expression_highest(struct expression v, unsigned bits) {
    struct expression test = {.kind = EXPRESSION_TEST};
    enum outcome known = expression_compare(&v, DO_SLT, bits, 0, &test.test);
    return known == OUTCOME_UNKNOWN ? unknown
           : known == OUTCOME_IF    ? test
                                    : expression_constant(known == OUTCOME_ALWAYS);
}

static struct expression expression_rsh(struct expression v, unsigned count, unsigned bits) {
    if (v.kind == EXPRESSION_CONSTANT)
        return expression_constant(v.constant >> count);
    ENGINE_ASSERT(count < bits, "by %u of %u bits", count, bits);
    if (count == 0)
        return v;
    if (count == bits - 1)
        return expression_highest(v, bits);
    if (!is_bits(&v))
        return unknown;
    v.term.mask >>= count;
    v.term.flip >>= count;
    v.term.shift = (int8_t)(v.term.shift - (int)count);
    return normal(v);
}

static struct expression expression_arsh(struct expression v, unsigned count, unsigned bits) {
    if (v.kind == EXPRESSION_CONSTANT) {
        int64_t number = (int64_t)(v.constant << (64 - bits)) >> (64 - bits);
        return expression_constant((uint64_t)(number >> count) & low_bits(bits));
    }
    if (count == 0)
        return v;
    if (!is_bits(&v))
        return unknown;
    if (!((v.term.mask | v.term.flip) >> (bits - 1) & 1))
        return expression_rsh(v, count, bits);
    if (v.term.flip)
        return unknown;
    v.term.mask >>= count;
    v.term.shift = (int8_t)(v.term.shift - (int)count);
    v.term.sign = (uint8_t)(bits - count);
    v.term.bits = (uint8_t)bits;
    return v;
}

static struct expression expression_sign_extend(struct expression v, unsigned from, unsigned bits) {
    v = expression_lsh(v, bits - from);
    return expression_arsh(bits == 32 ? expression_cut(v) : v, bits - from, bits);
}

/* The low `bits` bits, their bytes in the other order. */
static struct expression expression_swap(struct expression v, unsigned bits) {
    v = expression_and(v, low_bits(bits));
    if (v.kind == EXPRESSION_CONSTANT)
        return expression_constant(__builtin_bswap64(v.constant) >> (64 - bits));
    struct term *t = &v.term;
    if (!is_bits(&v) || t->shift || t->flip || t->source.kind == GUARD_LENGTH)
        return unknown;
    unsigned width = 8u * t->source.bytes;
    if (width > bits && t->source.swapped)
        return unknown;
    if (width > bits) /* its low bytes are a source of their own: memory is little-endian */
        t->source.bytes = (uint8_t)((width = bits) / 8);
    t->source.swapped = t->source.bytes > 1 && !t->source.swapped;
    t->mask = __builtin_bswap64(t->mask) >> (64 - bits);
    t->shift = (int8_t)(bits - width);
    return v;
}

static bool same_term(const struct term *a, const struct term *b) {
    return guard_source_equal(&a->source, &b->source) && a->shift == b->shift &&
           a->sign == b->sign && a->bits == b->bits && a->mask == b->mask && a->flip == b->flip &&
           a->add == b->add;
}

static struct expression negated_or_self(struct expression a, struct expression b) {
    if (a.kind == EXPRESSION_TERM && b.kind == EXPRESSION_NEGATED && same_term(&a.term, &b.term))
        a.kind = EXPRESSION_SIGNED;
    else if (a.kind == EXPRESSION_NEGATED && b.kind == EXPRESSION_TERM &&
             same_term(&a.term, &b.term))
        a.kind = EXPRESSION_SIGNED;
    else
        a = unknown;
    return a;
}

static struct expression expression_negate(struct expression v, unsigned bits) {
    if (v.kind == EXPRESSION_CONSTANT)
        return expression_constant(-v.constant & low_bits(bits));
    if (v.kind != EXPRESSION_TERM || bits != 64)
        return unknown;
    v.kind = EXPRESSION_NEGATED;
    return v;
}

/* Operations whose operands may change places; one of them is a constant. */
static struct expression expression_commutes(unsigned operation, struct expression v, uint64_t c,
                                             unsigned bits) {
    switch (operation) {
    case DO_ADD:
        return expression_add(v, c, bits);
    case DO_AND:
        return expression_and(v, c);
    case DO_OR:
        return expression_or(v, c);
    default:
        return expression_xor(v, c);
    }
}

static struct expression expression_two(const struct opcode_info *info, struct expression dst,
                                        struct expression by) {
    bool commutes = info->operation == DO_ADD || info->operation == DO_AND ||
                    info->operation == DO_OR || info->operation == DO_XOR;
    if (commutes && by.kind == EXPRESSION_CONSTANT)
        return expression_commutes(info->operation, dst, by.constant, info->bits);
    if (commutes && dst.kind == EXPRESSION_CONSTANT)
        return expression_commutes(info->operation, by, dst.constant, info->bits);
    if (info->operation == DO_OR && info->bits == 64)
        return negated_or_self(dst, by);
    if (by.kind != EXPRESSION_CONSTANT)
        return unknown;
    unsigned count = (unsigned)by.constant & (info->bits - 1u);
    switch (info->operation) {
    case DO_SUB:
        return expression_add(dst, -by.constant & low_bits(info->bits), info->bits);
    case DO_LSH:
        return expression_lsh(dst, count);
    case DO_RSH:
        return expression_rsh(dst, count, info->bits);
    case DO_ARSH:
        return expression_arsh(dst, count, info->bits);
    default:
        return unknown;
    }
}

struct expression expression_alu(struct insn insn, const struct expression *to,
                                 const struct expression *operand) {
    const struct opcode_info *info = insn_info(insn);
    struct expression by = info->bits == 32 ? expression_cut(*operand) : *operand;
    if (info->operation == DO_MOV)
        return by;
    struct expression v, dst = info->bits == 32 ? expression_cut(*to) : *to;
    switch (info->operation) {
    case DO_MOVS8:
    case DO_MOVS16:
    case DO_MOVS32:
        return expression_sign_extend(by, 8u << (info->operation - DO_MOVS8), info->bits);
    case DO_ZEXT16:
    case DO_ZEXT32:
    case DO_ZEXT64:
        return expression_and(dst, low_bits(16u << (info->operation - DO_ZEXT16)));
    case DO_SWAP16:
    case DO_SWAP32:
    case DO_SWAP64:
        return expression_swap(dst, 16u << (info->operation - DO_SWAP16));
    case DO_NEG:
        return expression_negate(dst, info->bits);
    default:
        v = expression_two(info, dst, by);
        return info->bits == 32 ? expression_cut(v) : v;
    }
}
