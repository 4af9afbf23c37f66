/* SPDX-License-Identifier: MIT */
/* new.c -- exospin new NAME: a whole experiment from harness/template/, which builds, runs and
 * plots as it is on every system. It is made aside and renamed, so that there is a complete folder
 * or none; nothing outside it changes, for no list names experiments. */
#include "base/beneath.h"
#include "cmd/cli.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/die.h"
#include "experiment/experiment.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const files[] = {
    "README.md", "experiment.yaml", "spin.c",  "exo-user.c",
    "linux.c",   "floor.c",         "host.cc", "plot.gp",
};

/* A longer one would leave no room in a row's name, which ends up in a C identifier too. */
enum { NAME_LENGTH_MAX = 32 };

static void check_name(const char *name) {
    static const char *const taken[] = {EXPERIMENT_CHECKS, "papers"};
    if (!experiment_name_fits(name) || strlen(name) > NAME_LENGTH_MAX)
        die(STATUS_USAGE,
            "'%s' cannot name an experiment; allowed: a-z, 0-9 and '_', a letter first, at most %d",
            name, NAME_LENGTH_MAX);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (!strcmp(name, taken[i]))
            die(STATUS_USAGE, "'%s' means something else here; choose another name", name);
    scoped_text char *folder = tree_path("experiments/%s", name);
    if (access(folder, F_OK) == 0)
        die(STATUS_USAGE, "experiments/%s is there already; choose another name", name);
}

/* TEMPLATE with NAME for each @NAME@, into FILE. */
static void fill(FILE *file, const char *template, const char *name) {
    static const char hole[] = "@NAME@";
    for (const char *at; (at = strstr(template, hole)); template = at + strlen(hole))
        fprintf(file, "%.*s%s", (int)(at - template), template, name);
    fputs(template, file);
}

/* Ends the process, errno telling why PATH could not be written, with no draft left behind. */
static _Noreturn void drop_and_die(const char *draft, const char *path) {
    int why = errno;
    beneath_clear(AT_FDCWD, draft);
    errno = why;
    die_write(path);
}

/* Writes FILE of the DRAFT, which is open as FOLDER. */
static void write_file(int folder, const char *draft, const char *file, const char *name) {
    size_t length;
    scoped_text char *from = tree_path("harness/template/%s.in", file), *filled = NULL;
    scoped_text char *template = text_read(from, NULL);
    if (!template) {
        int why = errno;
        beneath_clear(AT_FDCWD, draft);
        die(STATUS_MISSING, "cannot read %s: %s; is the tree complete?", from, strerror(why));
    }
    FILE *out = open_memstream(&filled, &length);
    if (!out)
        memory_exhausted();
    fill(out, template, name);
    if (fclose(out))
        memory_exhausted();
    if (folder < 0 || beneath_write(folder, file, filled, length))
        drop_and_die(draft, draft);
}

int cmd_new(int argc, char **argv) {
    const char *name = NULL;
    cli_parse(
        &(struct cli){"NAME",
                      "Makes experiments/NAME/: a page, a description, a bench for each system "
                      "and a plot, which build, run and draw as they are. NAME: a-z, 0-9 and "
                      "'_', a letter first.",
                      NULL, &name, 1, 1, NULL},
        argc, argv);
    check_name(name);
    scoped_text char *draft = tree_path("experiments/.%s-XXXXXX", name),
                     *folder = tree_path("experiments/%s", name);
    if (!mkdtemp(draft) || chmod(draft, 0755))
        die_write(draft);
    scoped_fd int made = open(draft, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        write_file(made, draft, files[i], name);
    if (rename(draft, folder))
        drop_and_die(draft, folder);
    printf("experiments/%s:", name);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        printf(" %s", files[i]);
    printf("\nIt runs as it is: ./exospin run %s\n"
           "Delete the files of systems that have no such thing, and the claims about them in\n"
           "experiment.yaml; say in README.md what is timed.\n",
           name);
    return STATUS_OK;
}
