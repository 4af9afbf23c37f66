/* SPDX-License-Identifier: MIT */
/* identity.c -- two run folders, file by file. */
#include "identity.h"
#include "status.h"

#include <fts.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* All that may differ between two runs of one build by an exact clock: when they were made. */
static const struct {
    const char *file, *key;
} may_differ[] = {
    {"run.json", "started"},
    {"run.json", "finished"},
};

static int name_compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of all files below ROOT, sorted. */
static int files_list(const char *root, struct texts *names, struct failure *why) {
    size_t length = strlen(root);
    while (length > 1 && root[length - 1] == '/')
        length--;
    char *copy = text_format("%.*s", (int)length, root), *paths[] = {copy, NULL};
    FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    int status = walk ? 0 : failure_set_errno(why, "read", root);
    for (FTSENT *entry; !status && (entry = fts_read(walk));) {
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS)
            status = failure_set(why, STATUS_FOLDER, "cannot read %s: %s", entry->fts_path,
                                 strerror(entry->fts_errno));
        else if (entry->fts_info != FTS_D && entry->fts_info != FTS_DP)
            texts_add(names, entry->fts_path + length + 1);
    }
    if (walk)
        fts_close(walk);
    free(copy);
    if (names->count)
        qsort(names->items, names->count, sizeof *names->items, name_compare);
    return status;
}

/* The file's bytes, without what may differ. */
static char *file_read(const char *root, const char *name, size_t *length) {
    char *path = text_format("%s/%s", root, name);
    char *bytes = text_read(path, length);
    free(path);
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

static void file_compare(const char *a, const char *b, const char *name, struct texts *differ) {
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

int identity_compare(const char *a, const char *b, struct texts *differ, size_t *files,
                     struct failure *why) {
    struct texts left = {0}, right = {0};
    int status = files_list(a, &left, why);
    if (!status)
        status = files_list(b, &right, why);
    size_t i = 0, j = 0;
    for (*files = 0; !status && (i < left.count || j < right.count); (*files)++) {
        int order = i == left.count    ? 1
                    : j == right.count ? -1
                                       : strcmp(left.items[i], right.items[j]);
        if (order < 0)
            texts_take(differ, text_format("%s: only in %s", left.items[i], a));
        else if (order > 0)
            texts_take(differ, text_format("%s: only in %s", right.items[j], b));
        else
            file_compare(a, b, left.items[i], differ);
        i += order <= 0;
        j += order >= 0;
    }
    texts_free(&left);
    texts_free(&right);
    return status;
}
