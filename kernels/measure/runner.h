/* SPDX-License-Identifier: MIT */
/* runner.h -- what the parts of the agent share; nobody outside measure includes it. */
#ifndef MEASURE_RUNNER_H
#define MEASURE_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

struct agent;
struct bench;

/* Ends the program by the agent's panic hook. */
void runner_panic(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* What a row's bodies gave. */
struct timing {
    uint64_t overhead; /* of the empty bracket or batch: lower median */
    uint64_t batch;
    uint64_t began, ended; /* between these ticks the body took its warm-up and steady samples */
    uint32_t warm;         /* how many were dropped */
    uint32_t cold, steady; /* how many samples there are of each */
    bool size;             /* they are bytes, whatever the clock is; or */
    bool inexact, waits;
    bool lines, count;                             /* lines or events, where this is set, too */
    const uint64_t *cold_samples, *steady_samples; /* gross, in order */
    const char *skip;
};

/* Runs a bench body for its cold, warm-up and steady samples and the empty bracket after it. */
struct timing timing_take(const struct agent *a, const char *row, void (*body)(struct bench *b));

/* Sends samples as runs "VALUExCOUNT", in as many records as it takes. */
void samples_send(const struct agent *a, const char *row, const char *phase,
                  const uint64_t *samples, uint32_t count);

/* The lower middle of COUNT values, which it sorts; COUNT is small. */
uint64_t lower_median(uint64_t *values, unsigned count);

#endif
