/* SPDX-License-Identifier: MIT */
/* progress.h -- what is going on, on standard error: one line that changes on a terminal, plain
 * lines elsewhere (and where TERM is dumb or not set), nothing when quiet. No colours are used, so
 * NO_COLOR changes nothing. Standard output stays for results. */
#ifndef HARNESS_PROGRESS_H
#define HARNESS_PROGRESS_H

#include <stdbool.h>

enum progress_style { PROGRESS_QUIET, PROGRESS_PLAIN, PROGRESS_TERMINAL };

struct progress {
    enum progress_style style;
    double started, shown; /* guest_now() */
};

/* Quiet if QUIET, else what standard error is. */
void progress_begin(struct progress *p, bool quiet);

/* Something happened that deserves its own line: "spin: 14 rows in 0.4 s". */
void progress_note(struct progress *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What runs now ("spin 3/14 syscall/args:2"), and how much of all work is done (0 to 1). Only a
 * terminal shows it, ten times a second at most. */
void progress_show(struct progress *p, const char *now, double done);

/* Takes the changing line away. */
void progress_end(struct progress *p);

#endif
