/* SPDX-License-Identifier: MIT */
/* tree.h -- a tree of files that one system writes and another one reads: each tells what it reads
 * of it, by hash, and who compares (tests/end/disk/ext2_linux_test.sh) knows that a disk means the
 * same to both. */
#ifndef TESTS_KERNEL_TREE_H
#define TESTS_KERNEL_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TREE_PATH = 160 };

/* What it is made and read with. Paths are whole ones; true: it is done. */
struct tree_calls {
    bool (*directory)(const char *path);
    /* Into a file that is made if there is none. */
    bool (*write)(const char *path, const void *from, size_t n, uint64_t at);
    bool (*link)(const char *to, const char *path);
    bool (*move)(const char *from, const char *to);
    bool (*remove)(const char *path);
    /* How many bytes; 0: the file ends there; below 0: there is none. Links are followed. */
    long (*read)(const char *path, void *to, size_t n, uint64_t at);
    /* Where a link leads. */
    bool (*target)(const char *path, char to[TREE_PATH]);
    /* Calls ENTRY for each name of a directory; of `.` and `..` too, as it likes. */
    bool (*list)(const char *path, void (*entry)(const char *name));
    void (*record)(const char *body, size_t length);
};

/* Makes the tree in the directory TOP, whose name its bytes depend on. */
bool tree_write(const struct tree_calls *calls, const char *top);
/* A line of the log for each name of a directory below TOP, and for each file: its path, size and
 * SHA-256; of a link also where it leads. What was removed or renamed must not be there. */
bool tree_tell(const struct tree_calls *calls, const char *top);

#endif
