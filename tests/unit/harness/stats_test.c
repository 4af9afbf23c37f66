/* SPDX-License-Identifier: MIT */
/* stats_test.c -- the statistics on numbers worked out by hand, and the exact bootstrap against a
 * slow, obvious one that resamples. */
#include "run/stats.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>

static void assert_near(double is, double wanted, double within) {
    if (!(fabs(is - wanted) <= within))
        fail_msg("%.9g where %.9g was wanted", is, wanted);
}

static void the_median_is_the_lower_middle(void **state) {
    (void)state;
    assert_near(stats_median((double[]){7}, 1), 7, 0);
    assert_near(stats_median((double[]){9, 1}, 2), 1, 0);
    assert_near(stats_median((double[]){9, 1, 5}, 3), 5, 0);
    assert_near(stats_median((double[]){4, 3, 2, 1}, 4), 2, 0);
}

/* Nearest rank: of 40 values the 5th percentile is the 2nd smallest, the 95th the 38th. */
static void percentiles_are_measured_values(void **state) {
    (void)state;
    double values[40];
    for (int i = 0; i < 40; i++)
        values[i] = 40 - i;
    assert_near(stats_percentile(values, 40, 5), 2, 0);
    assert_near(stats_percentile(values, 40, 95), 38, 0);
    assert_near(stats_percentile(values, 40, 0), 1, 0);
    assert_near(stats_percentile(values, 40, 100), 40, 0);
    assert_near(stats_percentile(values, 1, 95), 40, 0);
}

/* Seven values: the resample's median is at most the k-th if at least 4 of 7 draws are.
 * k = 1: P(Bin(7, 1/7) >= 4) = 0.0102; k = 2: P(Bin(7, 2/7) >= 4) = 0.1083, so the lower end is the
 * second smallest; by symmetry the upper is the sixth. */
static void the_interval_of_seven_is_the_second_and_sixth(void **state) {
    (void)state;
    struct interval i = stats_median_interval((double[]){70, 10, 50, 30, 60, 20, 40}, 7);
    assert_near(i.low, 20, 0);
    assert_near(i.high, 60, 0);
}

/* P(median <= 1st of 3) = P(Bin(3, 1/3) >= 2) = 7/27: far above the tail, so all of it. */
static void the_interval_of_three_is_all_of_it(void **state) {
    (void)state;
    struct interval i = stats_median_interval((double[]){3, 1, 2}, 3);
    assert_near(i.low, 1, 0);
    assert_near(i.high, 3, 0);
    i = stats_median_interval((double[]){5}, 1);
    assert_near(i.low, 5, 0);
    assert_near(i.high, 5, 0);
}

static uint64_t random_next(uint64_t *x) {
    *x ^= *x << 13;
    *x ^= *x >> 7;
    return *x ^= *x << 17;
}

