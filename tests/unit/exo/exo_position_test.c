/* SPDX-License-Identifier: MIT */
/* exo_position_test.c -- terms of positions, against a slow twin that keeps a list of all that was
 * used and looks it through each time. */
#include "exo/kernel/time/position.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/error.h"

#define POSITIONS 4 /* that take part */
#define STEPS     4000

static struct exo_slot all[EXO_SLOTS];

static uint64_t state = 88172645463325252;
static uint64_t below(uint64_t n) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

/* What the twin knows of a position. */
static struct twin {
    struct exo_terms terms;
    uint64_t since; /* when they were set */
    uint64_t kept;
    struct {
        uint64_t period, used; /* in which of its periods, as a budget; how much */
    } log[STEPS];
    unsigned logged;
} twins[POSITIONS];

static void set(unsigned i, const struct exo_terms *t, uint64_t now) {
    assert_int_equal(position_terms_check(t), 0);
    position_terms_set(all, i, t, now);
    twins[i].terms = *t;
    twins[i].since = now;
    twins[i].kept = twins[i].logged = 0;
}

/* What the budget has left: period by period, what is used beyond the limit is owed to the next. */
static int64_t left(const struct twin *b, uint64_t now) {
    uint64_t n = (now - b->since) / b->terms.period, last = 0;
    int64_t have = (int64_t)b->terms.limit;
    for (unsigned k = 0; k < b->logged; k++) {
        if (b->log[k].period != last) {
            have = (int64_t)b->terms.limit + (have < 0 ? have : 0);
            last = b->log[k].period;
        }
        have -= (int64_t)b->log[k].used;
    }
    return n != last ? (int64_t)b->terms.limit + (have < 0 ? have : 0) : have;
}

static void random_slices_are_as_long_as_the_twin_says(void **unused) {
    uint64_t now = 12345;
    (void)unused;
    for (unsigned i = 0; i < POSITIONS; i++)
        set(i, &(struct exo_terms){.budget = i}, now);
    for (unsigned step = 0; step < STEPS; step++) {
        unsigned i = (unsigned)below(POSITIONS);
        struct twin *t = &twins[i], *b = &twins[t->terms.budget];
        if (below(500) == 0) {
            const struct exo_terms terms = {.budget = below(POSITIONS),
                                            .keeps = below(EXO_KEEPS_MOST + 1),
                                            .limit = below(2) * (1 + below(1000000)),
                                            .period = 1000000 + below(9000000)};
            set(i, &terms, now);
            continue;
        }
        if (below(5) == 0) {
            position_slept(all, i);
            t->kept += EXO_SLICE_NS;
        } else {
            bool by_budget;
            uint64_t wanted = EXO_SLICE_NS + t->kept, used;
            int64_t most = b->terms.limit ? left(b, now) : INT64_MAX;
            uint64_t length = position_length(all, i, now, &by_budget);
            if (most <= POSITION_LEAST) {
                assert_int_equal(length, 0);
                now += below(1000000);
                continue;
            }
            assert_int_equal(length, most < (int64_t)wanted ? (uint64_t)most : wanted);
            assert_int_equal(by_budget, most <= (int64_t)wanted);
            t->kept = 0;
            used = below(3) ? length + below(3000) : below(length);
            position_end(all, i, length, used);
            if (b->terms.limit) { /* charged to the period that it began in */
                b->log[b->logged].period = (now - b->since) / b->terms.period;
                b->log[b->logged++].used = used;
            }
            now += used;
            t->kept += used < length ? length - used : 0;
        }
        t->kept = t->kept < t->terms.keeps ? t->kept : t->terms.keeps;
        assert_int_equal(all[i].kept, t->kept);
    }
}

static void terms_that_are_none_are_refused(void **unused) {
    static const struct exo_terms bad[] = {
        {.budget = EXO_SLOTS},
        {.budget = -1ul},
        {.keeps = EXO_KEEPS_MOST + 1},
        {.keeps = -1ul},
        {.limit = 1},
        {.limit = 2, .period = 1},
        {.limit = -1ul, .period = -1ul},
        {.limit = 1, .period = EXO_PERIOD_MOST + 1},
    };
    (void)unused;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(position_terms_check(&bad[i]), -E_INVALID);
    assert_int_equal(position_terms_check(&(struct exo_terms){.limit = 7, .period = 7}), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_slices_are_as_long_as_the_twin_says),
        cmocka_unit_test(terms_that_are_none_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
