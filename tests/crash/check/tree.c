/* SPDX-License-Identifier: MIT */
/* tree.c -- see tree.h. */
#include "tree.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void tree_clear(struct tree *t) {
    for (size_t i = 0; i < t->count; i++) {
        free(t->entry[i].path);
        free(t->entry[i].bytes);
    }
    t->count = 0;
}

struct entry *tree_add(struct tree *t, const char *path, bool is_directory, size_t size) {
    if (t->count == t->room)
        t->entry = memory_resize(t->entry, t->room = t->room * 2 + 64, sizeof *t->entry);
    struct entry *e = &t->entry[t->count++];
    *e = (struct entry){strdup(path), is_directory, size ? memory_new(size, 1) : NULL, size};
    return e;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

void tree_sort(struct tree *t) {
    if (t->count)
        qsort(t->entry, t->count, sizeof *t->entry, by_path);
}

const struct entry *tree_find(const struct tree *t, const char *path) {
    const struct entry wanted = {.path = (char *)(uintptr_t)path};
    return t->count ? bsearch(&wanted, t->entry, t->count, sizeof *t->entry, by_path) : NULL;
}
