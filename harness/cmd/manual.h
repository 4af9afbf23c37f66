/* SPDX-License-Identifier: MIT */
/* manual.h -- exospin(1), the manual page, from the tables that `help` prints. */
#ifndef HARNESS_MANUAL_H
#define HARNESS_MANUAL_H

#include <stddef.h>

#include "cmd/cli.h"

/* Prints it on standard output as a page of man(7), of release VERSION: every one of the COUNT
 * COMMANDS with its options, and the exit statuses. */
void manual_print(const struct command *commands, size_t count, const char *version);

#endif
