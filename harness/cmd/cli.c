/* SPDX-License-Identifier: MIT */
/* cli.c -- a command's table made into argp's, and what argp understood put in its places. */
#include "cmd/cli.h"
#include "base/assert.h"
#include "base/die.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/text.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 32, KEY = 256 /* of the first option that has no letter: beyond them all */ };

/* Options argp adds by itself. */
static const char *const own[] = {"help", "usage"};
enum { OWN = sizeof own / sizeof own[0] };

/* What is understood so far. */
struct parsing {
    const struct cli *cli;
    bool given[OPTIONS_MAX];
    const char *values[OPTIONS_MAX];
    size_t operands;
};

void (*cli_page)(const struct cli *cli);

static int key_of(const struct cli_option *options, size_t i) {
    return options[i].letter ? options[i].letter : KEY + (int)i;
}

/* Dies of a long option that is no option's beginning. An argument that follows an option is not
 * looked at twice: getopt_long takes "--name" as a value only after an option that wants one, which
 * none of ours does sensibly. */
static void check_option(const char *command, const char *word, const char **names, size_t count) {
    size_t length = strcspn(word, "=");
    for (size_t i = 0; i < count; i++)
        if (!strncmp(names[i], word, length))
            return;
    scoped_text char *typed = text_format("%.*s", (int)length, word);
    const char *meant = text_nearest(typed, names, count);
    if (meant)
        die(STATUS_USAGE, "no option '--%s'; did you mean '--%s'? see `%s --help`", typed, meant,
            command);
    die(STATUS_USAGE, "no option '--%s'; see `%s --help`", typed, command);
}

static error_t take_operand(struct parsing *p, const char *value) {
    const struct cli *cli = p->cli;
    if (cli->list)
        texts_add(cli->list, value);
    else if (p->operands == cli->most)
        return ARGP_ERR_UNKNOWN;
    else
        cli->operands[p->operands++] = value;
    return 0;
}

static error_t take(int key, char *value, struct argp_state *state) {
    struct parsing *p = state->input;
    const struct cli_option *options = p->cli->options;
    if (key == ARGP_KEY_ARG)
        return take_operand(p, value);
    for (size_t i = 0; options && options[i].name; i++) {
        if (key != key_of(options, i))
            continue;
        if (p->given[i] && value)
            die(STATUS_USAGE, "--%s stands twice; leave one out", options[i].name);
        p->given[i] = true;
        p->values[i] = value;
        return 0;
    }
    return ARGP_ERR_UNKNOWN;
}

static unsigned number_of(const char *text, const struct cli_option *o) {
    assert_that(o->min <= o->max && o->max > 0);
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (errno || !strchr("0123456789", *text) || !*text || *end || number < o->min ||
        number > o->max)
        die(STATUS_USAGE, "--%s '%s' is not a number from %u to %u", o->name, text, o->min, o->max);
    return (unsigned)number;
}

unsigned cli_word(const char *text, const char *option, const char *const *words) {
    scoped_texts struct texts all = {0};
    for (unsigned i = 0; words[i]; i++) {
        if (!strcmp(words[i], text))
            return i;
        texts_add(&all, words[i]);
    }
    const char *near = text_nearest(text, words, all.count);
    die(STATUS_USAGE, "--%s '%s' is none of: %s%s%s", option, text, texts_join(&all, ", "),
        near ? "; did you mean " : "", near ? text_format("'%s'?", near) : "");
}

static void store(const struct cli_option *o, const char *value) {
    if (o->flag)
        *o->flag = true;
    else if (o->text)
        *o->text = value;
    else if (o->seconds)
        *o->seconds = number_of(value, o);
    else {
        assert_that(o->number);
        *o->number = o->words ? cli_word(value, o->name, o->words) : number_of(value, o);
    }
}

void cli_parse(const struct cli *cli, int argc, char **argv) {
    struct argp_option table[OPTIONS_MAX + 1] = {{0}};
    const char *names[OWN + OPTIONS_MAX] = {own[0], own[1]};
    size_t count = 0;
    if (cli_page) {
        cli_page(cli);
        exit(STATUS_OK);
    }
    for (const struct cli_option *o = cli->options; o && o->name; o++, count++) {
        assert_that(count < OPTIONS_MAX);
        assert_that(!o->argument == (o->flag != NULL)); /* a flag takes no value, all else does */
        table[count] = (struct argp_option){.name = o->name,
                                            .key = key_of(cli->options, count),
                                            .arg = o->argument,
                                            .doc = o->help};
        names[OWN + count] = o->name;
    }
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (!strncmp(argv[i], "--", 2))
            check_option(argv[0], argv[i] + 2, names, OWN + count);
    struct argp argp = {
        .options = table, .parser = take, .args_doc = cli->arguments, .doc = cli->help};
    struct parsing p = {.cli = cli};
    argp_err_exit_status = STATUS_USAGE;
    /* In order: with POSIXLY_CORRECT set, getopt would take options behind an argument for
     * arguments. */
    error_t failed = argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &p);
    if (failed)
        die(STATUS_USAGE, "the command line: %s; see `%s --help`", strerror(failed), argv[0]);
    if (p.operands < cli->least)
        die(STATUS_USAGE, "wanted: %s; see `%s --help`", cli->arguments, argv[0]);
    for (size_t i = 0; i < count; i++)
        if (p.given[i])
            store(&cli->options[i], p.values[i]);
}
