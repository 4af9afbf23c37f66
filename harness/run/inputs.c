/* SPDX-License-Identifier: MIT */
/* inputs.c -- ask git, the compilers and the host what they are. */
#include "run/inputs.h"
#include "guest/make.h"
#include "base/process.h"
#include "base/scope.h"
#include "guest/qemu.h"
#include "base/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

char *inputs_time(void) {
    char text[32];
    time_t now = time(NULL);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    return text_copy(text);
}

static void take(char **into, char *text) {
    free(*into);
    *into = text;
}

/* What would make git look at another repository than the tree's own (`git rev-parse
 * --local-env-vars`): set in hooks, and by a user at work in another repository. */
static const char *const strange[] = {"GIT_DIR",
                                      "GIT_WORK_TREE",
                                      "GIT_IMPLICIT_WORK_TREE",
                                      "GIT_INDEX_FILE",
                                      "GIT_PREFIX",
                                      "GIT_COMMON_DIR",
                                      "GIT_NAMESPACE",
                                      "GIT_OBJECT_DIRECTORY",
                                      "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                                      "GIT_SHALLOW_FILE",
                                      "GIT_GRAFT_FILE",
                                      "GIT_NO_REPLACE_OBJECTS",
                                      "GIT_REPLACE_REF_BASE",
                                      NULL};

/* The words of git in the tree, or null where it fails; a new string. The index is not refreshed on
 * disk: somebody else may be at work on it, or the tree be read-only. */
static char *git(const char *a, const char *b, const char *c, int *status) {
    const char *argv[] = {
        "git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C", tree_root(), a, b, c,
        NULL};
    scoped_texts struct texts environment = {0};
    process_environment(&environment, strange, false);
    const struct process_place place = {-1, (const char *const *)environment.items};
    char *words = process_read_in(&place, NULL, argv, false, status);
    if (!*status)
        return words;
    free(words);
    return NULL;
}

/* Why git knows nothing of this tree, or null where it does. */
static const char *no_repository(void) {
    struct stat own;
    int status;
    scoped_text char *path = tree_path(".git");
    if (stat(path, &own))
        return "the tree is no git repository of its own";
    scoped_text char *prefix = git("rev-parse", "--show-prefix", NULL, &status);
    return status == PROCESS_MISSING ? "git is not there"
           : prefix && !*prefix      ? NULL
           : own.st_uid != geteuid()
               ? "the tree is another user's, and git reads it only where safe.directory names it"
               : "git cannot read the tree's repository";
}

static void fill_revision(struct run *run) {
    int status;
    const char *why = no_repository();
    char *revision = why ? NULL : git("rev-parse", "--short=12", "HEAD", &status);
    if (!revision) {
        run_set(&run->revision, "unknown");
        run_set(&run->revision_why, why ? why : "the tree's repository has no commit");
        return;
    }
    take(&run->revision, revision);
    scoped_text char *changes = git("status", "--porcelain", "--untracked-files=normal", &status);
    run->dirty = !changes || *changes;
}

static void fill_cpu(struct run *run) {
    scoped_text char *text = text_read("/proc/cpuinfo", NULL);
    const char *model = text ? strstr(text, "model name") : NULL;
    model = model ? strchr(model, ':') : NULL;
    if (model)
        take(&run->host_cpu, text_format("%.*s", (int)strcspn(model + 2, "\n"), model + 2));
}

static void add_line(struct run *run, const char *name, const char *const *argv) {
    scoped_text char *line = process_line(argv, NULL);
    run_add_tool(run, name, line);
}

void inputs_fill(struct run *run) {
    struct failure why;
    struct utsname host;
    fill_revision(run);
    fill_cpu(run);
    if (!uname(&host))
        take(&run->host_kernel, text_format("%s %s", host.sysname, host.release));
    const char *qemu = qemu_version(&why);
    run_add_tool(run, "qemu", qemu ? qemu : "");
    scoped_text char *compiler = make_compiler();
    add_line(run, "compiler", (const char *[]){compiler, "--version", NULL});
    const char *named = getenv("LINUX_CC");
    add_line(run, "linux_compiler",
             (const char *[]){named ? named : "x86_64-linux-gnu-gcc", "--version", NULL});
    add_line(run, "gnuplot", (const char *[]){"gnuplot", "--version", NULL});
    /* boot/linux.sh leaves the package's name and version beside the kernel. */
    scoped_text char *path = tree_path("build/guest/linux/package");
    scoped_text char *package = text_read(path, NULL);
    if (package)
        package[strcspn(package, "\n")] = '\0';
    run_add_tool(run, "linux_package", package ? package : "");
}

void inputs_plan(struct run *run, struct boot *b, const struct selection *selection,
                 const char *experiment) {
    for (size_t i = 0; i < selection->count; i++) {
        const char *of = selection->rows.items[selection->chosen[i]].experiment;
        if (experiment && strcmp(of, experiment) != 0)
            continue;
        scoped_text char *name = selection_name(selection, i);
        texts_add(&b->plan, name);
        run_add_row(run, name, of);
    }
}
