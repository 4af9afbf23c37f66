/* SPDX-License-Identifier: MIT */
/* mkfs.c -- see mkfs.h. */
#include "mkfs.h"

#include "exo/libos/alfs/alfs.h"
#include "exo/libos/cffs/cffs.h"
#include "exo/libos/cffs/cffs_declared.h"
#include "exo/libos/disk/memory_disk.h"
#include "exo/libos/disk/raw_store.h"
#include "exo/xn/store/volume.h"
#include "host_store.h"
#include "lib/error.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PAGES = 4096, SEED = 13, ATOM = 512 };

/* A file or directory of either type. */
union file_id {
    struct cffs_id cffs;
    struct alfs_id alfs;
};

struct making {
    struct cffs cffs;
    struct alfs alfs;
    void *tables;    /* of alfs */
    char path[4096]; /* of what is being copied */
    const struct file_system *fs;
};

/* What mkfs needs of one. */
struct file_system {
    const char *type;
    long (*make)(struct making *m, struct store *store, const char name[16]);
    long (*end)(struct making *m);
    union file_id (*root)(struct making *m);
    long (*create)(struct making *m, union file_id in, const char *name, uint16_t mode,
                   union file_id *id);
    long (*mkdir)(struct making *m, union file_id in, const char *name, union file_id *id);
    long (*write)(struct making *m, union file_id id, uint64_t at, const void *from, size_t bytes);
};

static long cffs_make(struct making *m, struct store *store, const char name[16]) {
    long error = cffs_declare(store, NULL, NULL);
    if (error == 0)
        error = cffs_format(store, name, SEED, false);
    return error == 0 ? cffs_mount(&m->cffs, store, name, false) : error;
}
static long cffs_end(struct making *m) {
    return cffs_unmount(&m->cffs);
}
static union file_id root_of_cffs(struct making *m) {
    return (union file_id){.cffs = cffs_root(&m->cffs)};
}
static long create_cffs(struct making *m, union file_id in, const char *name, uint16_t mode,
                        union file_id *id) {
    return cffs_create(&m->cffs, in.cffs, (struct cffs_name){name, strlen(name)}, mode, &id->cffs);
}
static long mkdir_cffs(struct making *m, union file_id in, const char *name, union file_id *id) {
    return cffs_mkdir(&m->cffs, in.cffs, (struct cffs_name){name, strlen(name)}, 0755, &id->cffs);
}
static long write_cffs(struct making *m, union file_id id, uint64_t at, const void *from,
                       size_t bytes) {
    return cffs_write(&m->cffs, id.cffs, at, from, bytes);
}

static long alfs_make(struct making *m, struct store *store, const char name[16]) {
    m->tables = malloc(alfs_bytes(store->blocks, store->blocks));
    long error = m->tables ? alfs_declare(store, NULL, NULL) : -E_NO_MEMORY;
    if (error == 0)
        error = alfs_format(store, name, 0, false);
    return error
               ? error
               : alfs_mount(&m->alfs, store, name, m->tables, store->blocks, store->blocks, false);
}
static long alfs_end(struct making *m) {
    return alfs_unmount(&m->alfs);
}
static union file_id root_of_alfs(struct making *m) {
    (void)m;
    return (union file_id){.alfs = alfs_root()};
}
static long create_alfs(struct making *m, union file_id in, const char *name, uint16_t mode,
                        union file_id *id) {
    return alfs_create(&m->alfs, in.alfs, (struct alfs_name){name, strlen(name)}, ALFS_FILE, mode,
                       &id->alfs);
}
static long mkdir_alfs(struct making *m, union file_id in, const char *name, union file_id *id) {
    return alfs_create(&m->alfs, in.alfs, (struct alfs_name){name, strlen(name)}, ALFS_DIR, 0755,
                       &id->alfs);
}
static long write_alfs(struct making *m, union file_id id, uint64_t at, const void *from,
                       size_t bytes) {
    return alfs_write(&m->alfs, id.alfs, at, from, bytes);
}

static const struct file_system systems[] = {
    {"cffs", cffs_make, cffs_end, root_of_cffs, create_cffs, mkdir_cffs, write_cffs},
    {"alfs", alfs_make, alfs_end, root_of_alfs, create_alfs, mkdir_alfs, write_alfs},
};

