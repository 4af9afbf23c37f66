/* SPDX-License-Identifier: MIT */
/* params.h -- what a guest is told: the boot command line of our kernels, /plan of Linux. Words
 * separated by blanks:
 *
 * - run=LIST: rows to run, as numbers, ranges, names and globs, separated by commas
 *   ("0-14,17", "syscall/args:*", "all")
 * - clock=NAME: icount, tsc or none (the default: no figures)
 * - samples=N: steady samples a row, 1 to 4000 (64)
 * - cold=N: first samples, kept apart, 0 to 64 (1)
 * - warm=N: samples taken and dropped between them, 0 to 1000 (8)
 * - times=1: tell of each row between which ticks its samples were taken (0)
 * - inject=NAME: a fault to inject (protocol.h)
 *
 * Of a word given twice the last counts. Without run= the guest is interactive. */
#ifndef MEASURE_PARAMS_H
#define MEASURE_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure/clock.h"
#include "measure/protocol.h"

#define PARAMS_SAMPLES_MAX 4000
#define PARAMS_COLD_MAX    64
#define PARAMS_WARM_MAX    1000

enum injection {
    INJECT_NOTHING,
#define INJECT_ENUM(id, name) INJECT_##id,
    PROTOCOL_INJECTIONS(INJECT_ENUM)
#undef INJECT_ENUM
};

struct params {
    const char *run; /* LIST, inside the text that was parsed; null: interactive */
    size_t run_length;
    enum clock clock;
    uint32_t samples, cold, warm, times;
    enum injection inject;
};

/* Nothing told: no run, clock none, the numbers above. */
void params_default(struct params *p);

/* Reads TEXT (LENGTH bytes; a NUL ends it sooner), which must outlive the params. Total. A word
 * that is not one of the above, or whose value is refused, changes nothing and is handed to
 * unknown(), unless that is null. */
void params_parse(struct params *p, const char *text, size_t length,
                  void (*unknown)(const char *word, size_t length));

/* Whether the row with this number and name is asked for. Nothing is without run=. */
bool params_select(const struct params *p, unsigned row, const char *name);

const char *clock_name(enum clock clock);

#endif
