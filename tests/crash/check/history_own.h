/* SPDX-License-Identifier: MIT */
/* history_own.h -- what the sources of history.h share. Operations are numbered from 1 on. */
#ifndef TESTS_CRASH_HISTORY_OWN_H
#define TESTS_CRASH_HISTORY_OWN_H

#include "history.h"

enum { NOBODY = -1, ALL = -1, TEMPORARY = '3' };

/* From this operation on the name has that file. */
struct set {
    size_t operation;
    int file;
};

struct name {
    char *path;
    struct set *set;
    size_t sets;
};

struct version {
    size_t operation;
    uint8_t *bytes;
    size_t size;
};

struct file {
    bool is_directory, removed /* one of its names */, linked;
    struct version *version;
    size_t versions;
};

/* What was promised at an operation, from that number of flushes on. */
struct promise {
    size_t operation;
    uint64_t flushes;
    int file, name; /* or ALL */
};

struct history {
    struct promises promises;
    struct name *name;
    size_t names;
    struct file *file;
    size_t files;
    struct promise *promise;
    size_t promised;
    size_t operations;
    /* Of the disk that is judged: since which operation a name or a file is promised; 0: never. */
    size_t *name_since, *file_since;
    unsigned char *may_have, *has; /* a file: a name that it may have; how many are only its */
};

#endif
