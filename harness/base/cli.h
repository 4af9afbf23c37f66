/* SPDX-License-Identifier: MIT */
/* cli.h -- what the commands share of the command line: their table, and option parsing by glibc's
 * argp with a suggestion for what nobody understands (exit status 64). */
#ifndef HARNESS_CLI_H
#define HARNESS_CLI_H

#include <argp.h>

/* argc, argv begin with "exospin COMMAND" as argv[0]. Gives the exit status. */
typedef int command_fn(int argc, char **argv);

struct command {
    const char *name, *arguments, *summary;
    command_fn *run;
};

/* The commands, in the order of `exospin help`. */
command_fn cmd_list, cmd_run, cmd_report, cmd_compare, cmd_verify, cmd_import, cmd_boot, cmd_trace;
command_fn cmd_doctor, cmd_new, cmd_help;

/* argp_parse with ARGP's options, INPUT for its parser; an option it does not have ends the process
 * with 64 and the option that was probably meant. A command's --help comes from here too. */
void cli_parse(const struct argp *argp, int argc, char **argv, void *input);

/* A decimal number from MIN to MAX, or the process ends with 64 naming OPTION and the range. */
long cli_number(const char *text, const char *option, long min, long max);

/* The index of TEXT in the null-ended WORDS, or the process ends with 64 (what it is called, all
 * allowed words). */
int cli_word(const char *text, const char *option, const char *const *words);

#endif
