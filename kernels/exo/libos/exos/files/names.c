/* SPDX-License-Identifier: MIT */
/* names.c -- what files.h has for paths. A path is copied before a critical section begins: to read
 * it may be a fault. */
#include "exo/libos/exos/files/boot_tree.h"
#include "exo/libos/exos/files/other_tree.h"
#include "exo/libos/exos/process/critical.h"
#include "lib/error.h"
#include "lib/string.h"

struct path {
    char text[EXOS_PATH_MAX];
};

static long copy(struct path *to, const char *path) {
    size_t length = strnlen(path, EXOS_PATH_MAX);
    if (length == EXOS_PATH_MAX)
        return -E_TOO_LONG;
    memcpy(to->text, path, length);
    to->text[length] = '\0';
    return 0;
}

/* What a call does with the directory and the last name of its path. */
typedef long named_fn(struct vnode directory, struct ramfs_name name, uint64_t argument);

static long by_name(const char *path, named_fn *fn, uint64_t argument) {
    struct path p;
    struct vnode directory;
    struct ramfs_name name;
    long error = copy(&p, path);
    if (error)
        return error;
    critical_begin();
    error = path_parent(p.text, &directory, &name);
    if (!error)
        error = fn(directory, name, argument);
    critical_end();
    return error;
}

long vnode_make(struct vnode directory, struct ramfs_name name, uint64_t type) {
    return directory.tree == TREE_OTHER ? other_tree->make(directory.node, name, type)
                                        : ramfs_make(files_tree, directory.node, name, type);
}

static long make(struct vnode directory, struct ramfs_name name, uint64_t type) {
    long node = vnode_make(directory, name, type);
    return node < 0 ? node : 0;
}

static bool is_mounted_on(struct vnode directory, struct ramfs_name name) {
    long node = ramfs_lookup(files_tree, directory.node, name);
    return node > 0 && tree_is_covered((struct vnode){TREE_RAM, (uint32_t)node});
}

static long remove_directory(struct vnode directory, struct ramfs_name name, uint64_t none) {
    (void)none;
    if (directory.tree == TREE_OTHER)
        return other_tree->remove(directory.node, name, true);
    if (is_mounted_on(directory, name))
        return -E_BUSY;
    return ramfs_rmdir(files_tree, directory.node, name);
}

static long remove_file(struct vnode directory, struct ramfs_name name, uint64_t none) {
    (void)none;
    if (directory.tree == TREE_OTHER)
        return other_tree->remove(directory.node, name, false);
    return ramfs_unlink(files_tree, directory.node, name);
}

long exos_mkdir(const char *path) {
    return by_name(path, make, RAMFS_DIRECTORY);
}

long exos_mknod(const char *path, enum ramfs_type type) {
    if (type < RAMFS_FILE || type >= RAMFS_TYPES || type == RAMFS_DIRECTORY)
        return -E_INVALID;
    return by_name(path, make, type);
}

long exos_rmdir(const char *path) {
    return by_name(path, remove_directory, 0);
}

long exos_unlink(const char *path) {
    return by_name(path, remove_file, 0);
}

/* Two paths. */
typedef long named_twice_fn(const char *old_path, const char *path);

static long with_two(const char *old_path, const char *path, named_twice_fn *fn) {
    struct path from, to;
    long error = copy(&from, old_path);
    if (!error)
        error = copy(&to, path);
    if (error)
        return error;
    critical_begin();
    error = fn(from.text, to.text);
    critical_end();
    return error;
}

static long link_to(const char *old_path, const char *path) {
    struct vnode at, directory;
    struct ramfs_name name;
    long error = path_find(old_path, &at);
    if (!error)
        error = path_parent(path, &directory, &name);
    if (!error && (at.tree != TREE_RAM || directory.tree != TREE_RAM))
        error = -E_PERM;
    return error ? error : ramfs_link(files_tree, directory.node, name, at.node);
}

