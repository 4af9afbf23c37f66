/* SPDX-License-Identifier: MIT */
/* main.c -- the host program `exospin`: a table of commands, and help. Each command is int
 * cmd_NAME(argc, argv) in the file that is named after it; docs/guide.md is the user's page.
 * EXOSPIN_VERSION is CITATION.cff's, by the build. */
#include "cmd/cli.h"
#include "base/die.h"
#include "cmd/manual.h"
#include "base/status.h"
#include "base/streams.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command commands[] = {
    {"list", "[EXPERIMENT...]", "every experiment, system and row there is", cmd_list},
    {"run", "[EXPERIMENT...]", "boot the guests, measure, judge and report", cmd_run},
    {"report", "DIR", "plots and report.html of a run", cmd_report},
    {"compare", "DIR_A DIR_B", "row by row: faster, slower, same, cannot tell", cmd_compare},
    {"verify", "[DIR]", "a run, or two new ones, against results/reference", cmd_verify},
    {"history", "[ROW...]", "the runs that were kept, and what a row was in each", cmd_history},
    {"merge", "DIR...", "one run of the shards that several machines made", cmd_merge},
    {"import", "LOG", "a run from a serial log taken elsewhere, as from a PC", cmd_import},
    {"boot", "SYSTEM", "a system's interactive console on this terminal", cmd_boot},
    {"trace", "SYSTEM:ROW", "the instructions inside one bracket, one a line", cmd_trace},
    {"doctor", "", "what is missing on this machine, and the command that mends it", cmd_doctor},
    {"new", "NAME", "a new experiment's folder, which builds, runs and plots as it is", cmd_new},
    {"help", "[COMMAND|exit|man]", "this page, a command's, the exit statuses, or exospin(1)",
     cmd_help},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

/* The command of that NAME; a near miss is told, of OTHERS that may stand in its place, too. */
static const struct command *command_find(const char *name, const char *const others[2]) {
    const char *names[COMMANDS + 2];
    for (int i = 0; i < COMMANDS; i++) {
        if (!strcmp(commands[i].name, name))
            return &commands[i];
        names[i] = commands[i].name;
    }
    memcpy(&names[COMMANDS], others, 2 * sizeof *others);
    die(STATUS_USAGE, "no command '%s'; %ssee `exospin help`", name,
        text_meant(name, names, COMMANDS + 2));
}

static int command_run(const struct command *command, int argc, char **argv) {
    char *name = text_format("exospin %s", command->name);
    argv[0] = name; /* argp's messages begin with it */
    int status = command->run(argc, argv);
    free(name);
    return status;
}

static void print_help(FILE *to) {
    fputs("usage: exospin COMMAND [OPTION...] [ARGUMENT...]\n\n", to);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-7s %-18s %s\n", commands[i].name, commands[i].arguments,
                commands[i].summary);
    fputs(
        "\nOne question with code: can an operating system be extensible, safe and fast at once?\n"
        "`exospin help COMMAND` has a command's options, `exospin help exit` every exit status;\n"
        "`exospin --version` is this release's number.\n",
        to);
}

static void print_exit_statuses(void) {
    int count;
    const struct status_entry *entry = status_list(&count);
    puts("Of several failures the lowest counts; each is named in the output.\n");
    for (int i = 0; i < count; i++, entry++) {
        printf("%5d  %s: %s\n", entry->number, entry->name, entry->sentence);
        if (*entry->mend)
            printf("       %s\n", entry->mend);
    }
    puts("128+n  ended by signal n: what was measured before is kept and marked partial");
}

int cmd_help(int argc, char **argv) {
    if (argc > 2)
        die(STATUS_USAGE, "help takes one word; see `exospin help`");
    if (argc < 2) {
        print_help(stdout);
        return STATUS_OK;
    }
    if (!strcmp(argv[1], "exit")) {
        print_exit_statuses();
        return STATUS_OK;
    }
    if (!strcmp(argv[1], "man")) {
        manual_print(commands, COMMANDS, EXOSPIN_VERSION);
        return STATUS_OK;
    }
    if (!strcmp(argv[1], "help") || !strncmp(argv[1], "--", 2)) {
        print_help(stdout);
        return STATUS_OK;
    }
    char *page[] = {NULL, (char[]){"--help"}, NULL};
    return command_run(command_find(argv[1], (const char *[]){"exit", "man"}), 2, page);
}

/* The ways there are to ask for it elsewhere; help names the first. */
static bool is_version(const char *word) {
    return !strcmp(word, "--version") || !strcmp(word, "-V") || !strcmp(word, "version");
}

int main(int argc, char **argv) {
    streams_begin();
    if (argc < 2) {
        print_help(stderr);
        return STATUS_USAGE;
    }
    static char help[] = "help";
    if (is_version(argv[1])) {
        if (argc > 2)
            die(STATUS_USAGE, "%s takes no word; see `exospin help`", argv[1]);
        puts("exospin " EXOSPIN_VERSION);
        return STATUS_OK;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
        argv[1] = help;
    const char *const options[] = {"--version", "--help"};
    return command_run(command_find(argv[1], options), argc - 1, argv + 1);
}
