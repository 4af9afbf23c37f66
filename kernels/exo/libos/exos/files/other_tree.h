/* SPDX-License-Identifier: MIT */
/* other_tree.h -- trees of a kind that ExOS does not have itself: of file systems on disks
 * (libos/volume). Each is called within a critical section, and may end it and begin another one
 * meanwhile: so what it is asked about may be gone by then (-E_NOT_FOUND), and no number of a node
 * ever names another file. */
#ifndef EXO_LIBOS_EXOS_OTHER_TREE_H
#define EXO_LIBOS_EXOS_OTHER_TREE_H

#include "exo/libos/exos/files/file_ops.h"

struct other_tree {
    unsigned (*type)(uint32_t node); /* RAMFS_FILE, RAMFS_DIRECTORY, or RAMFS_FREE: there is none */
    void (*use)(uint32_t node, int by);
    long (*stat)(uint32_t node, struct exos_stat *stat);
    /* As those of ramfs.h. */
    long (*lookup)(uint32_t directory, struct ramfs_name name);
    long (*list)(uint32_t directory, uint64_t *place, struct ramfs_entry *entry);
    long (*make)(uint32_t directory, struct ramfs_name name, uint64_t type);
    long (*remove)(uint32_t directory, struct ramfs_name name, bool is_directory);
    long (*rename)(uint32_t from, struct ramfs_name name, uint32_t to, struct ramfs_name new_name);
    long (*truncate)(uint32_t node, uint64_t size);
    long (*sync)(uint32_t node); /* the file, and its name, are on the disk */
    /* Pages from `at` on show the file that fd is, from its index-th page on, when they are
     * touched (fault_of_file). -E_BUSY: it cannot be written. */
    long (*mapped)(int fd, uint64_t at, uint64_t index, bool writes);
    struct file_ops file;
};
/* Null: there is no such kind. */
extern const struct other_tree *other_tree;

/* Files without names (libos/sockets): what is open is somebody's, or not any more. */
struct nameless {
    void (*use)(uint32_t node, int by);
    struct file_ops file;
};
extern const struct nameless *nameless;

#endif