static long move(const char *old_path, const char *path) {
    struct vnode from, to;
    struct ramfs_name old_name, name;
    long error = path_parent(old_path, &from, &old_name);
    if (!error)
        error = path_parent(path, &to, &name);
    if (error)
        return error;
    if (from.tree != to.tree)
        return -E_INVALID;
    if (from.tree == TREE_OTHER)
        return other_tree->rename(from.node, old_name, to.node, name);
    if (is_mounted_on(from, old_name) || is_mounted_on(to, name))
        return -E_BUSY;
    return ramfs_rename(files_tree, from.node, old_name, to.node, name);
}

long exos_link(const char *old_path, const char *path) {
    return with_two(old_path, path, link_to);
}

long exos_rename(const char *old_path, const char *path) {
    return with_two(old_path, path, move);
}

/* What a call does with the file that its path leads to. */
typedef long found_fn(struct vnode at, void *argument);

static long by_path(const char *path, found_fn *fn, void *argument) {
    struct path p;
    struct vnode at;
    long error = copy(&p, path);
    if (error)
        return error;
    critical_begin();
    error = path_find(p.text, &at);
    if (!error)
        error = fn(at, argument);
    critical_end();
    return error;
}

long vnode_stat(struct vnode at, void *argument) {
    if (at.tree == TREE_OTHER)
        return other_tree->stat(at.node, argument);
    const struct ramfs_node *n = at.tree == TREE_RAM ? ramfs_find(files_tree, at.node) : NULL;
    *(struct exos_stat *)argument =
        n ? (struct exos_stat){n->id, n->size, n->type, n->links}
          : (struct exos_stat){at.node, (uint64_t)boot_tree_size(at.node), tree_type(at), 1};
    return 0;
}

long exos_stat(const char *path, struct exos_stat *stat) {
    struct exos_stat found;
    long error = by_path(path, vnode_stat, &found);
    if (!error)
        *stat = found;
    return error;
}

static long enter(struct vnode at, void *none) {
    struct row *r = row_own();
    (void)none;
    if (tree_type(at) != RAMFS_DIRECTORY)
        return -E_INVALID;
    vnode_use(at);
    vnode_leave(r->directory);
    r->directory = at;
    return 0;
}

long exos_chdir(const char *path) {
    return by_path(path, enter, NULL);
}

/* --- Mounts --- */

static long new_tree(void) {
    long node = ramfs_new(files_tree, RAMFS_DIRECTORY);
    if (node > 0) {
        struct ramfs_node *n = ramfs_find(files_tree, (uint32_t)node);
        n->links = 1;
        n->parent = (uint32_t)node;
    }
    return node;
}

static long mount(struct vnode at, void *argument) {
    struct mount *m = files->mount;
    while (m < files->mount + MOUNTS && m->used)
        m++;
    if (tree_type(at) != RAMFS_DIRECTORY || at.tree != TREE_RAM)
        return -E_INVALID;
    if (m == files->mount + MOUNTS)
        return -E_FULL;
    struct vnode root = {TREE_BOOT, BOOT_ROOT};
    const uint32_t tree = *(const uint32_t *)argument;
    if (tree >= EXOS_TREE_OTHER) {
        root = (struct vnode){TREE_OTHER, tree - EXOS_TREE_OTHER};
    } else if (tree == EXOS_TREE_EMPTY) {
        long node = new_tree();
        if (node < 0)
            return node;
        root = (struct vnode){TREE_RAM, (uint32_t)node};
    }
    vnode_use(at);
    *m = (struct mount){at, root, 1};
    return 0;
}

static long unmount(struct vnode at, void *none) {
    struct ramfs_entry e;
    uint64_t place = 0;
    struct mount *m = files->mount;
    (void)none;
    while (m < files->mount + MOUNTS && !(m->used && vnode_same(m->root, at)))
        m++;
    if (m == files->mount + MOUNTS)
        return -E_NOT_FOUND;
    if (at.tree == TREE_RAM && !tree_list(at, &place, &e))
        return -E_BUSY;
    m->used = 0;
    vnode_leave(m->covered);
    if (at.tree == TREE_RAM)
        ramfs_unlinked(files_tree, at.node);
    return 0;
}

long exos_mount(uint32_t tree, const char *path) {
    return by_path(path, mount, &tree);
}

long exos_unmount(const char *path) {
    return by_path(path, unmount, NULL);
}
