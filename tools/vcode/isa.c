/* SPDX-License-Identifier: MIT */
/* isa.c -- vcode isa and vcode asm: bytecode in and out as hex. */
#include <ctype.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "engine/program.h"
#include "raw.h"
#include "vcode.h"

#define INPUT_MAX ((size_t)PROGRAM_SLOTS_MAX * INSN_BYTES * 4)

static int hex_digit(char c) {
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10
                                        : -1;
}

/* Turns hex text, with white space between bytes, into bytes in place. Gives their number,
 * or -1. */
static long hex_read(char *text) {
    long n = 0;
    for (char *at = text; *at;) {
        if (isspace((unsigned char)*at)) {
            at++;
            continue;
        }
        int high = hex_digit(at[0]), low = high < 0 ? -1 : hex_digit(at[1]);
        if (low < 0)
            return -1;
        text[n++] = (char)(high << 4 | low);
        at += 2;
    }
    return n;
}

/* All of standard input as text, to be freed; null when it is longer than any program or memory
 * lacks. */
static char *read_input(void) {
    char *text = malloc(INPUT_MAX + 1);
    if (!text)
        return NULL;
    size_t n = fread(text, 1, INPUT_MAX + 1, stdin);
    if (n > INPUT_MAX || ferror(stdin)) {
        free(text);
        return NULL;
    }
    text[n] = '\0';
    return text;
}

static int isa_usage(void) {
    return complain(STATUS_USAGE, "isa wants [HEX_MEMORY] and one of --interp and --jit");
}

static int isa_run(enum raw_way way, char *memory) {
    long memory_len = memory ? hex_read(memory) : 0;
    if (memory_len < 0)
        return complain(STATUS_USAGE, "isa: the memory is not hex");
    char *code = read_input();
    if (!code)
        return complain(STATUS_USAGE,
                        "isa: standard input cannot be read or is longer than any program");
    long len = hex_read(code);
    if (len < 0) {
        free(code);
        return complain(STATUS_USAGE, "isa: the bytecode on standard input is not hex");
    }
    uint64_t r0;
    char report[RAW_REPORT_MAX];
    enum raw_outcome outcome = raw_run(way, (uint8_t *)code, (size_t)len, (uint8_t *)memory,
                                       (size_t)memory_len, &r0, report);
    free(code);
    if (outcome != RAW_DONE)
        return complain(STATUS_REFUSED, "isa: %s", report);
    printf("%" PRIx64 "\n", r0);
    return STATUS_FINE;
}

int command_isa(int argc, char **argv) {
    static const struct option options[] = {
        {"interp", no_argument, NULL, 'i'}, {"jit", no_argument, NULL, 'j'}, {0}};
    int way = -1;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == '?' || way >= 0)
            return isa_usage();
        way = c == 'i' ? RAW_INTERPRETER : RAW_JIT;
    }
    if (way < 0 || argc - optind > 1)
        return isa_usage();
    return isa_run((enum raw_way)way, argv[optind]);
}

int command_asm(int argc, char **argv) {
    (void)argv;
    if (argc > 1)
        return complain(STATUS_USAGE, "asm takes no arguments");
    static uint8_t bytes[PROGRAM_SLOTS_MAX * INSN_BYTES];
    char error[128];
    char *text = read_input();
    int len = text ? assemble(text, bytes, sizeof bytes, error) : -1;
    if (!text)
        return complain(STATUS_USAGE, "asm: standard input cannot be read");
    free(text);
    if (len < 0)
        return complain(STATUS_USAGE, "asm: %s", error);
    for (int i = 0; i < len; i++)
        printf("%02x%c", bytes[i], i % INSN_BYTES == INSN_BYTES - 1 ? '\n' : ' ');
    return STATUS_FINE;
}
