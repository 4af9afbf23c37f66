/* SPDX-License-Identifier: MIT */
/* doctor.c -- exospin doctor: what this machine lacks, what it is for, and the command that mends
 * it. The packages are those of boot/packages; this file has no list of its own. */
#include "guest/accel.h"
#include "base/scope.h"
#include "cmd/cli.h"
#include "base/die.h"
#include "base/memory.h"
#include "base/process.h"
#include "guest/qemu.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* What building everything, a layout's images and some runs take. */
static const double NEED_GIB = 1;

struct examination {
    int status; /* the lowest failure */
    struct texts missing;
    struct texts mends;
    json_t *findings; /* instead of lines as they are found; or null */
};

/* What was found. MARK: "ok", "MISSING", or "no" of what is not needed. */
static void line(struct examination *x, const char *mark, const char *what, const char *version,
                 const char *why) {
    if (!x->findings)
        printf("%-8s %-26s %-22s %s\n", mark, what, version, why);
    else
        json_array_append_new(x->findings, json_pack("{s:s, s:s, s:s, s:s}", "what", what, "found",
                                                     mark, "version", version, "why", why));
}

/* A finding that needs mending, by COMMAND if there is one. */
static void fails(struct examination *x, int status, const char *what, const char *why,
                  const char *command) {
    line(x, "MISSING", what, "-", why);
    x->status = status_worst(x->status, status);
    if (command)
        texts_add(&x->mends, command);
}

/* "0.123-4" of an installed PACKAGE, or null. A new string. */
static char *installed_version(const char *package) {
    int status;
    scoped_text char *text = process_line(
        (const char *[]){"dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package, NULL},
        &status);
    return !status && !strncmp(text, "installed ", 10) ? text_copy(text + 10) : NULL;
}

/* The reason that boot/packages gives for PACKAGE: what follows '#' on its line. A new string. */
static char *package_reason(const char *list, const char *package) {
    size_t length = strlen(package);
    for (const char *at = list; at; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (strncmp(at, package, length) != 0 || !strchr(" \t#", at[length]))
            continue;
        const char *reason = at + strcspn(at, "#\n");
        reason += strspn(reason, "# ");
        return text_format("%.*s", (int)strcspn(reason, "\n"), reason);
    }
    return text_copy("");
}

static void examine_package(struct examination *x, const char *list, const char *package) {
    scoped_text char *version = installed_version(package), *why = package_reason(list, package);
    if (version)
        line(x, "ok", package, version, why);
    else {
        fails(x, STATUS_MISSING, package, why, NULL);
        texts_add(&x->missing, package);
    }
}

static void examine_packages(struct examination *x) {
    int status;
    scoped_texts struct texts wanted = {0};
    scoped_text char *script = tree_path("boot/install"), *path = tree_path("boot/packages");
    scoped_text char *list = text_read(path, NULL);
    scoped_text char *names = process_read((const char *[]){script, "--list", NULL}, true, &status);
    if (status || !list)
        fails(x, STATUS_MISSING, "boot/packages", names, NULL);
    else
        texts_split(&wanted, names, "\n");
    for (size_t i = 0; i < wanted.count; i++)
        examine_package(x, list, wanted.items[i]);
    if (x->missing.count) {
        scoped_text char *packages = texts_join(&x->missing, " ");
        texts_take(&x->mends, text_format("%sapt-get install -y --no-install-recommends %s",
                                          geteuid() ? "sudo " : "", packages));
    }
}

static void examine_qemu(struct examination *x) {
    struct failure why;
    const char *version = qemu_version(&why);
    if (version)
        line(x, "ok", "QEMU", version, "7.2 or newer: the machine all guests run on");
    else
        fails(x, why.status, "QEMU", why.text, NULL);
}

/* Names a folder of the tree, or the nearest one above it that exists, for a first run has none
 * yet. */
static void examine_folder(struct examination *x, const char *name) {
    scoped_text char *path = tree_path("%s", name);
    const char *there = access(path, F_OK) ? tree_root() : path;
    if (access(there, W_OK | X_OK)) {
        scoped_text char *command = text_format("sudo chown -R \"$USER\" %s", there);
        fails(x, STATUS_FOLDER, name,
              "cannot be written by this user, or lies on a read-only mount", command);
    } else {
        line(x, "ok", name, "writable", "");
    }
}

static void examine_disk(struct examination *x) {
    struct statvfs disk;
    if (statvfs(tree_root(), &disk))
        return;
    double free_gib = (double)disk.f_bavail * (double)disk.f_frsize / (1 << 30);
    scoped_text char *found = text_format("%.1f GiB free", free_gib);
    if (free_gib < NEED_GIB)
        fails(x, STATUS_DISK_FULL, "disk", found, "make clean, or remove old folders in results/");
    else
        line(x, "ok", "disk", found, "1 GiB is needed to build and run everything");
}

/* Never a failure: icount, the default clock, needs no KVM. */
static void examine_kvm(struct examination *x) {
    struct failure verdict;
    bool real = accel_kvm(&verdict);
    line(x, real ? "ok" : "no", "KVM", real ? "--clock tsc works" : "--clock icount only",
         verdict.text);
}

static void print_json(const struct examination *x) {
    json_t *mends = json_array();
    for (size_t i = 0; i < x->mends.count; i++)
        json_array_append_new(mends, json_string(x->mends.items[i]));
    json_t *all =
        json_pack("{s:i, s:o, s:o}", "status", x->status, "findings", x->findings, "mend", mends);
    if (!all)
        memory_exhausted();
    json_dumpf(all, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(all);
}

static void print_mends(const struct examination *x) {
    if (x->mends.count)
        puts("\nto mend it:");
    for (size_t i = 0; i < x->mends.count; i++)
        printf("    %s\n", x->mends.items[i]);
}

int cmd_doctor(int argc, char **argv) {
    struct examination x = {0};
    bool json = false;
    const struct cli_option options[] = {
        {"json", NULL, "as one JSON object: status, findings, commands that mend", .flag = &json},
        {0}};
    cli_parse(
        &(struct cli){
            .options = options,
            .help = "Checks every package of boot/packages, QEMU's version, permissions, free "
                    "disk and whether KVM is real, and prints the commands that mend what is "
                    "missing."
                    "\vExit status: 0 if nothing is, 30 QEMU, 32 a package, 42 a folder, 43 "
                    "disk."},
        argc, argv);
    x.findings = json ? json_array() : NULL;
    examine_packages(&x);
    examine_qemu(&x);
    examine_folder(&x, "build");
    examine_folder(&x, "results");
    examine_disk(&x);
    examine_kvm(&x);
    if (json)
        print_json(&x);
    else
        print_mends(&x);
    texts_free(&x.missing);
    texts_free(&x.mends);
    return x.status;
}
