/* SPDX-License-Identifier: MIT */
/* make.h -- have make bring images up to date before they are measured. */
#ifndef HARNESS_MAKE_H
#define HARNESS_MAKE_H

#include "base/failure.h"
#include "guest/system.h"
#include "base/text.h"

/* Runs make in the tree for TARGETS (paths relative to it). What it prints is shown only where it
 * fails. Another exospin that builds in this tree is waited for (build_lock.h). 0; 32 with *why
 * where make or the guests' compiler is missing, 33 where it fails, 128 + n where signal n
 * interrupted it. */
int make_targets(const struct texts *targets, struct failure *why);

/* Adds the targets that a boot of S (a guest) needs. */
void make_system(const struct system *s, struct texts *targets);

/* The guests' compiler, $CROSS and gcc: "x86_64-linux-gnu-gcc". A new string. */
char *make_compiler(void);

#endif
