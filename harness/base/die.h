/* SPDX-License-Identifier: MIT */
/* die.h -- how exospin speaks of trouble: one line on standard error, "exospin: WHAT, WHERE, HOW TO
 * MEND".
 *
 *     die(STATUS_UNKNOWN, "no system '%s'; there are: %s", name, systems);
 *
 * A message begins in lower case, has no full stop, and quotes what the user typed. */
#ifndef HARNESS_DIE_H
#define HARNESS_DIE_H

#include "base/failure.h"

/* Prints the message and ends the process with STATUS (an enum status). Runs atexit handlers. */
_Noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same with what a function gave for its reason. */
_Noreturn void give_up(const struct failure *why);

/* Ends the process after a failed write to PATH, errno telling why: 43 if the disk is full,
 * else 42. */
_Noreturn void die_write(const char *path);
/* The same without the end: says it and gives that status. */
int warn_write(const char *path);

/* Prints the message and goes on. */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
