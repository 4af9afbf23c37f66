/* SPDX-License-Identifier: MIT */
/* boot_line.h -- what a guest is told: the words of kernels/measure/params.h, and Linux's own
 * command line. */
#ifndef HARNESS_BOOT_LINE_H
#define HARNESS_BOOT_LINE_H

#include "measure/clock.h"
#include "select.h"

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

#endif
