/* SPDX-License-Identifier: MIT */
/* boot_tree.h -- the archive that the boot brought, as a directory that can only be read. Node 1 is
 * the directory, node n + 2 the archive's n-th file. */
#ifndef EXO_LIBOS_EXOS_BOOT_TREE_H
#define EXO_LIBOS_EXOS_BOOT_TREE_H

#include "exo/libos/exos/ramfs/ramfs.h"

#define BOOT_ROOT 1u

/* As of ramfs.h. */
long boot_tree_lookup(uint32_t directory, struct ramfs_name name);
long boot_tree_list(uint32_t directory, uint64_t *place, struct ramfs_entry *entry);
long boot_tree_read(uint32_t node, uint64_t at, void *into, size_t bytes);
/* -E_NOT_FOUND: no such node. */
long boot_tree_size(uint32_t node);

#endif
