/* SPDX-License-Identifier: MIT */
/* stats.h -- order statistics of samples, and whether two sets of them differ. docs/method.md says
 * why these and no others; GNU Scientific Library does the sorting and the random numbers.
 *
 * Every result depends on nothing but its arguments: the bootstrap is computed exactly and not by
 * resampling (stats.c says how), and what needs random numbers draws them from a fixed seed. Arrays
 * need not be sorted and are not changed; none may be empty. */
#ifndef HARNESS_STATS_H
#define HARNESS_STATS_H

#include <stddef.h>

/* The lower middle: the ((n + 1) / 2)-th smallest, always a value that was measured. */
double stats_median(const double *values, size_t count);

/* The smallest value with at least PERCENT of a hundred at or below it (nearest rank). */
double stats_percentile(const double *values, size_t count, double percent);

/* How many times OF a figure is; NAN where OF is not above 0, or where that is no number. */
double stats_multiple(double value, double of);

/* How A became B, on the scale of a ratio: 1 is no change, and above 1 B is larger, whatever the
 * signs: 1 + (B - A) / |A|, which is B / A of positive figures. Infinite, with B's sign, where A
 * alone is 0. */
double stats_ratio(double a, double b);

struct interval {
    double low, high;
};

/* 95 % percentile-bootstrap interval of the median; both ends are values that were measured. */
struct interval stats_median_interval(const double *values, size_t count);

/* The 95 % bootstrap interval of stats_ratio(median(a), median(b)), each side resampled apart.
 * Takes memory for A_COUNT times B_COUNT ratios: for medians of boots. */
struct interval stats_ratio_interval(const double *a, size_t a_count, const double *b,
                                     size_t b_count);

/* A/A noise floor: the larger relative difference that halves of one and the same side show against
 * each other: of 200 random splits in two halves, the 95th percentile of |median ratio - 1|.
 * Fewer than four values have no halves: infinity. */
double stats_noise_floor(const double *values, size_t count);

enum difference { DIFFERENCE_SAME, DIFFERENCE_FASTER, DIFFERENCE_SLOWER, DIFFERENCE_UNSURE };

/* The verdict on B against A of a noisy clock, each value one fresh boot's median. Faster or
 * slower: the whole ratio interval lies on one side of 1 and its middle lies beyond the noise floor
 * of both. Same: the whole interval lies within 1 % of 1, or within a noise floor of at most 5 %.
 * Else unsure, and always so below STATS_BOOTS_MIN values a side. */
#define STATS_BOOTS_MIN 5
enum difference stats_compare(const double *a, size_t a_count, const double *b, size_t b_count);

#endif
