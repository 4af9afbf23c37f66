/* SPDX-License-Identifier: MIT */
/* typing.h -- what is piped into a guest's console, typed as a person would: a line at each prompt.
 * Before there is a prompt nobody reads the serial line; a boot loader or a kernel that sets it up
 * would lose what stands in it. */
#ifndef HARNESS_TYPING_H
#define HARNESS_TYPING_H

/* Runs ARGV, a QEMU whose console is its standard input and output, to its end: what it says goes
 * to standard output, and at each prompt (`> ` at a line's beginning) it is given standard input up
 * to the next end of a line. Where that has ended, with or without the end of a line, the guest is
 * told to halt. Gives its exit status as process_run. */
int typing_run(const char *const *argv);

#endif
