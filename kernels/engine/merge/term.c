/* SPDX-License-Identifier: MIT */
/* term.c -- see term.h: arithmetic. */
#include "engine/merge/term.h"

#define LOW_32 0xffffffffull

static const struct value unknown = {.kind = VALUE_UNKNOWN};

struct value value_constant(uint64_t number) {
    return (struct value){.kind = VALUE_CONSTANT, .constant = number};
}

struct value value_source(struct guard_source source) {
    return (struct value){
        .kind = VALUE_TERM,
        .term = {.source = source, .bits = 64, .mask = low_bits(8u * source.bytes)}};
}

bool value_is_argument(const struct value *v, unsigned *argument, uint64_t *add) {
    const struct term *t = &v->term;
    if (v->kind != VALUE_TERM || t->source.kind != GUARD_ARGUMENT || t->source.swapped ||
        t->shift || t->sign || t->bits != 64 || t->mask != UINT64_MAX || t->flip)
        return false;
    *argument = t->source.argument;
    *add = t->add;
    return true;
}

/* Restores the invariants of a term without sign. */
static struct value normal(struct value v) {
    if (v.term.mask == 0)
        return value_constant((v.term.flip + v.term.add) & low_bits(v.term.bits));
    if (v.term.add == 0)
        v.term.bits = 64;
    return v;
}

static bool is_bits(const struct value *v) {
    return v->kind == VALUE_TERM && v->term.add == 0 && v->term.sign == 0;
}

struct value value_cut(struct value v) {
    if (v.kind == VALUE_TEST)
        return v;
    if (v.kind == VALUE_CONSTANT)
        return value_constant(v.constant & LOW_32);
    if (v.kind != VALUE_TERM || v.term.sign > 32)
        return unknown;
    v.term.bits = 32;
    if (v.term.sign)
        return v;
    v.term.mask &= LOW_32;
    v.term.flip &= LOW_32;
    v.term.add &= LOW_32;
    return normal(v);
}

struct value value_and(struct value v, uint64_t c) {
    if (v.kind == VALUE_CONSTANT)
        return value_constant(v.constant & c);
    if (v.kind == VALUE_TEST)
        return c & 1 ? v : value_constant(0);
    if (v.kind != VALUE_TERM)
        return unknown;
    if (c == UINT64_MAX)
        return v;
    if (v.term.sign && !(c & ~low_bits(v.term.sign)))
        v.term.sign = 0;
    if (v.term.sign || v.term.add)
        return c == LOW_32 ? value_cut(v) : unknown;
    v.term.mask &= c;
    v.term.flip &= c;
    return normal(v);
}

static struct value value_or(struct value v, uint64_t c) {
    if (v.kind == VALUE_CONSTANT)
        return value_constant(v.constant | c);
    if (c == 0)
        return v;
    if (!is_bits(&v))
        return unknown;
    v.term.mask &= ~c;
    v.term.flip |= c;
    return normal(v);
}

static struct value value_xor(struct value v, uint64_t c) {
    if (v.kind == VALUE_CONSTANT)
        return value_constant(v.constant ^ c);
    if (c == 0)
        return v;
    if (v.kind == VALUE_TEST && c == 1 && conjunct_complement(&v.test) == OUTCOME_IF)
        return v;
    if (!is_bits(&v))
        return unknown;
    v.term.flip ^= c;
    return v;
}

static struct value value_add(struct value v, uint64_t c, unsigned bits) {
    if (v.kind == VALUE_CONSTANT)
        return value_constant((v.constant + c) & low_bits(bits));
    if (c == 0)
        return v;
    if (v.kind != VALUE_TERM || v.term.sign || (v.term.add && v.term.bits != bits))
        return unknown;
    v.term.bits = (uint8_t)bits;
    v.term.add = (v.term.add + c) & low_bits(bits);
    return normal(v);
}

