/* SPDX-License-Identifier: MIT */
/* ramfs.h -- a file system in memory: one run of pages that all processes of an ExOS have mapped.
 *
 * Everything in it is named by numbers, and each number is held against its limit when it is used:
 * who can write these pages can spoil files, names and counts, but whoever reads them gets wrong
 * bytes or an error; nobody touches anything outside, and nothing turns for ever.
 *
 * It knows nothing of processes or of the machine. Its callers see to it that only one is in here
 * at a time. Results below 0 are -E_SOMETHING:
 *   -E_NOT_FOUND  no such name, or a node that is none (any more)
 *   -E_EXISTS     the name is taken, or a directory is not empty
 *   -E_INVALID    not a directory, an empty name, a directory within itself, one too far
 *   -E_PERM       it is a directory
 *   -E_TOO_LONG   a name
 *   -E_FULL       no page, node or place in a directory is left */
#ifndef EXO_LIBOS_EXOS_RAMFS_H
#define EXO_LIBOS_EXOS_RAMFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RAMFS_PAGE      4096ul
#define RAMFS_PAGES_MAX 8192u
#define RAMFS_NODES     1024u
#define RAMFS_NAME      56u /* bytes, with the NUL */
#define RAMFS_DIRECT    8u
#define RAMFS_INDIRECT  (RAMFS_PAGE / sizeof(uint32_t))
#define RAMFS_FILE_MAX  ((RAMFS_DIRECT + RAMFS_INDIRECT) * RAMFS_PAGE)

/* What a node is. What those after RAMFS_DIRECTORY do is not this file system's business. */
enum ramfs_type {
    RAMFS_FREE,
    RAMFS_FILE,
    RAMFS_DIRECTORY,
    RAMFS_PIPE,
    RAMFS_CONSOLE,
    RAMFS_NULL,
    RAMFS_ZERO,
    RAMFS_TYPES
};

struct ramfs_node {
    uint32_t type;
    uint32_t links;                /* names */
    uint32_t opens;                /* who uses it without a name */
    uint32_t parent;               /* of a directory */
    uint64_t size;                 /* bytes */
    uint64_t id;                   /* no other node, of now or of before, has the same */
    uint32_t direct[RAMFS_DIRECT]; /* pages; 0: none, which reads as zeroes */
    uint32_t indirect;             /* the page of the others' numbers */
    uint32_t spare;
    uint64_t written, read, writers, readers; /* of a pipe */
    uint64_t more[3];
};
_Static_assert(sizeof(struct ramfs_node) == 128, "pages are full of them");

struct ramfs {
    uint32_t pages; /* with this structure */
    uint32_t next_page;
    uint64_t next_id;
    uint64_t used[RAMFS_PAGES_MAX / 64]; /* a bit a page */
    uint64_t unused[4096 / 8 - 2 - RAMFS_PAGES_MAX / 64];
    struct ramfs_node node[RAMFS_NODES]; /* 0 is none */
};
#define RAMFS_ROOT  1u
#define RAMFS_LEAST (sizeof(struct ramfs) / RAMFS_PAGE + 1)

struct ramfs_entry {
    uint32_t node; /* 0: none */
    uint32_t unused;
    char name[RAMFS_NAME];
};

/* A name, which need not end with a NUL. */
struct ramfs_name {
    const char *at;
    size_t length;
};

/* Makes an empty file system of these pages, which are all 0 and at least RAMFS_LEAST. */
void ramfs_format(struct ramfs *fs, uint32_t pages);

/* The node with this number; null: there is none. */
struct ramfs_node *ramfs_find(struct ramfs *fs, uint32_t node);

/* ramfs_node.c: what a node holds. It exists as long as it has a name or somebody uses it; a new
 * one has neither yet. */
long ramfs_new(struct ramfs *fs, enum ramfs_type type);
void ramfs_use(struct ramfs *fs, uint32_t node);
void ramfs_leave(struct ramfs *fs, uint32_t node);
void ramfs_unlinked(struct ramfs *fs, uint32_t node); /* it has a name less */
long ramfs_read(struct ramfs *fs, uint32_t node, uint64_t at, void *into, size_t bytes);
/* What was written, which is less than `bytes` where there is no room for more. */
long ramfs_write(struct ramfs *fs, uint32_t node, uint64_t at, const void *from, size_t bytes);
long ramfs_truncate(struct ramfs *fs, uint32_t node, uint64_t size);
/* The page of the file system with the index-th of the node; makes it, if there is none. */
long ramfs_page(struct ramfs *fs, uint32_t node, uint64_t index);

/* ramfs_directory.c: names. */
long ramfs_lookup(struct ramfs *fs, uint32_t directory, struct ramfs_name name);
/* A new node with this name. */
long ramfs_make(struct ramfs *fs, uint32_t directory, struct ramfs_name name, enum ramfs_type type);
/* One name more for a node, which is no directory. */
long ramfs_link(struct ramfs *fs, uint32_t directory, struct ramfs_name name, uint32_t node);
long ramfs_unlink(struct ramfs *fs, uint32_t directory, struct ramfs_name name);
long ramfs_rmdir(struct ramfs *fs, uint32_t directory, struct ramfs_name name);
/* What has the new name, if anything, is gone afterwards. */
long ramfs_rename(struct ramfs *fs, uint32_t from, struct ramfs_name name, uint32_t to,
                  struct ramfs_name new_name);
/* The first name from place *place on, which becomes the next one's; or
 * -E_NOT_FOUND. */
long ramfs_list(struct ramfs *fs, uint32_t directory, uint64_t *place, struct ramfs_entry *entry);

#endif
