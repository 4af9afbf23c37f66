/* SPDX-License-Identifier: MIT */
/* chosen.h -- rules at will: included before each source of a kernel or library that is tried
 * without a rule, which is compiled with -DWITHOUT=CHOSEN. The machine is told the rule's number of
 * exo/defence.h as the word "without=NUMBER". */
#ifndef TESTS_CRASH_CHOSEN_H
#define TESTS_CRASH_CHOSEN_H

#ifndef __ASSEMBLER__
/* Of the word; 0: all rules are there. */
int crash_chosen(void);
int crash_chosen_of(const char *words);
#define DEFENCE_CHOSEN crash_chosen()
#endif

#endif
