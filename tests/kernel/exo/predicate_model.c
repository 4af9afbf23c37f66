/* SPDX-License-Identifier: MIT */
/* predicate_model.c -- random sums of products: what the library makes of them says, compiled and
 * interpreted, what a second reading of them says. As many as the boot word predicates=NUMBER:SEED
 * asks for (tests/kernel/campaign predicates NUMBER SEED). */
#include "told.h"

#include "exo/libos/time/sleep.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/format.h"
#include "measure/bench.h"

#define PROGRAMS 500

static uint8_t code[EXO_PREDICATE_BYTES];
static volatile uint64_t words[8];

static uint64_t seed;
static unsigned below(unsigned n) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(seed >> 33) % n;
}

/* Some that are near each other, and some with a bit at either end. */
static uint64_t any_value(void) {
    static const uint64_t far[] = {0,         1,    0x7fffffff,  0x80000000, 0xffffffff80000000,
                                   1ul << 63, -1ul, 0x123456789a};
    return below(2) ? below(3) : far[below(8)] + below(2);
}

static bool holds(const struct term *t) {
    uint64_t a = words[t->left], b = t->right == TERM_CONSTANT ? t->value : words[t->right];
    switch (t->op) {
    case TERM_EQ:
        return a == b;
    case TERM_NE:
        return a != b;
    case TERM_LT:
        return a < b;
    case TERM_LE:
        return a <= b;
    case TERM_GT:
        return a > b;
    default:
        return a >= b;
    }
}

static uint64_t reference(const struct term *t) {
    bool all = true;
    for (;; t++) {
        if (t->op != TERM_OR)
            all = all && holds(t);
        else if (all)
            return t->value;
        else
            all = true;
    }
}

/* The last product holds always, so that nobody sleeps for ever. */
static unsigned any_terms(struct term *t) {
    unsigned n = 0;
    for (unsigned products = below(6); products; products--) {
        for (unsigned terms = 1 + below(4); terms; terms--)
            t[n++] = (struct term){(uint8_t)below(TERM_OR), (uint8_t)below(8),
                                   below(2) ? (uint8_t)below(8) : TERM_CONSTANT, any_value()};
        t[n++] = (struct term){.op = TERM_OR, .value = 1 + any_value() % 1000000};
    }
    t[n++] = (struct term){.op = TERM_OR, .value = 1ul << 40};
    return n;
}

/* Whether it says so of two sets of values. */
static bool says(const struct term *terms, unsigned *other) {
    for (unsigned n = 0; n < 2; n++) {
        for (unsigned i = 0; i < 8; i++)
            words[i] = any_value();
        uint64_t expected = reference(terms);
        *other += expected != 1ul << 40;
        if (exo_env_sleep() || uarea->predicate_tag != expected)
            return false;
    }
    return true;
}

CHECK(predicate_products, "predicate/random_sums_of_products_say_what_a_second_reading_says") {
    static struct exo_variable v[8];
    struct term terms[32];
    uint64_t asked[2] = {PROGRAMS, 1};
    unsigned other = 0;
    told("predicates=", asked);
    seed = asked[1];
    for (unsigned i = 0; i < 8; i++)
        v[i] = (struct exo_variable){(uint64_t)&words[i], 0};
    for (uint64_t n = 0; n < asked[0]; n++) {
        unsigned count = any_terms(terms);
        long bytes = predicate_of_terms(terms, count, 8, code, sizeof code);
        for (uint64_t how = 0; how <= EXO_PREDICATE_INTERPRETED; how++) {
            long error = exo_predicate_set(code, (size_t)bytes, v, 8, how, 0);
            if (bytes < 0 || error || !says(terms, &other))
                check_fail(c, "program %lu, how %lu: %ld %ld, tag %#lx", n, how, bytes, error,
                           uarea->predicate_tag);
        }
        if (n % 20000 == 19999) {
            char line[80];
            exo_console_write(0, line,
                              format_text(line, sizeof line, "predicates: %lu programs\n", n + 1));
        }
    }
    CHECK_THAT(c, other > asked[0] / 2);
    exo_predicate_set(0, 0, 0, 0, 0, 0);
}
