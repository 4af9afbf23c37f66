/* SPDX-License-Identifier: MIT */
/* process.h -- other programs: run one and read what it says. No shell, so nothing needs quoting.
 */
#ifndef HARNESS_PROCESS_H
#define HARNESS_PROCESS_H

#include <stdbool.h>

/* The exit status of a program that could not be started, as a shell has it. */
enum { PROCESS_MISSING = 127 };

/* Runs ARGV (null-ended, found by PATH) to its end, with this program's standard streams. Gives its
 * exit status, 128 + n after signal n. */
int process_run(const char *const *argv);

/* The same, quietly, with what it wrote to standard output (and to standard error, if BOTH) as a
 * new string without its last newlines; *status may be null. Never null: "" if nothing came. */
char *process_read(const char *const *argv, bool both, int *status);

/* Where a program works and what it knows: an open folder, and all of its environment. */
struct process_place {
    int folder;
    const char *const *environment;
};

/* process_read of both in PLACE. */
char *process_read_in(const struct process_place *place, const char *const *argv, int *status);

/* The first line of the same. */
char *process_line(const char *const *argv, int *status);

/* Whether PROGRAM is a path to, or the name in PATH of, something executable. Gives its path as a
 * new string, or null. */
char *process_find(const char *program);

#endif
