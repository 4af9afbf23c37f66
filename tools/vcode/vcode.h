/* SPDX-License-Identifier: MIT */
/* vcode.h -- what the tool's commands share. A command gets its own arguments, argv[0] being its
 * name, and gives the exit status: 0 fine, 1 the program was refused or failed, 2 the command line
 * or a file was wrong. */
#ifndef VCODE_H
#define VCODE_H

enum { STATUS_FINE, STATUS_REFUSED, STATUS_USAGE };

int command_check(int argc, char **argv);
int command_dump(int argc, char **argv);
int command_run(int argc, char **argv);
int command_types(int argc, char **argv);
int command_link(int argc, char **argv);
int command_isa(int argc, char **argv);
int command_asm(int argc, char **argv);

/* Prints "vcode: ..." on standard error. Gives `status`, for `return complain(...)`. */
int complain(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
