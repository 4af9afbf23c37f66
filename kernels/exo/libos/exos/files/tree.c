/* SPDX-License-Identifier: MIT */
/* tree.c -- see shared.h: from a path to a file, over the trees that are mounted. */
#include "exo/libos/exos/files/boot_tree.h"
#include "exo/libos/exos/files/other_tree.h"
#include "exo/libos/exos/files/shared.h"
#include "lib/error.h"
#include "lib/string.h"

static const struct vnode root = {TREE_RAM, RAMFS_ROOT};
const struct other_tree *other_tree;
const struct nameless *nameless;

unsigned tree_type(struct vnode at) {
    const struct ramfs_node *n;
    switch (at.tree) {
    case TREE_RAM:
        n = ramfs_find(files_tree, at.node);
        return n ? n->type : RAMFS_FREE;
    case TREE_BOOT:
        return boot_tree_size(at.node) < 0 ? RAMFS_FREE
               : at.node == BOOT_ROOT      ? RAMFS_DIRECTORY
                                           : TYPE_BOOT;
    default:
        return other_tree && at.tree == TREE_OTHER ? other_tree->type(at.node) : RAMFS_FREE;
    }
}

long tree_list(struct vnode directory, uint64_t *place, struct ramfs_entry *entry) {
    return directory.tree == TREE_RAM     ? ramfs_list(files_tree, directory.node, place, entry)
           : directory.tree == TREE_OTHER ? other_tree->list(directory.node, place, entry)
                                          : boot_tree_list(directory.node, place, entry);
}

/* What is mounted there, or it itself. */
static struct vnode over(struct vnode at) {
    for (const struct mount *m = files->mount; m < files->mount + MOUNTS; m++)
        if (m->used && vnode_same(m->covered, at))
            return m->root;
    return at;
}

bool tree_is_covered(struct vnode at) {
    return !vnode_same(over(at), at);
}

void vnode_use(struct vnode at) {
    if (at.tree == TREE_RAM)
        ramfs_use(files_tree, at.node);
    else if (at.tree == TREE_OTHER)
        other_tree->use(at.node, 1);
    else if (at.tree == TREE_NAMELESS)
        nameless->use(at.node, 1);
}

void vnode_leave(struct vnode at) {
    if (at.tree == TREE_RAM)
        ramfs_leave(files_tree, at.node);
    else if (at.tree == TREE_OTHER)
        other_tree->use(at.node, -1);
    else if (at.tree == TREE_NAMELESS)
        nameless->use(at.node, -1);
}

/* What the root of a mounted tree covers, from which `..` goes on. */
static struct vnode under(struct vnode at) {
    for (const struct mount *m = files->mount; m < files->mount + MOUNTS; m++)
        if (m->used && vnode_same(m->root, at))
            return m->covered;
    return at;
}

static long lookup(struct vnode *at, struct ramfs_name name) {
    if (name.length == 2 && name.at[0] == '.' && name.at[1] == '.')
        *at = under(*at);
    long node = at->tree == TREE_RAM     ? ramfs_lookup(files_tree, at->node, name)
                : at->tree == TREE_OTHER ? other_tree->lookup(at->node, name)
                                         : boot_tree_lookup(at->node, name);
    if (node < 0)
        return node;
    at->node = (uint32_t)node;
    *at = over(*at);
    return 0;
}

/* The path's next name; without bytes: there is none. */
static struct ramfs_name next_name(const char **path) {
    while (**path == '/')
        ++*path;
    const char *begin = *path;
    while (**path && **path != '/')
        ++*path;
    return (struct ramfs_name){begin, (size_t)(*path - begin)};
}

/* Follows the path up to its last name, which is *last. */
static long follow(const char *path, struct vnode *at, struct ramfs_name *last) {
    *at = *path == '/' ? over(root) : row_own()->directory;
    *last = next_name(&path);
    for (;;) {
        struct ramfs_name next = next_name(&path);
        if (!next.length)
            return 0;
        long error = lookup(at, *last);
        if (error)
            return error;
        *last = next;
    }
}

long path_find(const char *path, struct vnode *at) {
    struct ramfs_name last;
    long error = *path ? follow(path, at, &last) : -E_NOT_FOUND;
    if (!error && last.length)
        error = lookup(at, last);
    return error || tree_type(*at) ? error : -E_NOT_FOUND;
}

long path_parent(const char *path, struct vnode *directory, struct ramfs_name *last) {
    long error = *path ? follow(path, directory, last) : -E_NOT_FOUND;
    if (error)
        return error;
    if (!last->length)
        return -E_EXISTS; /* it is the root */
    return directory->tree == TREE_BOOT ? -E_PERM : 0;
}
