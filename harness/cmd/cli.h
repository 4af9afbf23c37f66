/* SPDX-License-Identifier: MIT */
/* cli.h -- the command line: the table of commands, and a command's own table of options, each line
 * of which says what the option is called, what it is for, and where its value goes. Below it is
 * glibc's argp, which also prints --help; what nobody understands is refused with a suggestion
 * (exit status 64). */
#ifndef HARNESS_CLI_H
#define HARNESS_CLI_H

#include <stdbool.h>
#include <stddef.h>

struct texts;

/* argc, argv begin with "exospin COMMAND" as argv[0]. Gives the exit status. */
typedef int command_fn(int argc, char **argv);

struct command {
    const char *name, *arguments, *summary;
    command_fn *run;
};

/* The commands, in the order of `exospin help`. */
command_fn cmd_list, cmd_run, cmd_report, cmd_compare, cmd_verify, cmd_history, cmd_merge,
    cmd_import, cmd_boot, cmd_trace;
command_fn cmd_doctor, cmd_new, cmd_help;

/* One option, with one place for what it says; what is not given leaves its place as it was. */
struct cli_option {
    const char *name;     /* without its hyphens */
    const char *argument; /* what its value is called, "DIR"; null for a flag */
    const char *help;
    bool *flag;
    const char **text;
    unsigned
        *number;     /* a decimal number from MIN to MAX; or where WORDS are given, which of them */
    double *seconds; /* whole ones, from MIN to MAX */
    unsigned min, max;
    const char *const *words; /* null-ended */
    char letter;              /* what -LETTER stands for it, or 0 */
};

struct cli {
    const char *arguments, *help;     /* "DIR_A DIR_B"; what the command does, for --help */
    const struct cli_option *options; /* ended by one without a name, or null */
    const char **operands;            /* room for MOST, of which LEAST must be given */
    size_t least, most;
    struct texts *list; /* instead: any number of them, appended */
};

/* Reads the words of argv behind argv[0] into the places of CLI's tables. Ends the process with 64
 * for what the tables do not have, with the option that was probably meant; for a value that its
 * option does not take; for an option with a value that stands twice, since one of the two would be
 * left out without a word; and for too few or too many arguments. With 0 after --help. */
void cli_parse(const struct cli *cli, int argc, char **argv);

/* Instead of that cli_parse hands CLI to this and ends the process with 0, unless it is null, as it
 * is from the beginning (manual.c). */
extern void (*cli_page)(const struct cli *cli);

/* The index of TEXT in the null-ended WORDS, or the process ends with 64 (what it is called, all
 * allowed words). */
unsigned cli_word(const char *text, const char *option, const char *const *words);

#endif
