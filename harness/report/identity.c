/* SPDX-License-Identifier: MIT */
/* identity.c -- two run folders, file by file. */
#include "report/identity.h"
#include "base/beneath.h"
#include "base/manifest.h"
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
    failure_set_errno(why, "read", root);
    if (folder >= 0)
        close(folder);
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
    size_t a_length = 0, b_length = 0;
    char *left = file_read(a, name, &a_length), *right = file_read(b, name, &b_length);
    if (!left || !right) {
        texts_take(differ, text_format("%s: cannot be read", name));
    } else {
        size_t least = a_length < b_length ? a_length : b_length, at = 0;
        while (at < least && left[at] == right[at])
            at++;
        if (at < least || a_length != b_length)
            texts_take(differ, text_format("%s: differs from byte %zu on", name, at));
    }
    free(left);
    free(right);
}

/* A run of an older exospin has no manifest, which is no difference in what was measured. */
static void one_sided(const char *name, const char *side, struct texts *differ) {
    if (strcmp(name, MANIFEST_NAME) != 0)
        texts_take(differ, text_format("%s: only in %s", name, side));
}

static size_t lists_compare(const struct texts *left, const struct texts *right, int a, int b,
                            const char *const *names, struct texts *differ) {
    size_t i = 0, j = 0, files = 0;
    for (; i < left->count || j < right->count; files++) {
        int order = i == left->count    ? 1
                    : j == right->count ? -1
                                        : strcmp(left->items[i], right->items[j]);
        if (order < 0)
            one_sided(left->items[i], names[0], differ);
        else if (order > 0)
            one_sided(right->items[j], names[1], differ);
        else
            file_compare(a, b, left->items[i], differ);
        i += order <= 0;
        j += order >= 0;
    }
    return files;
}

int identity_compare(const char *a, const char *b, struct texts *differ, size_t *files,
                     struct failure *why) {
    struct texts left = {0}, right = {0};
    int first = root_open(a, &left, why), second = first < 0 ? -1 : root_open(b, &right, why);
    if (second >= 0)
        *files = lists_compare(&left, &right, first, second, (const char *[]){a, b}, differ);
    if (first >= 0)
        close(first);
    if (second >= 0)
        close(second);
    texts_free(&left);
    texts_free(&right);
    return second < 0 ? why->status : 0;
}