static long copy_file(struct making *m, union file_id directory, const char *name, uint16_t mode) {
    union file_id id;
    char bytes[65536];
    FILE *f = fopen(m->path, "rb");
    long error = f ? m->fs->create(m, directory, name, mode, &id) : -E_NOT_FOUND;
    for (uint64_t at = 0; error == 0;) {
        size_t count = fread(bytes, 1, sizeof bytes, f);
        if (count == 0)
            break;
        long written = m->fs->write(m, id, at, bytes, count);
        error = written < 0 ? written : (size_t)written < count ? -E_FULL : 0;
        at += count;
    }
    if (error == 0 && ferror(f))
        error = -E_NOT_FOUND;
    if (f)
        fclose(f);
    return error;
}

static long copy_folder(struct making *m, union file_id directory) {
    struct dirent **entry;
    const size_t length = strlen(m->path);
    int count = scandir(m->path, &entry, NULL, alphasort);
    long error = count < 0 ? -E_NOT_FOUND : 0;
    for (int i = 0; i < count; i++) {
        const char *text = entry[i]->d_name;
        union file_id below;
        struct stat is;
        if (error == 0 && strcmp(text, ".") != 0 && strcmp(text, "..") != 0) {
            int room = (int)(sizeof m->path - length);
            if (snprintf(m->path + length, (size_t)room, "/%s", text) >= room)
                error = -E_TOO_LONG;
            else if (stat(m->path, &is))
                error = -E_NOT_FOUND;
            else if (S_ISREG(is.st_mode))
                error = copy_file(m, directory, text, is.st_mode & 0111 ? 0755 : 0644);
            else if (!S_ISDIR(is.st_mode))
                error = -E_INVALID;
            else
                error = m->fs->mkdir(m, directory, text, &below);
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

long mkfs(struct store *store, const char *type, const char *folder, const char **at) {
    static struct making m;
    char name[16] = {0};
    m = (struct making){.fs = NULL};
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++)
        if (!strcmp(systems[i].type, type))
            m.fs = &systems[i];
    *at = type;
    if (m.fs == NULL)
        return -E_NO_CALL;
    snprintf(name, sizeof name, "%s", type);
    long error = m.fs->make(&m, store, name);
    if (error == 0) {
        *at = m.path;
        snprintf(m.path, sizeof m.path, "%s", folder);
        error = copy_folder(&m, m.fs->root(&m));
    }
    if (error == 0)
        error = m.fs->end(&m);
    free(m.tables);
    return error;
}

long mkfs_raw(unsigned char *image, uint32_t blocks, const char *type, const char *folder,
              const char **at) {
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
        error = mkfs(&raw.store, type, folder, at);
    if (error == 0)
        error = raw_store_close(&raw);
    free(memory);
    return error;
}

/* A volume of the design that needs no functions, where there is none. */
static long format(unsigned char *image, uint32_t blocks) {
    struct xn_super super;
    int more = 0;
    memcpy(&super, image, sizeof super);
    if (!super_fault(&super))
        return 0;
    for (uint32_t i = 0; !more && i < blocks; i++)
        more = xn_format(blocks, XN_TEMPLATE, ATOM, i, image + (size_t)i * STORE_BLOCK);
    return more < 0 ? more : 0;
}

long mkfs_volume(unsigned char *image, uint32_t blocks, const char *type, const char *folder,
                 const char **at, const char **why) {
    static struct host_volume v;
    static struct host_store h;
    *at = "a volume of the design template";
    *why = NULL;
    long error = format(image, blocks);
    if (error == 0)
        error = host_volume_open_whole(&v, image, blocks);
    if (error == 0)
        error = host_volume_mount(&v);
    if (error == 0)
        error = host_store_open(&h, &v);
    if (error == 0 && h.store.design != XN_TEMPLATE)
        error = -E_INVALID; /* types of other designs need functions, which are in programs */
    if (error == 0)
        error = mkfs(&h.store, type, folder, at);
    if (error == 0)
        error = host_volume_unmount(&v);
    if (error != 0 && *v.why.text)
        *why = v.why.text;
    host_volume_close(&v);
    return error;
}
