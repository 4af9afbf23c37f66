/* SPDX-License-Identifier: MIT */
/* clock.h -- the clocks a figure can be taken by: the other header that the harness shares with the
 * guests. A row carries its clock; two clocks never share an axis. docs/method.md says what each
 * one means. */
#ifndef MEASURE_CLOCK_H
#define MEASURE_CLOCK_H

/* name of the clock, the unit its figures have, and whether two runs of one build must agree
 * exactly */
#define CLOCKS(X)                                                                                  \
    X(ICOUNT, "icount", "instructions", 1) /* TSC under -icount shift=0: retired instructions */   \
    X(TSC, "tsc", "cycles", 0)             /* TSC of KVM or of real hardware */                    \
    X(HOST, "host", "ns", 0)               /* Google Benchmark on the host */                      \
    X(SIZE, "size", "bytes", 1)            /* no clock: the row is a size */                       \
    X(LINES, "lines", "lines", 1)          /* the same in lines of source */                       \
    X(EVENTS, "count", "events", 1)        /* the same in how often something happened */          \
    X(INEXACT, "inexact", "inexact instructions",                                                  \
      0) /* of ICOUNT, but the device's moment counts, too */                                      \
    X(VIRTUAL, "virtual", "virtual ns",                                                            \
      1)                   /* the same TSC, of a row that waits for a modelled device */           \
    X(NONE, "none", "", 0) /* no exact and no real clock: checks only, no figure */

enum clock {
#define CLOCK_ENUM(id, name, unit, exact) CLOCK_##id,
    CLOCKS(CLOCK_ENUM)
#undef CLOCK_ENUM
};

#endif
