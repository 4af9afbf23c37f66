/* SPDX-License-Identifier: MIT */
/* spin_user_files.h -- what is done with files, by a process's system calls. Where the boot's
 * second disk has an ext2 it is mounted as it is; wfs is put on the first one. */
#ifndef EXPERIMENTS_SPIN_USER_FILES_H
#define EXPERIMENTS_SPIN_USER_FILES_H

#include "lib/string.h"
#include "spin/user/files.h"
#include "workload.h"

#define PLACE "/svc/volumes/f"

static char at[FILES_PATH + sizeof PLACE];

static const char *placed(const char *path) {
    memcpy(at, PLACE, sizeof PLACE - 1);
    memcpy(at + sizeof PLACE - 1, path, strlen(path) + 1);
    return at;
}

/* An extension, which reads the ext2 that is there or makes a volume of its own. */
static const char *spin_mount_as(const char *system, bool ext2) {
    struct file_mount m = {.path = PLACE};
    memcpy(m.system, system, strlen(system) + 1);
    memcpy(m.disk, ext2 ? "disk1" : "disk0", 6);
    m.format = !ext2;
    return file_mount(&m) ? "the machine has no such volume" : NULL;
}

static const char *spin_mount(const char *fs) {
    return spin_mount_as(fs, strcmp(fs, "ext2") == 0);
}

static void spin_unmount(void) {
    files_must(!file_unmount(PLACE));
}

static int spin_open(const char *path, enum files_how how) {
    static const enum file_how as[] = {[FILES_READ] = 0,
                                       [FILES_WRITE] = FILE_HOW_WRITE,
                                       [FILES_CREATE] = FILE_HOW_CREATE | FILE_HOW_NEW};
    return (int)file_open(placed(path), as[how]);
}

static int spin_close(int file) {
    return (int)file_close(file);
}

static long spin_read(int file, void *to, unsigned long bytes, uint64_t place) {
    return file_read(file, to, bytes, place);
}

static long spin_write(int file, const void *from, unsigned long bytes, uint64_t place) {
    return file_write(file, from, bytes, place);
}

static int spin_fsync(int file) {
    return (int)file_sync(file);
}

static int spin_sync(void) {
    long root = file_open(PLACE, 0);
    long error = root < 0 ? root : file_sync(root);
    return (int)(error ? error : file_close(root));
}

static int spin_unlink(const char *path) {
    return (int)file_unlink(placed(path));
}

static int spin_stat(const char *path, uint64_t *bytes) {
    struct file_status status = {0};
    long error = file_stat(placed(path), &status);
    *bytes = status.bytes;
    return (int)error;
}

static int spin_mkdir(const char *path) {
    return (int)file_mkdir(placed(path));
}

static int spin_rmdir(const char *path) {
    return (int)file_rmdir(placed(path));
}

static int spin_rename(const char *from, const char *to) {
    char first[sizeof at];
    memcpy(first, placed(from), sizeof first);
    return (int)file_rename(first, placed(to));
}

static long spin_list(const char *path) {
    static struct file_list list;
    long directory = file_open(placed(path), 0), count = 0;
    list.cookie = 0;
    while (directory >= 0 && file_list(directory, &list) == 0)
        for (uint64_t word = 0; word < list.words; count++)
            word += FILE_ENTRY_WORDS(file_entry_at(&list, word)->name_bytes);
    return directory < 0 ? directory : file_close(directory) ? -1 : count;
}

static void spin_forget(int file) {
    files_must(!file_forget(file));
}

static void spin_counts(struct files_counts *c) {
    struct file_counts counts = {0};
    files_must(!file_counts(PLACE, &counts));
    *c = (struct files_counts){counts.requests, counts.sectors, counts.flushes};
}

#define SPIN_FILES(mount)                                                                          \
    {                                                                                              \
        mount, spin_unmount, spin_open, spin_close, spin_read, spin_write, spin_fsync, spin_sync,  \
            spin_unlink, spin_stat, spin_mkdir, spin_rmdir, spin_rename, spin_list, spin_forget,   \
            spin_counts                                                                            \
    }
static const struct files spin_files = SPIN_FILES(spin_mount);

#endif