static int number_compare(const void *a, const void *b) {
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static double resampled_median(const double *values, size_t count, uint64_t *x) {
    double drawn[64];
    for (size_t i = 0; i < count; i++)
        drawn[i] = values[random_next(x) % count];
    qsort(drawn, count, sizeof *drawn, number_compare);
    return drawn[(count - 1) / 2];
}

static void the_exact_bootstrap_is_what_resampling_tends_to(void **state) {
    (void)state;
    enum { DRAWS = 40000, A = 12, B = 9 };
    static double medians[DRAWS], ratios[DRAWS];
    double a[A], b[B];
    uint64_t x = 88172645463325252u;
    for (int i = 0; i < A; i++)
        a[i] = 1000 + (double)(random_next(&x) % 200);
    for (int i = 0; i < B; i++)
        b[i] = 1100 + (double)(random_next(&x) % 200);
    for (int i = 0; i < DRAWS; i++) {
        medians[i] = resampled_median(a, A, &x);
        ratios[i] = resampled_median(b, B, &x) / medians[i];
    }
    qsort(medians, DRAWS, sizeof *medians, number_compare);
    qsort(ratios, DRAWS, sizeof *ratios, number_compare);
    struct interval m = stats_median_interval(a, A), r = stats_ratio_interval(a, A, b, B);
    assert_near(m.low, medians[DRAWS / 40], 0);
    assert_near(m.high, medians[DRAWS - DRAWS / 40], 0);
    assert_near(r.low, ratios[DRAWS / 40], 0.005);
    assert_near(r.high, ratios[DRAWS - DRAWS / 40], 0.005);
}

static void noise_is_what_halves_show(void **state) {
    (void)state;
    assert_near(stats_noise_floor((double[]){5, 5, 5, 5}, 4), 0, 0);
    assert_true(isinf(stats_noise_floor((double[]){5, 5, 5}, 3)));
    /* Halves of 100, 100, 110, 110 have the medians 100|100, 100|110 or 110|100: 10 % at most. */
    assert_near(stats_noise_floor((double[]){100, 110, 100, 110}, 4), 0.10, 0.0101);
    double values[] = {100, 103, 99, 101, 102, 100, 98, 104};
    assert_near(stats_noise_floor(values, 8), stats_noise_floor(values, 8), 0);
}

static void four_verdicts(void **state) {
    (void)state;
    double base[] = {1000, 1002, 998, 1001, 999, 1003}, slow[6], fast[6], near[6];
    double wild[] = {400, 1900, 1010, 700, 1400, 990};
    for (int i = 0; i < 6; i++) {
        slow[i] = base[i] * 1.2;
        fast[i] = base[i] * 0.8;
        near[i] = base[i] + 1;
    }
    assert_int_equal(stats_compare(base, 6, slow, 6), DIFFERENCE_SLOWER);
    assert_int_equal(stats_compare(base, 6, fast, 6), DIFFERENCE_FASTER);
    assert_int_equal(stats_compare(base, 6, near, 6), DIFFERENCE_SAME);
    assert_int_equal(stats_compare(base, 6, base, 6), DIFFERENCE_SAME);
    /* In wild noise nothing can be told; that noise calls itself the same would be worse. */
    assert_int_equal(stats_compare(base, 6, wild, 6), DIFFERENCE_UNSURE);
    /* Four boots are too few for any verdict. */
    assert_int_equal(stats_compare(base, 4, slow, 6), DIFFERENCE_UNSURE);
}

/* The interval of the ratio lies on one side of 1 (0.880 to 0.990; 1.010 to 1.137), but the middle
 * (0.934; 1.066) is no further from 1 than halves of one and the same side are from each other:
 * 0.078 of A, and 0.083 of B moved down. */
static void a_shift_below_the_noise_floor_cannot_be_told(void **state) {
    (void)state;
    double a[7], less[7], more[7];
    for (int i = 0; i < 7; i++) {
        a[i] = 1000 + 20 * i;
        less[i] = a[i] - 70;
        more[i] = a[i] + 70;
    }
    struct interval down = stats_ratio_interval(a, 7, less, 7);
    struct interval up = stats_ratio_interval(a, 7, more, 7);
    assert_true(down.high < 0.995 && up.low > 1.005);
    assert_int_equal(stats_compare(a, 7, less, 7), DIFFERENCE_UNSURE);
    assert_int_equal(stats_compare(a, 7, more, 7), DIFFERENCE_UNSURE);
    for (int i = 0; i < 7; i++) {
        less[i] -= 70;
        more[i] += 70;
    }
    assert_int_equal(stats_compare(a, 7, less, 7), DIFFERENCE_FASTER);
    assert_int_equal(stats_compare(a, 7, more, 7), DIFFERENCE_SLOWER);
}

/* The edges of "same": within 1 % of 1 however quiet the sides are; within their noise floor as
 * long as that is at most 5 %; and within 1 % again above. */
static void sameness_has_edges(void **state) {
    (void)state;
    double quiet[] = {1000, 1000, 1000, 1000, 1000}, one[5], more[5];
    for (int i = 0; i < 5; i++) {
        one[i] = 1010;
        more[i] = 1011;
    }
    assert_int_equal(stats_compare(quiet, 5, one, 5), DIFFERENCE_SAME);
    assert_int_equal(stats_compare(one, 5, quiet, 5), DIFFERENCE_SAME);
    assert_int_equal(stats_compare(quiet, 5, more, 5), DIFFERENCE_SLOWER);
    assert_int_equal(stats_compare(more, 5, quiet, 5), DIFFERENCE_FASTER);
}

/* How often each verdict is given, of TRIALS pairs: 10 boots a side, A's from [1000, 1100), B's
 * from the same less `shift`. */
static void count_verdicts(int trials, int shift, int verdicts[4]) {
    enum { BOOTS = 10 };
    uint64_t x = 424242;
    for (int v = 0; v < 4; v++)
        verdicts[v] = 0;
    for (int trial = 0; trial < trials; trial++) {
        double a[BOOTS], b[BOOTS];
        for (int i = 0; i < BOOTS; i++) {
            a[i] = 1000 + (double)(random_next(&x) % 100);
            b[i] = 1000 - shift + (double)(random_next(&x) % 100);
        }
        verdicts[stats_compare(a, BOOTS, b, BOOTS)]++;
    }
}

/* Two sets from one noisy source: a verdict of faster or slower must be rare. The further they lie
 * apart, the more often it is given, and never the wrong one. The rates are those of the rule as it
 * stands in stats.h: a change of the rule changes them. */
static void verdicts_have_their_rates(void **state) {
    (void)state;
    static const struct {
        int shift, same, faster, slower;
    } wanted[] = {{0, 197, 3, 6},   {10, 163, 26, 2}, {20, 101, 66, 0}, {30, 47, 137, 0},
                  {40, 18, 265, 0}, {50, 6, 420, 0},  {60, 0, 617, 0}};
    enum { TRIALS = 1000 };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        int is[4];
        count_verdicts(TRIALS, wanted[i].shift, is);
        if (is[DIFFERENCE_SAME] != wanted[i].same || is[DIFFERENCE_FASTER] != wanted[i].faster ||
            is[DIFFERENCE_SLOWER] != wanted[i].slower)
            fail_msg("shift %d: %d the same, %d faster, %d slower", wanted[i].shift,
                     is[DIFFERENCE_SAME], is[DIFFERENCE_FASTER], is[DIFFERENCE_SLOWER]);
    }
}

static void arguments_are_not_changed(void **state) {
    (void)state;
    double values[] = {3, 1, 2, 5, 4};
    stats_median(values, 5);
    stats_noise_floor(values, 5);
    stats_ratio_interval(values, 5, values, 5);
    assert_near(values[0], 3, 0);
    assert_near(values[4], 4, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_median_is_the_lower_middle),
        cmocka_unit_test(percentiles_are_measured_values),
        cmocka_unit_test(the_interval_of_seven_is_the_second_and_sixth),
        cmocka_unit_test(the_interval_of_three_is_all_of_it),
        cmocka_unit_test(the_exact_bootstrap_is_what_resampling_tends_to),
        cmocka_unit_test(noise_is_what_halves_show),
        cmocka_unit_test(four_verdicts),
        cmocka_unit_test(a_shift_below_the_noise_floor_cannot_be_told),
        cmocka_unit_test(sameness_has_edges),
        cmocka_unit_test(verdicts_have_their_rates),
        cmocka_unit_test(arguments_are_not_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
