/* SPDX-License-Identifier: MIT */
/* files_begin.c -- a process has files from now on: those that its program had before, or none. */
#include "exo/libos/exos/files/program_file.h"
#include "exo/libos/exos/files/shared.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "lib/error.h"
#include "lib/string.h"

static long map_all(uint32_t pages) {
    uint64_t head = sizeof(struct shared_files) / PAGE;
    if (pages < RAMFS_LEAST || pages > EXOS_FILES_MAX - head)
        return -E_INVALID;
    long error =
        frames_map(0, 0, 0, EXOS_FILES, head + pages, EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED);
    if (!error)
        memset((void *)EXOS_FILES, 0, (head + pages) * PAGE);
    return error;
}

long exos_files_begin(uint32_t pages) {
    open_files_begin();
    program_files_begin();
    if (exposed_entry(EXOS_FILES)) {
        open_files_go_on();
        return 0;
    }
    long error = map_all(pages);
    if (error)
        return error;
    files->pages = pages;
    ramfs_format(files_tree, pages);
    const struct vnode root = {TREE_RAM, RAMFS_ROOT};
    row_own()->pid = exos_own()->pid;
    row_own()->directory = root;
    vnode_use(root);
    exos_mkdir("/dev");
    exos_mknod("/dev/console", RAMFS_CONSOLE);
    exos_mknod("/dev/null", RAMFS_NULL);
    exos_mknod("/dev/zero", RAMFS_ZERO);
    exos_mkdir("/boot");
    return exos_mount(EXOS_TREE_BOOT, "/boot");
}
