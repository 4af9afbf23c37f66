/* SPDX-License-Identifier: MIT */
/* cli.c -- options by argp, with a suggestion for a mistyped one. */
#include "base/cli.h"
#include "base/die.h"
#include "base/status.h"
#include "base/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Options argp adds by itself. */
static const char *const own[] = {"help", "usage"};

static size_t option_names(const struct argp *argp, const char **names, size_t room) {
    size_t count = 0;
    for (; count < sizeof own / sizeof own[0]; count++)
        names[count] = own[count];
    for (const struct argp_option *o = argp->options; o && (o->name || o->key || o->doc); o++)
        if (o->name && count < room)
            names[count++] = o->name;
    return count;
}

/* Dies where an option that takes a value is given twice: one of the two would be left out without
 * a word. argp takes any beginning of a name that fits no other. */
static void check_twice(const struct argp *argp, const char *word, unsigned long *seen) {
    size_t length = strcspn(word, "="), index = 0, found = 0;
    int fits = 0;
    for (const struct argp_option *o = argp->options; o && (o->name || o->key || o->doc);
         o++, index++) {
        if (!o->name || strncmp(o->name, word, length) != 0)
            continue;
        bool exact = !o->name[length];
        fits = exact ? 1 : fits + 1;
        found = index;
        if (exact)
            break;
    }
    if (fits != 1 || !argp->options[found].arg)
        return;
    if (*seen & 1ul << found)
        die(STATUS_USAGE, "--%s stands twice; leave one out", argp->options[found].name);
    *seen |= 1ul << found;
}

/* Dies of a long option that is no option's beginning. An argument that follows an option is not
 * looked at twice: getopt_long takes "--name" as a value only after an option that wants one, which
 * none of ours does sensibly. */
static void check_option(const char *command, const char *word, const char **names, size_t count) {
    size_t length = strcspn(word, "=");
    for (size_t i = 0; i < count; i++)
        if (!strncmp(names[i], word, length))
            return;
    char *typed = text_format("%.*s", (int)length, word);
    const char *meant = text_nearest(typed, names, count);
    if (meant)
        die(STATUS_USAGE, "no option '--%s'; did you mean '--%s'? see `%s --help`", typed, meant,
            command);
    die(STATUS_USAGE, "no option '--%s'; see `%s --help`", typed, command);
}

void cli_parse(const struct argp *argp, int argc, char **argv, void *input) {
    const char *names[64];
    size_t count = option_names(argp, names, sizeof names / sizeof names[0]);
    unsigned long seen = 0; /* a bit an option of the table */
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (!strncmp(argv[i], "--", 2)) {
            check_option(argv[0], argv[i] + 2, names, count);
            check_twice(argp, argv[i] + 2, &seen);
        }
    argp_err_exit_status = STATUS_USAGE;
    /* In order: with POSIXLY_CORRECT set, getopt would take options behind an argument for
     * arguments. */
    error_t failed = argp_parse(argp, argc, argv, ARGP_IN_ORDER, NULL, input);
    if (failed)
        die(STATUS_USAGE, "the command line: %s; see `%s --help`", strerror(failed), argv[0]);
}

long cli_number(const char *text, const char *option, long min, long max) {
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (errno || !strchr("0123456789", *text) || !*text || *end || number < min || number > max)
        die(STATUS_USAGE, "%s '%s' is not a number from %ld to %ld", option, text, min, max);
    return number;
}

int cli_word(const char *text, const char *option, const char *const *words) {
    struct texts all = {0};
    for (int i = 0; words[i]; i++) {
        if (!strcmp(words[i], text))
            return i;
        texts_add(&all, words[i]);
    }
    die(STATUS_USAGE, "%s '%s' is none of: %s", option, text, texts_join(&all, ", "));
}
