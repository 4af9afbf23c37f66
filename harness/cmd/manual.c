/* SPDX-License-Identifier: MIT */
/* manual.c -- a command's table of options stands in its function: each is called in a process of
 * its own, whose cli_parse prints the table instead of reading a command line. */
#include "cmd/manual.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* TEXT as running text: \v and an empty line begin a paragraph. */
static void print_text(const char *text) {
    bool begins = true;
    for (; *text; text++) {
        if (*text == '\v' || !strncmp(text, "\n\n", 2)) {
            fputs("\n.PP\n", stdout);
            text += *text == '\n';
            begins = true;
            continue;
        }
        if (begins && strchr(".'", *text))
            fputs("\\&", stdout); /* else it would be a request */
        fputs(*text == '\\' ? "\\e" : *text == '-' ? "\\-" : *text == '`' ? "\\(ga" : "", stdout);
        if (!strchr("\\-`", *text))
            putchar(*text);
        begins = *text == '\n';
    }
    putchar('\n');
}

static void print_option(const struct cli_option *o) {
    fputs(".TP\n.B ", stdout);
    if (o->letter)
        printf("\\-%c, ", o->letter);
    fputs("\\-\\-", stdout);
    for (const char *c = o->name; *c; c++)
        printf("%s%c", *c == '-' ? "\\" : "", *c);
    printf("%s%s\n", o->argument ? "=" : "", o->argument ? o->argument : "");
    print_text(o->help);
}

static void print_cli(const struct cli *cli) {
    print_text(cli->help);
    for (const struct cli_option *o = cli->options; o && o->name; o++)
        print_option(o);
}

static void print_command(const struct command *command) {
    printf(".SS exospin %s %s\n", command->name, command->arguments);
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        char *argv[] = {text_format("exospin %s", command->name), NULL};
        cli_page = print_cli;
        exit(command->run(1, argv));
    }
    if (pid > 0)
        waitpid(pid, NULL, 0);
}

static void print_statuses(void) {
    int count;
    const struct status_entry *entry = status_list(&count);
    puts(".SH EXIT STATUS\nOf several failures the lowest counts; each is named in the output.");
    for (int i = 0; i < count; i++, entry++) {
        printf(".TP\n.B %d\n", entry->number);
        scoped_text char *line = text_format("%s: %s%s%s", entry->name, entry->sentence,
                                             *entry->mend ? "; " : "", entry->mend);
        print_text(line);
    }
    puts(".TP\n.B 128+n\nended by signal n: what was measured before is kept and marked partial");
}

void manual_print(const struct command *commands, size_t count, const char *version) {
    printf(".TH EXOSPIN 1 \"\" \"exospin %s\" \"User Commands\"\n"
           ".SH NAME\nexospin \\- measure extensible kernels beside Linux and the bare machine\n"
           ".SH SYNOPSIS\n.B exospin\n.I COMMAND\n[\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n"
           ".SH DESCRIPTION\nBuilds and boots guests in QEMU, measures them, judges what papers "
           "claim of such kernels, and reports.\n.SH COMMANDS\n",
           version);
    for (size_t i = 0; i < count; i++)
        if (strcmp(commands[i].name, "help") != 0) /* it parses nothing */
            print_command(&commands[i]);
    puts(".SS exospin help [COMMAND|exit|man]\nCommands, one command's options, the exit statuses, "
         "or this page.");
    print_statuses();
    puts(".SH FILES\n.TP\n.I results/\nrun folders; \\fIresults/latest\\fR leads to the last one\n"
         ".TP\n.I docs/guide.md\nthe user's guide\n.SH SEE ALSO\n.BR vcode (1),\n.BR qemu (1)");
}
