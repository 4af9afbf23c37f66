/* SPDX-License-Identifier: MIT */
/* main.c -- vcode, the verified-code engine as a command. */
#include "invocation.h"
#include "base/text.h"
#include "vcode.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define COLUMN 36 /* where the usage's sentences begin */

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *arguments, *sentence;
} commands[] = {
    {"check", command_check, " OBJECT [--kind KIND] [--program NAME]",
     "would it be accepted, and what is proven of it?"},
    {"dump", command_dump, " OBJECT [--states] [--jit]", "its code with names and source lines"},
    {"run", command_run, " OBJECT [--ctx FILE] [--interp] [--fuel N] [--program NAME]",
     "verify it and run it on the bytes of a file"},
    {"types", command_types, " OBJECT", "its types as C"},
    {"link", command_link, " OBJECT... [--exports]", "link each against those before it"},
    {"isa", command_isa, " [HEX_MEMORY] --interp|--jit",
     "run unverified bytecode, hex on standard input, and print r0 in hex: a test\n"
     "instrument, under the interpreter's checks or in a child process"},
    {"asm", command_asm, "", "assembler on standard input to hex on standard output"},
};

int complain(int status, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fputs("vcode: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return status;
}

static int usage(FILE *to, int status) {
    fputs("usage:\n", to);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        int width = fprintf(to, "  vcode %s%s", commands[i].name, commands[i].arguments);
        if (width >= COLUMN)
            width = fprintf(to, "\n") - 1;
        for (const char *line = commands[i].sentence; line;) {
            const char *next = strchr(line, '\n');
            fprintf(to, "%*s%.*s\n", COLUMN - width, "", (int)strcspn(line, "\n"), line);
            line = next ? next + 1 : NULL;
            width = 0;
        }
    }
    invocation_kinds(to);
    return status;
}

/* TEXT on a line of its own for man(7). */
static void print_roff(const char *text) {
    for (; *text; text++)
        if (*text == '-')
            fputs("\\-", stdout);
        else
            putchar(*text == '\n' ? ' ' : *text);
    putchar('\n');
}

/* vcode(1), from the tables above and invocation.c's. */
static int manual(void) {
    puts(".TH VCODE 1 \"\" \"exospin " EXOSPIN_VERSION "\" \"User Commands\"\n.SH NAME\n"
         "vcode \\- verify, compile and run programs of verified code\n.SH SYNOPSIS\n.B vcode\n"
         ".I COMMAND\n[\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n.SH COMMANDS");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        fputs(".TP\n.B ", stdout);
        print_roff(commands[i].name);
        print_roff(*commands[i].arguments ? commands[i].arguments + 1 : "\\&");
        fputs(".br\n", stdout);
        print_roff(commands[i].sentence);
    }
    puts(".SH OPTIONS");
    invocation_options(stdout);
    puts(".SH KINDS");
    invocation_kinds(stdout);
    puts(".SH EXIT STATUS\n.TP\n.B 0\nfine\n.TP\n.B 1\nthe program was refused, or failed\n.TP\n"
         ".B 2\nthe command line or a file was wrong\n.SH SEE ALSO\n.BR exospin (1)");
    return STATUS_FINE;
}

int main(int argc, char **argv) {
    if (argc < 2)
        return usage(stderr, STATUS_USAGE);
    if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help"))
        return argc > 2 && !strcmp(argv[2], "man") ? manual() : usage(stdout, STATUS_FINE);
    if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
        puts("vcode " EXOSPIN_VERSION);
        return STATUS_FINE;
    }
    const char *names[sizeof commands / sizeof *commands];
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (!strcmp(argv[1], commands[i].name))
            return commands[i].run(argc - 1, argv + 1);
        names[i] = commands[i].name;
    }
    return complain(STATUS_USAGE, "no command '%s'; %ssee `vcode help`", argv[1],
                    text_meant(argv[1], names, sizeof names / sizeof *names));
}
