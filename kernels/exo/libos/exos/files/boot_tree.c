/* SPDX-License-Identifier: MIT */
/* boot_tree.c -- see boot_tree.h. */
#include "exo/libos/exos/files/boot_tree.h"

#include "exo/libos/image.h"
#include "lib/error.h"
#include "lib/string.h"

static bool find(uint32_t node, struct cpio_file *file) {
    const struct cpio *a = image_archive();
    if (node <= BOOT_ROOT || node - BOOT_ROOT - 1 >= a->count)
        return false;
    cpio_at(a, node - BOOT_ROOT - 1, file);
    return true;
}

long boot_tree_size(uint32_t node) {
    struct cpio_file file;
    if (node == BOOT_ROOT)
        return 0;
    return find(node, &file) ? (long)file.len : -E_NOT_FOUND;
}

long boot_tree_lookup(uint32_t directory, struct ramfs_name name) {
    struct cpio_file file;
    if (directory != BOOT_ROOT)
        return -E_INVALID;
    if (name.length == 1 && name.at[0] == '.')
        return BOOT_ROOT;
    for (uint32_t node = BOOT_ROOT + 1; find(node, &file); node++)
        if (strlen(file.name) == name.length && !memcmp(file.name, name.at, name.length))
            return node;
    return -E_NOT_FOUND;
}

long boot_tree_list(uint32_t directory, uint64_t *place, struct ramfs_entry *entry) {
    struct cpio_file file;
    uint32_t node = (uint32_t)*place + BOOT_ROOT + 1;
    if (directory != BOOT_ROOT)
        return -E_INVALID;
    if (!find(node, &file))
        return -E_NOT_FOUND;
    *entry = (struct ramfs_entry){.node = node};
    memcpy(entry->name, file.name, strnlen(file.name, RAMFS_NAME - 1));
    ++*place;
    return 0;
}

long boot_tree_read(uint32_t node, uint64_t at, void *into, size_t bytes) {
    struct cpio_file file;
    if (!find(node, &file))
        return -E_NOT_FOUND;
    if (at >= file.len)
        return 0;
    if (bytes > file.len - at)
        bytes = file.len - at;
    memcpy(into, file.data + at, bytes);
    return (long)bytes;
}
