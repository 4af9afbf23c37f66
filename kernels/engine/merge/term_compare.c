/* SPDX-License-Identifier: MIT */
/* term_compare.c -- see term.h: which numbers of its source make a term compare so with a constant.
 *
 * Whatever the comparison, the numbers that pass are one span of a circle: from `first` upwards to
 * `last`, past the highest number to 0 if need be. Taking the term's sum away turns the circle;
 * bits that the term cannot have cut the span; the shift, which keeps the order, leads to the
 * source. */
#include "engine/base/compare.h"
#include "engine/assert.h"
#include "engine/merge/term.h"

/* All numbers pass if last is one before first. */
struct span {
    bool empty;
    uint64_t first, last;
};

static struct span span_of(unsigned operation, unsigned bits, uint64_t c) {
    const uint64_t most = low_bits(bits), least_signed = (most >> 1) + 1;
    ENGINE_ASSERT(!(c & ~most), "%llx in %u bits", (unsigned long long)c, bits);
    const uint64_t above = (c + 1) & most, below = (c - 1) & most;
    switch (operation) {
    case DO_EQ:
        return (struct span){false, c, c};
    case DO_NE:
        return (struct span){false, above, below};
    case DO_GT:
        return (struct span){c == most, above, most};
    case DO_GE:
        return (struct span){false, c, most};
    case DO_LT:
        return (struct span){c == 0, 0, below};
    case DO_LE:
        return (struct span){false, 0, c};
    case DO_SGT:
        return (struct span){c == least_signed - 1, above, least_signed - 1};
    case DO_SGE:
        return (struct span){false, c, least_signed - 1};
    case DO_SLT:
        return (struct span){c == least_signed, least_signed, below};
    default: /* DO_SLE */
        return (struct span){false, least_signed, c};
    }
}

/* What of a span of 64-bit numbers has 32 bits. */
static struct span span_cut(struct span s) {
    const uint64_t most = low_bits(32);
    bool wraps = s.first > s.last;
    if (!wraps && s.first > most)
        s.empty = true;
    if (wraps && s.first > most)
        s.first = 0;
    if (s.last > most)
        s.last = most;
    return s;
}

/* --- From the term's bits to the source's --- */

static uint64_t to_source(const struct term *t, uint64_t bits) {
    return t->shift < 0 ? bits << -t->shift : bits >> t->shift;
}

/* The least number of the source that makes the term no less than this. */
static uint64_t to_source_up(const struct term *t, uint64_t bits) {
    bool cut = t->shift > 0 && bits & low_bits((unsigned)t->shift);
    return to_source(t, bits) + cut;
}

static enum outcome only_point(const struct term *t, uint64_t point, struct conjunct *when) {
    point ^= t->flip;
    if (point & ~t->mask)
        return OUTCOME_NEVER;
    when->low = when->high = to_source(t, point);
    return OUTCOME_IF;
}

static enum outcome all_but_point(const struct term *t, uint64_t point, struct conjunct *when) {
    enum outcome is = only_point(t, point, when);
    return is == OUTCOME_NEVER ? OUTCOME_ALWAYS : conjunct_complement(when);
}

static enum outcome one_range(const struct term *t, struct span s, struct conjunct *when) {
    if (s.first == 0 && s.last == t->mask)
        return OUTCOME_ALWAYS;
    when->low = to_source_up(t, s.first);
    when->high = to_source(t, s.last);
    return when->low > when->high ? OUTCOME_NEVER : OUTCOME_IF;
}

/* Numbers up to `last` and from `first` on. */
static enum outcome two_ranges(const struct term *t, struct span s, struct conjunct *when) {
    when->low = to_source_up(t, s.first);
    when->high = to_source(t, s.last);
    return when->low <= when->high ? OUTCOME_ALWAYS : OUTCOME_IF;
}

/* Does the term, without its sum, lie in the span? */
static enum outcome in_span(const struct term *t, unsigned bits, struct span s,
                            struct conjunct *when) {
    const uint64_t most = t->mask | t->flip, circle = low_bits(bits);
    *when = (struct conjunct){.source = t->source, .mask = to_source(t, t->mask)};
    if (((s.last + 1) & circle) == s.first)
        return OUTCOME_ALWAYS;
    if (((s.last + 2) & circle) == s.first)
        return all_but_point(t, (s.last + 1) & circle, when);
    bool wraps = s.first > s.last;
    if (s.first > most && !wraps)
        return OUTCOME_NEVER;
    if (s.first > most) {
        wraps = false;
        s.first = 0;
    }
    if (s.last >= most && wraps)
        return OUTCOME_ALWAYS;
    if (s.last > most)
        s.last = most;
    if (!wraps && s.first == s.last)
        return only_point(t, s.first, when);
    if (t->flip)
        return OUTCOME_UNKNOWN;
    return wraps ? two_ranges(t, s, when) : one_range(t, s, when);
}

/* --- Comparisons --- */

static enum outcome as_outcome(bool holds) {
    return holds ? OUTCOME_ALWAYS : OUTCOME_NEVER;
}

