/* SPDX-License-Identifier: MIT */
/* comparison_files.c -- two run folders, file by file. */
#include "report/comparison.h"
#include "base/beneath.h"
#include "base/manifest.h"
#include "base/scope.h"
#include "base/status.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* All that may differ between two runs of one build by an exact clock: when they were made. */
static const struct {
    const char *file, *key;
} may_differ[] = {
    {"run.json", "started"},
    {"run.json", "finished"},
};

/* Opens ROOT, whatever links lead to it, and lists all its files; -1 with *why (42). */
static int root_open(const char *root, struct texts *names, struct failure *why) {
    int folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0 && !beneath_list(folder, names))
        return folder;
    scope_end_fd(&folder);
    failure_set_errno(why, "read", root);
    return -1;
}

/* The file's bytes, without what may differ. */
static char *file_read(int root, const char *name, size_t *length) {
    char *bytes = beneath_read(root, name, length);
    for (size_t i = 0; bytes && i < sizeof may_differ / sizeof may_differ[0]; i++) {
        if (strcmp(may_differ[i].file, name) != 0)
            continue;
        json_t *object = json_loadb(bytes, *length, 0, NULL);
        if (!object)
            return bytes;
        json_object_set_new(object, may_differ[i].key, json_string(""));
        free(bytes);
        bytes = json_dumps(object, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
        *length = strlen(bytes);
        json_decref(object);
    }
    return bytes;
}

static void file_compare(int a, int b, const char *name, struct texts *differ) {
    size_t a_length = 0, b_length = 0, at = 0;
    scoped_text char *left = file_read(a, name, &a_length), *right = file_read(b, name, &b_length);
    if (!left || !right) {
        texts_take(differ, text_format("%s: cannot be read", name));
        return;
    }
    size_t least = a_length < b_length ? a_length : b_length;
    while (at < least && left[at] == right[at])
        at++;
    if (at < least || a_length != b_length)
        texts_take(differ, text_format("%s: differs from byte %zu on", name, at));
}

/* A run of an older exospin has no manifest, and one that was being drawn when exospin was ended
 * may have what was not yet taken into it: neither is a difference in what was measured. */
static void one_sided(const char *name, const char *side, struct texts *differ) {
    if (strcmp(name, MANIFEST_NAME) != 0 && !strstr(name, ".exospin-"))
        texts_take(differ, text_format("%s: only in %s", name, side));
}

int comparison_files(struct comparison *c, struct failure *why) {
    scoped_texts struct texts left = {0}, right = {0};
    scoped_fd int a = root_open(c->a->dir, &left, why);
    scoped_fd int b = a < 0 ? -1 : root_open(c->b->dir, &right, why);
    if (b < 0)
        return why->status;
    for (size_t i = 0, j = 0; i < left.count || j < right.count; c->files++) {
        int order = i == left.count    ? 1
                    : j == right.count ? -1
                                       : strcmp(left.items[i], right.items[j]);
        if (order < 0)
            one_sided(left.items[i], c->a->dir, &c->differ);
        else if (order > 0)
            one_sided(right.items[j], c->b->dir, &c->differ);
        else
            file_compare(a, b, left.items[i], &c->differ);
        i += order <= 0;
        j += order >= 0;
    }
    return 0;
}
