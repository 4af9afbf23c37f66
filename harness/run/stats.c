/* SPDX-License-Identifier: MIT */
/* stats.c -- order statistics, exact bootstrap intervals of the median, A/A noise.
 *
 * The bootstrap needs no random numbers here. The lower-middle median of n values drawn with
 * replacement is one of the n values; it is at most the k-th smallest if at least m = (n + 1) / 2
 * of the draws are, and that many are with probability P(Bin(n, k/n) >= m). So the distribution
 * that thousands of resamples only approach is known exactly (Efron, Annals of Statistics 7, 1979,
 * section 3), and so are the interval's ends. */
#include "run/stats.h"
#include "base/assert.h"
#include "base/memory.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TAIL = 0.025; /* either side of a 95 % interval */

/* What lies this near to 1 is the same on any machine; and noise above the other is no evidence of
 * sameness, however well it hides a difference. */
static const double SAME_MIN = 0.01, SAME_MAX = 0.05;

static double *sorted_copy(const double *values, size_t count) {
    double *copy = memory_new(count, sizeof *copy);
    memcpy(copy, values, count * sizeof *copy);
    gsl_sort(copy, 1, count);
    return copy;
}

double stats_percentile(const double *values, size_t count, double percent) {
    assert_that(count > 0 && percent >= 0 && percent <= 100);
    double *sorted = sorted_copy(values, count);
    /* The product is exact for whole percents of less than 2^46 samples. */
    size_t rank = (size_t)ceil(percent * (double)count / 100);
    double value = sorted[rank ? rank - 1 : 0];
    free(sorted);
    return value;
}

double stats_median(const double *values, size_t count) {
    assert_that(count > 0);
    double *sorted = sorted_copy(values, count);
    double value = sorted[(count - 1) / 2];
    free(sorted);
    return value;
}

/* Probability that the median of a resample is at most the K-th smallest of COUNT. */
static double median_at_most(size_t k, size_t count) {
    assert_that(k > 0 && count > 0);
    size_t middle = (count + 1) / 2;
    if (k >= count)
        return 1;
    return gsl_cdf_binomial_Q((unsigned)middle - 1, (double)k / (double)count, (unsigned)count);
}

/* The smallest k whose probability reaches P, from 1; the probability rises with k. */
static size_t median_rank(double p, size_t count) {
    size_t low = 1, high = count;
    while (low < high) {
        size_t k = low + (high - low) / 2;
        if (median_at_most(k, count) >= p)
            high = k;
        else
            low = k + 1;
    }
    return low;
}

struct interval stats_median_interval(const double *values, size_t count) {
    double *sorted = sorted_copy(values, count);
    struct interval i = {sorted[median_rank(TAIL, count) - 1],
                         sorted[median_rank(1 - TAIL, count) - 1]};
    free(sorted);
    return i;
}

struct weighted {
    double value, weight;
};

static int weighted_compare(const void *a, const void *b) {
    double left = ((const struct weighted *)a)->value, right = ((const struct weighted *)b)->value;
    return (left > right) - (left < right);
}

double stats_multiple(double value, double of) {
    double times = of > 0 ? value / of : NAN;
    return isfinite(times) ? times : NAN;
}

double stats_ratio(double a, double b) {
    return a == b ? 1 : a == 0 ? copysign(INFINITY, b) : a < 0 ? 2 - b / a : b / a;
}

static double weighted_quantile(const struct weighted *w, size_t count, double p) {
    assert_that(count > 0 && p > 0 && p < 1);
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += w[i].weight;
        if (sum >= p)
            return w[i].value;
    }
    return w[count - 1].value;
}

/* How likely each of the sorted values is to be a resample's median. */
static double *median_weights(size_t count) {
    double *weights = memory_new(count, sizeof *weights);
    double before = 0;
    for (size_t k = 1; k <= count; k++) {
        double upto = median_at_most(k, count);
        weights[k - 1] = upto - before;
        before = upto;
    }
    return weights;
}

struct interval stats_ratio_interval(const double *a, size_t a_count, const double *b,
                                     size_t b_count) {
    double *a_sorted = sorted_copy(a, a_count), *b_sorted = sorted_copy(b, b_count);
    double *a_weights = median_weights(a_count), *b_weights = median_weights(b_count);
    struct weighted *ratios = memory_new(a_count * b_count, sizeof *ratios);
    size_t n = 0;
    for (size_t i = 0; i < a_count; i++)
        for (size_t j = 0; j < b_count; j++, n++) {
            ratios[n].value = stats_ratio(a_sorted[i], b_sorted[j]);
            ratios[n].weight = a_weights[i] * b_weights[j];
        }
    qsort(ratios, n, sizeof *ratios, weighted_compare);
    struct interval i = {weighted_quantile(ratios, n, TAIL),
                         weighted_quantile(ratios, n, 1 - TAIL)};
    free(ratios);
    free(a_weights);
    free(b_weights);
    free(a_sorted);
    free(b_sorted);
    return i;
}

double stats_noise_floor(const double *values, size_t count) {
    enum { SPLITS = 200, SEED = 1 };
    if (count < 4)
        return INFINITY;
    double *shuffled = sorted_copy(values, count);
    double moved[SPLITS];
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, SEED);
    for (int i = 0; i < SPLITS; i++) {
        gsl_ran_shuffle(random, shuffled, count, sizeof *shuffled);
        double one = stats_median(shuffled, count / 2);
        double other = stats_median(shuffled + count / 2, count - count / 2);
        moved[i] = fabs(stats_ratio(one, other) - 1);
    }
    gsl_rng_free(random);
    free(shuffled);
    return stats_percentile(moved, SPLITS, 95);
}

enum difference stats_compare(const double *a, size_t a_count, const double *b, size_t b_count) {
    if (a_count < STATS_BOOTS_MIN || b_count < STATS_BOOTS_MIN)
        return DIFFERENCE_UNSURE;
    struct interval i = stats_ratio_interval(a, a_count, b, b_count);
    if (i.low >= 1 - SAME_MIN && i.high <= 1 + SAME_MIN)
        return DIFFERENCE_SAME; /* whatever the noise, which takes long to find */
    if (i.low <= 1 && i.high >= 1 && (i.low < 1 - SAME_MAX || i.high > 1 + SAME_MAX))
        return DIFFERENCE_UNSURE;
    double floor = fmax(stats_noise_floor(a, a_count), stats_noise_floor(b, b_count));
    double middle = stats_ratio(stats_median(a, a_count), stats_median(b, b_count));
    double near = floor > SAME_MAX ? SAME_MIN : fmax(floor, SAME_MIN);
    if (i.low >= 1 - near && i.high <= 1 + near)
        return DIFFERENCE_SAME;
    if (i.high < 1 && middle < 1 - floor)
        return DIFFERENCE_FASTER;
    if (i.low > 1 && middle > 1 + floor)
        return DIFFERENCE_SLOWER;
    return DIFFERENCE_UNSURE;
}