/* A term whose sign is copied upwards compares with a constant as its low bits do, if the constant
 * is one of those that they can become. */
static enum outcome compare_signed(const struct term *t, unsigned operation, unsigned bits,
                                   uint64_t c, struct conjunct *when) {
    const int64_t number = (int64_t)(c << (64 - bits)) >> (64 - bits);
    const int64_t most = (int64_t)low_bits(t->sign - 1u), least = -most - 1;
    if (t->bits != bits)
        return OUTCOME_UNKNOWN;
    bool inside = least <= number && number <= most;
    switch (operation) {
    case DO_EQ:
    case DO_NE:
        return inside
                   ? in_span(t, t->sign, span_of(operation, t->sign, c & low_bits(t->sign)), when)
                   : as_outcome(operation == DO_NE);
    case DO_SGT:
    case DO_SGE:
    case DO_SLT:
    case DO_SLE:
        break;
    default:
        return OUTCOME_UNKNOWN;
    }
    if (!inside)
        return as_outcome((operation == DO_SGT || operation == DO_SGE) == (number < least));
    struct span s = span_of(operation, t->sign, c & low_bits(t->sign));
    return s.empty ? OUTCOME_NEVER : in_span(t, t->sign, s, when);
}

static enum outcome compare_term(const struct term *t, unsigned operation, unsigned bits,
                                 uint64_t c, struct conjunct *when) {
    if (t->sign)
        return compare_signed(t, operation, bits, c, when);
    struct span s = span_of(operation, bits, c);
    unsigned circle = t->add ? t->bits : bits;
    if (!s.empty && circle < bits && ((s.last + 1) & low_bits(bits)) != s.first)
        s = span_cut(s);
    if (s.empty)
        return OUTCOME_NEVER;
    s.first = (s.first - t->add) & low_bits(circle);
    s.last = (s.last - t->add) & low_bits(circle);
    return in_span(t, circle, s, when);
}

static enum outcome compare_test(const struct conjunct *test, unsigned operation, unsigned bits,
                                 uint64_t c, struct conjunct *when) {
    bool if_one = compare_numbers(operation, bits, 1, c),
         if_zero = compare_numbers(operation, bits, 0, c);
    if (if_one == if_zero)
        return as_outcome(if_one);
    *when = *test;
    return if_one ? OUTCOME_IF : conjunct_complement(when);
}

/* 0 - term, perhaps joined with the term: it is 0 if the term is, and so is, joined, its sign. */
static enum outcome compare_negated(const struct expression *v, unsigned operation, unsigned bits,
                                    uint64_t c, struct conjunct *when) {
    const struct term *t = &v->term;
    bool sign_tells = v->kind == EXPRESSION_SIGNED ||
                      (!t->add && !t->sign && (t->mask | t->flip) <= (uint64_t)1 << 63);
    if (bits != 64 || c != 0)
        return OUTCOME_UNKNOWN;
    if (operation == DO_EQ || operation == DO_NE)
        return compare_term(t, operation, bits, c, when);
    if (operation == DO_SLT && sign_tells)
        return compare_term(t, DO_NE, bits, c, when);
    return OUTCOME_UNKNOWN;
}

static bool has_32_bits(const struct expression *v) {
    const struct term *t = &v->term;
    return v->kind == EXPRESSION_TERM && !t->sign && !t->add && !((t->mask | t->flip) >> 32);
}

enum outcome expression_compare(const struct expression *of, unsigned operation, unsigned bits,
                                uint64_t c, struct conjunct *when) {
    struct expression changed;
    if (bits == 32) {
        c &= low_bits(32);
        if (!has_32_bits(of)) {
            changed = expression_cut(*of);
            of = &changed;
        }
    }
    if (operation == DO_SET) {
        changed = expression_and(*of, c);
        of = &changed;
        operation = DO_NE;
        c = 0;
    }
    switch (of->kind) {
    case EXPRESSION_CONSTANT:
        return as_outcome(compare_numbers(operation, bits, of->constant, c));
    case EXPRESSION_TERM:
        return compare_term(&of->term, operation, bits, c, when);
    case EXPRESSION_TEST:
        return compare_test(&of->test, operation, bits, c, when);
    case EXPRESSION_NEGATED:
    case EXPRESSION_SIGNED:
        return compare_negated(of, operation, bits, c, when);
    default:
        return OUTCOME_UNKNOWN;
    }
}

enum outcome conjunct_complement(struct conjunct *c) {
    const uint64_t low = c->low, high = c->high;
    bool one_bit = !(c->mask & (c->mask - 1));
    if (one_bit && low == high) {
        c->low = c->high = low ^ c->mask;
        return OUTCOME_IF;
    }
    if (low > high) {
        if (low == high + 1)
            return OUTCOME_NEVER;
        c->low = high + 1;
        c->high = low - 1;
        return OUTCOME_IF;
    }
    if (low == 0 && high >= c->mask)
        return OUTCOME_NEVER;
    c->low = high >= c->mask ? 0 : high + 1;
    c->high = low == 0 ? c->mask : low - 1;
    return OUTCOME_IF;
}
