/* SPDX-License-Identifier: MIT */
/* report.h -- what a program of apps/ does where it is the first environment: its words say how
 * much, and it says how that went, and on which kernel. Started by another one it has no words, and
 * says nothing. */
#ifndef EXO_APPS_REPORT_H
#define EXO_APPS_REPORT_H

#include <stdint.h>

/* The decimal number that the words begin with; 0: none. */
uint64_t report_number(const char *words);
/* `NAME: WHAT NUMBER; kernel BUILD-ID`, a line on the console. */
void report(const char *name, const char *what, uint64_t number);

#endif
