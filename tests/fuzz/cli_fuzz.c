/* SPDX-License-Identifier: MIT */
/* cli_fuzz.c -- any words as the arguments of any command: they are understood, or refused by 64 or
 * 41 with one line. Nothing is done: cli_parse is wrapped (tests/build.mk), so that each command
 * is left as soon as its words are in their places; die() is this file's, and leaves it, too. What
 * a command allocated until then is lost, so leaks are not looked for. `run` goes on to settle its
 * options, with KVM taken for real.
 *
 * Input: one word a line, the first choosing the command by its first byte. */
#include "guest/accel.h"
#include "cmd/cli.h"
#include "base/die.h"
#include "cmd/run_options.h"
#include "base/status.h"

#include <argp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 40 };

static jmp_buf parsed;

const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_leaks=0";
}

_Noreturn void die(int status, const char *format, ...) {
    char line[4096];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length <= 0 || (status != STATUS_USAGE && status != STATUS_UNKNOWN))
        abort();
    longjmp(parsed, 1);
}

_Noreturn void give_up(const struct failure *why) {
    die(why->status, "%s", why->text);
}

_Noreturn void die_write(const char *path) {
    (void)path;
    abort(); /* parsing writes nothing */
}

int warn_write(const char *path) {
    (void)path;
    abort();
}

void warn(const char *format, ...) {
    (void)format;
}

error_t __real_argp_parse(const struct argp *argp, int argc, char **argv, unsigned flags,
                          int *index, void *input);
error_t __wrap_argp_parse(const struct argp *argp, int argc, char **argv, unsigned flags,
                          int *index, void *input);
void __wrap_accel_require_kvm(void);

static bool settles; /* the command goes on after its words */

error_t __wrap_argp_parse(const struct argp *argp, int argc, char **argv, unsigned flags,
                          int *index, void *input) {
    return __real_argp_parse(argp, argc, argv, flags | ARGP_NO_ERRS, index, input);
}

void __real_cli_parse(const struct cli *cli, int argc, char **argv);
void __wrap_cli_parse(const struct cli *cli, int argc, char **argv);
void __wrap_cli_parse(const struct cli *cli, int argc, char **argv) {
    __real_cli_parse(cli, argc, argv);
    if (settles)
        return;
    if (cli->list)
        texts_free(cli->list); /* which the command would do behind us */
    longjmp(parsed, 1);
}

void __wrap_accel_require_kvm(void) {
}

static int run_settled(int argc, char **argv) {
    struct run_options o;
    run_options_parse(&o, argc, argv);
    const struct boot_options *s = &o.boot;
    if (s->jobs < 1 || s->samples < 1 || o.boots < 1 || o.layouts < 1 || s->limits.boot < 1 ||
        s->limits.bench < 1 || o.shard.number < 1 || o.shard.number > o.shard.of ||
        (s->via == VIA_GRUB_UEFI && s->clock == CLOCK_ICOUNT))
        abort();
    texts_free(&o.experiments);
    return 0;
}

static command_fn *const commands[] = {cmd_list,   run_settled, cmd_report, cmd_compare,
                                       cmd_verify, cmd_import,  cmd_boot,   cmd_trace,
                                       cmd_doctor, cmd_new,     cmd_merge,  cmd_history};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = calloc(1, size + 1), *words[WORDS_MAX + 1] = {NULL}, *at = text;
    if (!text)
        abort();
    memcpy(text, data, size);
    int count = 0;
    while (at && count < WORDS_MAX)
        words[count++] = strsep(&at, "\n");
    unsigned which = (unsigned char)*words[0] % (sizeof commands / sizeof commands[0]);
    words[0] = (char[]){"exospin command"};
    settles = commands[which] == run_settled;
    if (!setjmp(parsed))
        commands[which](count, words);
    free(text);
    return 0;
}
