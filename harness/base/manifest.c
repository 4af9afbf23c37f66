/* SPDX-License-Identifier: MIT */
/* manifest.c -- the list of a run's own files. */
#include "base/manifest.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/beneath.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Every file that the harness writes; plots have their clock before the kind, see plot.h. */
static const char *const patterns[] = {
    "run.json",
    "summary.json",
    "report.html",
    MANIFEST_NAME,
    "raw/*.log",
    "raw/*.json",
    "raw/*.counters",
    "disks/*.img",
    "disks/*.log",
    "captures/*.pcap",
    "samples/*.tsv",
    "papers/*.tsv",
    "experiments/*/experiment.yaml",
    "experiments/*/plot.gp",
    "experiments/*/README.md",
};

static bool is_plot(const char *name) {
    static const char *const kinds[] = {"svg", "narrow.svg", "png", "txt", "tsv"};
    for (enum clock clock = 0; clock < CLOCK_NONE; clock++)
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            scoped_text char *pattern = text_format("plots/*.%s.%s", clock_name(clock), kinds[i]);
            if (!fnmatch(pattern, name, FNM_PATHNAME | FNM_PERIOD))
                return true;
        }
    return false;
}

bool manifest_fits(const char *name) {
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        if (!fnmatch(patterns[i], name, FNM_PATHNAME | FNM_PERIOD))
            return true;
    return is_plot(name);
}

/* Takes from ALL what may be ours. */
static void take_fitting(struct texts *names, const struct texts *all) {
    for (size_t i = 0; i < all->count; i++)
        if (manifest_fits(all->items[i]) && !texts_has(names, all->items[i]))
            texts_add(names, all->items[i]);
}

int manifest_load(struct texts *names, int root) {
    scoped_texts struct texts all = {0};
    scoped_text char *text = beneath_read(root, MANIFEST_NAME, NULL);
    int result = 0;
    if (text)
        texts_split(&all, text, "\n");
    else
        result = errno == ENOENT ? beneath_list(root, &all) : -1;
    if (!result)
        take_fitting(names, &all);
    return result;
}

static int write_line(int file, const char *name) {
    scoped_text char *line = text_format("%s\n", name);
    size_t length = strlen(line);
    ssize_t written = write(file, line, length);
    if (written >= 0 && (size_t)written < length) {
        errno = ENOSPC;
        return -1;
    }
    return written < 0 ? -1 : 0;
}

int manifest_note(struct texts *names, int root, const char *name) {
    assert_that(manifest_fits(name)); /* else it would never be removed */
    if (texts_has(names, name))
        return 0;
    int file = openat(root, MANIFEST_NAME,
                      O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    if (file < 0)
        return -1;
    int result = write_line(file, name), error = errno;
    if (close(file) && !result) {
        result = -1;
        error = errno;
    }
    errno = error;
    if (!result)
        texts_add(names, name);
    return result;
}

int manifest_save(struct texts *names, int root) {
    texts_sort(names);
    scoped_text char *lines = texts_join(names, "\n");
    scoped_text char *text = text_format("%s\n", lines);
    return beneath_write(root, MANIFEST_NAME, text, strlen(text));
}

/* Whether the folder that NAME lies in can be walked to; one that is missing can. */
static bool reachable(int root, const char *name) {
    const char *last;
    scoped_fd int folder = beneath_parent(root, name, false, &last);
    return folder >= 0 || errno == ENOENT;
}

int manifest_reach(const struct texts *names, int root) {
    for (size_t i = 0; i < names->count; i++)
        if (!reachable(root, names->items[i]))
            return -1;
    return 0;
}

int manifest_remove(const struct texts *names, int root) {
    if (manifest_reach(names, root))
        return -1;
    for (size_t i = 0; i < names->count; i++) {
        assert_that(manifest_fits(names->items[i])); /* nothing else is ever removed */
        if (beneath_remove(root, names->items[i]) && errno != ENOENT && errno != EISDIR)
            return -1;
        beneath_prune(root, names->items[i]);
    }
    return unlinkat(root, MANIFEST_NAME, 0) && errno != ENOENT ? -1 : 0;
}
