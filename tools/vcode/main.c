/* SPDX-License-Identifier: MIT */
/* main.c -- vcode, the verified-code engine as a command. */
#include "vcode.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *usage;
} commands[] = {
    {"check", command_check,
     "check OBJECT [--kind KIND] [--program NAME]\n                                      would it be accepted, and what is proven of it?"},
    {"dump", command_dump,
     "dump OBJECT [--states] [--jit]    its code with names and source lines"},
    {"run", command_run,
     "run OBJECT [--ctx FILE] [--interp] [--fuel N] [--program NAME]\n                                      verify it and run it on the bytes of a file"},
    {"types", command_types, "types OBJECT                        its types as C"},
    {"link", command_link, "link OBJECT... [--exports]          link each against those before it"},
    {"isa", command_isa,
     "isa [HEX_MEMORY] --interp|--jit    run unverified bytecode, hex on standard input, and print r0 in hex:\n"
     "                                      a test instrument, under the interpreter's checks or in a child process"},
    {"asm", command_asm,
     "asm                                assembler on standard input to hex on standard output"},
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
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(to, "  vcode %s\n", commands[i].usage);
    return status;
}

int main(int argc, char **argv) {
    if (argc < 2)
        return usage(stderr, STATUS_USAGE);
    if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help"))
        return usage(stdout, STATUS_FINE);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (!strcmp(argv[1], commands[i].name))
            return commands[i].run(argc - 1, argv + 1);
    return complain(STATUS_USAGE, "no command '%s': see vcode help", argv[1]);
}
