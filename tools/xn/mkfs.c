/* SPDX-License-Identifier: MIT */
/* mkfs.c -- see mkfs.h. */
#include "mkfs.h"

#include "exo/libos/cffs/cffs.h"
#include "exo/libos/disk/memory_disk.h"
#include "exo/libos/disk/raw_store.h"
#include "lib/error.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PAGES = 4096, SEED = 13 };

struct making {
    struct cffs fs;
    char path[4096]; /* of what is being copied */
};

static long copy_file(struct making *m, struct cffs_id directory, struct cffs_name name,
                      uint16_t mode) {
    struct cffs_id id;
    char bytes[65536];
    FILE *f = fopen(m->path, "rb");
    long error = f ? cffs_create(&m->fs, directory, name, mode, &id) : -E_NOT_FOUND;
    for (uint64_t at = 0; error == 0;) {
        size_t count = fread(bytes, 1, sizeof bytes, f);
        if (count == 0)
            break;
        long written = cffs_write(&m->fs, id, at, bytes, count);
        error = written < 0 ? written : (size_t)written < count ? -E_FULL : 0;
        at += count;
    }
    if (error == 0 && ferror(f))
        error = -E_NOT_FOUND;
    if (f)
        fclose(f);
    return error;
}

static long copy_folder(struct making *m, struct cffs_id directory) {
    struct dirent **entry;
    const size_t length = strlen(m->path);
    int count = scandir(m->path, &entry, NULL, alphasort);
    long error = count < 0 ? -E_NOT_FOUND : 0;
    for (int i = 0; i < count; i++) {
        const char *text = entry[i]->d_name;
        struct cffs_name name = {text, strlen(text)};
        struct cffs_id below;
        struct stat is;
        if (error == 0 && strcmp(text, ".") != 0 && strcmp(text, "..") != 0) {
            int room = (int)(sizeof m->path - length);
            if (snprintf(m->path + length, (size_t)room, "/%s", text) >= room)
                error = -E_TOO_LONG;
            else if (stat(m->path, &is))
                error = -E_NOT_FOUND;
            else if (S_ISREG(is.st_mode))
                error = copy_file(m, directory, name, is.st_mode & 0111 ? 0755 : 0644);
            else if (!S_ISDIR(is.st_mode))
                error = -E_INVALID;
            else
                error = cffs_mkdir(&m->fs, directory, name, 0755, &below);
            if (error == 0 && S_ISDIR(is.st_mode))
                error = copy_folder(m, below);
            if (error == 0)
                m->path[length] = '\0';
        }
        free(entry[i]);
    }
    if (count >= 0)
        free(entry);
    return error;
}

long mkfs_raw(unsigned char *image, uint32_t blocks, const char *folder, const char **at) {
    static const char name[16] = "cffs";
    static struct making m;
    static struct raw_store raw;
    struct memory_disk disk;
    unsigned char page[STORE_BLOCK];
    void *memory = calloc(1, raw_store_bytes(blocks, PAGES));
    *at = folder;
    if (memory == NULL)
        return -E_NO_MEMORY;
    memory_disk_begin(&disk, image, blocks);
    long error = raw_store_format(&disk.disk, page);
    if (error == 0)
        error = raw_store_open(&raw, &disk.disk, memory, PAGES);
    if (error == 0)
        error = cffs_format(&raw.store, name, SEED, false);
    if (error == 0)
        error = cffs_mount(&m.fs, &raw.store, name, false);
    if (error == 0) {
        *at = m.path;
        snprintf(m.path, sizeof m.path, "%s", folder);
        error = copy_folder(&m, cffs_root(&m.fs));
    }
    if (error == 0)
        error = cffs_unmount(&m.fs);
    if (error == 0)
        error = raw_store_close(&raw);
    free(memory);
    return error;
}