static struct value value_lsh(struct value v, unsigned count) {
    if (v.kind == VALUE_CONSTANT)
        return value_constant(v.constant << count);
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
static struct value value_highest(struct value v, unsigned bits) {
    struct value test = {.kind = VALUE_TEST};
    enum outcome known = value_compare(&v, DO_SLT, bits, 0, &test.test);
    return known == OUTCOME_UNKNOWN ? unknown
           : known == OUTCOME_IF    ? test
                                    : value_constant(known == OUTCOME_ALWAYS);
}

static struct value value_rsh(struct value v, unsigned count, unsigned bits) {
    if (v.kind == VALUE_CONSTANT)
        return value_constant(v.constant >> count);
    if (count == 0)
        return v;
    if (count == bits - 1)
        return value_highest(v, bits);
    if (!is_bits(&v))
        return unknown;
    v.term.mask >>= count;
    v.term.flip >>= count;
    v.term.shift = (int8_t)(v.term.shift - (int)count);
    return normal(v);
}

static struct value value_arsh(struct value v, unsigned count, unsigned bits) {
    if (v.kind == VALUE_CONSTANT) {
        int64_t number = (int64_t)(v.constant << (64 - bits)) >> (64 - bits);
        return value_constant((uint64_t)(number >> count) & low_bits(bits));
    }
    if (count == 0)
        return v;
    if (!is_bits(&v))
        return unknown;
    if (!((v.term.mask | v.term.flip) >> (bits - 1) & 1))
        return value_rsh(v, count, bits);
    if (v.term.flip)
        return unknown;
    v.term.mask >>= count;
    v.term.shift = (int8_t)(v.term.shift - (int)count);
    v.term.sign = (uint8_t)(bits - count);
    v.term.bits = (uint8_t)bits;
    return v;
}

static struct value value_sign_extend(struct value v, unsigned from, unsigned bits) {
    v = value_lsh(v, bits - from);
    return value_arsh(bits == 32 ? value_cut(v) : v, bits - from, bits);
}

/* The low `bits` bits, their bytes in the other order. */
static struct value value_swap(struct value v, unsigned bits) {
    v = value_and(v, low_bits(bits));
    if (v.kind == VALUE_CONSTANT)
        return value_constant(__builtin_bswap64(v.constant) >> (64 - bits));
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
    const struct guard_source *x = &a->source, *y = &b->source;
    return x->kind == y->kind && x->argument == y->argument && x->bytes == y->bytes &&
           x->swapped == y->swapped && x->offset == y->offset && a->shift == b->shift &&
           a->sign == b->sign && a->bits == b->bits && a->mask == b->mask && a->flip == b->flip &&
           a->add == b->add;
}

static struct value negated_or_self(struct value a, struct value b) {
    if (a.kind == VALUE_TERM && b.kind == VALUE_NEGATED && same_term(&a.term, &b.term))
        a.kind = VALUE_SIGNED;
    else if (a.kind == VALUE_NEGATED && b.kind == VALUE_TERM && same_term(&a.term, &b.term))
        a.kind = VALUE_SIGNED;
    else
        a = unknown;
    return a;
}

static struct value value_negate(struct value v, unsigned bits) {
    if (v.kind == VALUE_CONSTANT)
        return value_constant(-v.constant & low_bits(bits));
    if (v.kind != VALUE_TERM || bits != 64)
        return unknown;
    v.kind = VALUE_NEGATED;
    return v;
}

/* Operations whose operands may change places; one of them is a constant. */
static struct value value_commutes(unsigned operation, struct value v, uint64_t c, unsigned bits) {
    switch (operation) {
    case DO_ADD:
        return value_add(v, c, bits);
    case DO_AND:
        return value_and(v, c);
    case DO_OR:
        return value_or(v, c);
    default:
        return value_xor(v, c);
    }
}

static struct value value_two(const struct opcode_info *info, struct value dst, struct value by) {
    bool commutes = info->operation == DO_ADD || info->operation == DO_AND ||
                    info->operation == DO_OR || info->operation == DO_XOR;
    if (commutes && by.kind == VALUE_CONSTANT)
        return value_commutes(info->operation, dst, by.constant, info->bits);
    if (commutes && dst.kind == VALUE_CONSTANT)
        return value_commutes(info->operation, by, dst.constant, info->bits);
    if (info->operation == DO_OR && info->bits == 64)
        return negated_or_self(dst, by);
    if (by.kind != VALUE_CONSTANT)
        return unknown;
    unsigned count = (unsigned)by.constant & (info->bits - 1u);
    switch (info->operation) {
    case DO_SUB:
        return value_add(dst, -by.constant & low_bits(info->bits), info->bits);
    case DO_LSH:
        return value_lsh(dst, count);
    case DO_RSH:
        return value_rsh(dst, count, info->bits);
    case DO_ARSH:
        return value_arsh(dst, count, info->bits);
    default:
        return unknown;
    }
}

struct value value_alu(struct insn insn, const struct value *to, const struct value *operand) {
    const struct opcode_info *info = insn_info(insn);
    struct value by = info->bits == 32 ? value_cut(*operand) : *operand;
    if (info->operation == DO_MOV)
        return by;
    struct value v, dst = info->bits == 32 ? value_cut(*to) : *to;
    switch (info->operation) {
    case DO_MOVS8:
    case DO_MOVS16:
    case DO_MOVS32:
        return value_sign_extend(by, 8u << (info->operation - DO_MOVS8), info->bits);
    case DO_ZEXT16:
    case DO_ZEXT32:
    case DO_ZEXT64:
        return value_and(dst, low_bits(16u << (info->operation - DO_ZEXT16)));
    case DO_SWAP16:
    case DO_SWAP32:
    case DO_SWAP64:
        return value_swap(dst, 16u << (info->operation - DO_SWAP16));
    case DO_NEG:
        return value_negate(dst, info->bits);
    default:
        v = value_two(info, dst, by);
        return info->bits == 32 ? value_cut(v) : v;
    }
}
