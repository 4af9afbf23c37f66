/* SPDX-License-Identifier: MIT */
/* boot_line.h -- what a guest is told: the words of kernels/measure/params.h, and Linux's own
 * command line. */
#ifndef HARNESS_BOOT_LINE_H
#define HARNESS_BOOT_LINE_H

#include "measure/clock.h"
#include "experiment/select.h"

struct boot_line {
    const struct selection *selection;
    enum clock clock;
    unsigned samples, cold;
    const char *inject; /* or null */
};

/* "run=0-9,12 clock=icount samples=64 cold=1 inject=hang", a new string. */
char *boot_line_words(const struct boot_line *b);

/* Linux's command line as the build left it (kernels/linux/cmdline): the same whatever runs, but
 * for ARGS, which may be null. MITIGATED: with the distribution's own mitigations. A new string;
 * ends the process (32) where it is not built. */
char *boot_line_linux(bool mitigated, const char *args);

/* 0, or 64 with *why: LINE is longer than a guest takes (PROTOCOL_TOLD_MAX). */
int boot_line_check(const char *line, struct failure *why);

/* WORDS that a guest is told, or was. 0, or 41 with *why: what their last run= lists holds
 * something that is none of SYSTEM's ROWS, neither by number nor by name nor by glob. */
int boot_line_rows(const char *words, const char *system, const struct row_specs *rows,
                   struct failure *why);

#endif
