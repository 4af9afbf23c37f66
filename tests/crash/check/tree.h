/* SPDX-License-Identifier: MIT */
/* tree.h -- what a disk has: names, and the bytes of files. */
#ifndef TESTS_CRASH_TREE_H
#define TESTS_CRASH_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct entry {
    char *path; /* as in work.h: "0/d/f" */
    bool is_directory;
    uint8_t *bytes;
    size_t size;
};

struct tree {
    struct entry *entry; /* by path, once tree_sort was called */
    size_t count, room;
};

void tree_clear(struct tree *t);
/* A new one of `size` bytes, all 0; its path is copied. Another one moves it: it stays until the
 * next call. */
struct entry *tree_add(struct tree *t, const char *path, bool is_directory, size_t size);
void tree_sort(struct tree *t);
/* Null: there is none. */
const struct entry *tree_find(const struct tree *t, const char *path);

#endif
