/* SPDX-License-Identifier: MIT */
/* volume_copy.c -- a file becomes one of another name by XCP: it gets its name and its first blocks
 * in one change of metadata, and its frames from the old one. */
#include "exo/libos/volume/volume_own.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/shared.h"
#include "exo/libos/exos/process/critical.h"
#include "exo/libos/xcp/xcp.h"
#include "lib/error.h"
#include "lib/string.h"

#define SORTED 512 /* blocks that are read in the disk's order */

static long copy(struct vnode from, struct vnode directory, struct cffs_name name) {
    uint32_t memory[SORTED];
    if (from.tree != TREE_OTHER || directory.tree != TREE_OTHER)
        return -E_INVALID;
    volumes_enter();
    const struct volume_node *in = node_at(from.node), *to = node_at(directory.node);
    long error = !in || !to                                          ? -E_NOT_FOUND
                 : in->volume != to->volume || in->kind != CFFS_FILE ? -E_INVALID
                                                                     : volume_open(in->volume);
    if (!error) {
        const struct xcp_file file = {.from = in->id, .in = to->id, .name = name};
        error = xcp_files(&volumes->volume[in->volume].fs, &file, 1, memory, SORTED);
    }
    volumes_leave();
    return error;
}

long volume_copy(const char *from, const char *to) {
    char path[EXOS_PATH_MAX];
    struct vnode directory;
    struct ramfs_name name;
    const size_t length = strnlen(to, sizeof path);
    const int in = (int)exos_open(from, EXOS_READ);
    if (in < 0 || length == sizeof path)
        return in < 0 ? in : exos_close(in) ? -E_INVALID : -E_TOO_LONG;
    memcpy(path, to, length + 1);
    critical_begin();
    long error = path_parent(path, &directory, &name);
    const struct vnode source = open_file_of(in)->at;
    critical_end();
    if (!error && name_is_dots(name))
        error = -E_EXISTS;
    if (!error)
        error = copy(source, directory, (struct cffs_name){name.at, name.length});
    exos_close(in);
    return error;
}
