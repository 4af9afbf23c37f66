/* SPDX-License-Identifier: MIT */
/* process.h -- other programs: run one and read what it says. No shell, so nothing
 * needs quoting. */
#ifndef HARNESS_PROCESS_H
#define HARNESS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct texts;

/* The exit status of a program that could not be started, as a shell has it, and of one that went
 * beyond its limits and was ended, as timeout(1) has it. */
enum { PROCESS_MISSING = 127, PROCESS_ENDLESS = 124 };

/* What a program may take and say before it is ended: nothing that we call waits for ever, or fills
 * the memory. */
struct process_limits {
    double seconds; /* 0: none */
    size_t bytes;
    bool last; /* of more than BYTES the last are kept, and the program goes on */
};
#define PROCESS_SECONDS 60
#define PROCESS_BYTES   (16u << 20)

/* Where a program works and what it knows. */
struct process_place {
    int folder;                     /* open; below 0: this process's */
    const char *const *environment; /* all of it, null-ended; null: this process's */
};

/* Adds the variables of this process's environment that are among the null-ended NAMES (KEPT), or
 * are not (else): what a child is to know, "NAME=VALUE" each. */
void process_environment(struct texts *list, const char *const *names, bool kept);

/* Runs ARGV (null-ended, found by PATH) to its end, with this program's standard streams. Gives its
 * exit status, 128 + n after signal n. */
int process_run(const char *const *argv);

/* Starts ARGV with IN and OUT as its standard input and output, which stay open here; a process, or
 * below 0. process_end waits for it and gives its exit status, as process_run. */
pid_t process_begin(const char *const *argv, int in, int out);
int process_end(pid_t pid);

/* Whether the process PID sleeps with all its threads and all that it started, or is gone: nothing
 * of it runs, or would if a processor or the host's disk had time for it. */
bool process_sleeps(pid_t pid);

/* The processor time that PID has used, in seconds; 0 where it is gone. */
double process_seconds(pid_t pid);

/* As process_run, quietly, with what it wrote to standard output (and to standard error, if
 * BOTH) as a new string without its last newlines; *status may be null. Never null: "" if
 * nothing came. Where the program did not end within PROCESS_SECONDS, or wrote more than
 * PROCESS_BYTES, it is ended, with the programs it started; so it is by a signal that is noted
 * (interrupt.h) meanwhile. */
char *process_read(const char *const *argv, bool both, int *status);

/* The same in PLACE and within LIMITS; either may be null. */
char *process_read_in(const struct process_place *place, const struct process_limits *limits,
                      const char *const *argv, bool both, int *status);

/* The first line of the same. */
char *process_line(const char *const *argv, int *status);

/* Whether PROGRAM is a path to, or the name in PATH of, something executable. Gives its path as a
 * new string, or null. */
char *process_find(const char *program);

#endif
