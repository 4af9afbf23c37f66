/* SPDX-License-Identifier: MIT */
/* inputs.c -- ask git, the compilers and the host what they are. */
#include "inputs.h"
#include "make.h"
#include "process.h"
#include "qemu.h"
#include "tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

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

static void fill_revision(struct run *run) {
    int status;
    const char *root = tree_root();
    take(&run->revision,
         process_line((const char *[]){"git", "-C", root, "rev-parse", "--short=12", "HEAD", NULL},
                      &status));
    if (status || !*run->revision) { /* no git, or a tree that was unpacked */
        run_set(&run->revision, "unknown");
        return;
    }
    char *changes = process_read((const char *[]){"git", "-C", root, "status", "--porcelain", NULL},
                                 false, &status);
    run->dirty = status || *changes;
    free(changes);
}

static void fill_cpu(struct run *run) {
    char *text = text_read("/proc/cpuinfo", NULL);
    const char *model = text ? strstr(text, "model name") : NULL;
    model = model ? strchr(model, ':') : NULL;
    if (model)
        take(&run->host_cpu, text_format("%.*s", (int)strcspn(model + 2, "\n"), model + 2));
    free(text);
}

static void add_line(struct run *run, const char *name, const char *const *argv) {
    char *line = process_line(argv, NULL);
    run_add_tool(run, name, line);
    free(line);
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
    char *compiler = make_compiler();
    add_line(run, "compiler", (const char *[]){compiler, "--version", NULL});
    free(compiler);
    const char *named = getenv("LINUX_CC");
    add_line(run, "linux_compiler",
             (const char *[]){named ? named : "x86_64-linux-gnu-gcc", "--version", NULL});
    add_line(run, "gnuplot", (const char *[]){"gnuplot", "--version", NULL});
    /* boot/linux.sh leaves the package's name and version beside the kernel. */
    char *path = tree_path("build/guest/linux/package"), *package = text_read(path, NULL);
    if (package)
        package[strcspn(package, "\n")] = '\0';
    run_add_tool(run, "linux_package", package ? package : "");
    free(package);
    free(path);
}
