/* SPDX-License-Identifier: MIT */
/* linux_files.h -- Linux's file systems, each on a RAM disk of its own, which is new before each
 * row. */
#ifndef EXPERIMENTS_FILES_LINUX_FILES_H
#define EXPERIMENTS_FILES_LINUX_FILES_H

#include "linux/init.h"
#include "workload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE "/mnt"

/* As experiment.yaml has them. */
static const struct {
    const char *fs, *device, *options;
    unsigned number;
} disks[] = {
    {"ext2", "/dev/ram1", "", 1},
    {"ext4", "/dev/ram2", "commit=300", 2}, /* no commit but those that are asked for */
};

/* Nothing is written back inside a bracket that did not ask for it. */
static void writeback_stop(void) {
    int file = open("/proc/sys/vm/dirty_writeback_centisecs", O_WRONLY | O_CLOEXEC);
    files_must(file >= 0 && write(file, "0\n", 2) == 2);
    close(file);
}

static const char *linux_mount(const char *fs) {
    size_t i = 0;
    while (strcmp(disks[i].fs, fs) != 0)
        i++;
    if (access(disks[i].device, F_OK))
        return "the kernel has no RAM disk";
    mkdir(PLACE, 0755);
    writeback_stop();
    files_must(device_restore(disks[i].number));
    files_must(!mount(disks[i].device, PLACE, fs, 0, disks[i].options));
    return NULL;
}

static void linux_unmount(void) {
    sync();
    files_must(!umount(PLACE));
}

/* Paths of a volume begin at its root. */
static const char *placed(char whole[FILES_PATH + sizeof PLACE], const char *path) {
    memcpy(whole, PLACE, sizeof PLACE - 1);
    strcpy(whole + sizeof PLACE - 1, path);
    return whole;
}
#define PLACED(path) placed((char[FILES_PATH + sizeof PLACE]){0}, path)

static int linux_open(const char *path, enum files_how how) {
    static const int flags[] = {[FILES_READ] = O_RDONLY,
                                [FILES_WRITE] = O_RDWR,
                                [FILES_CREATE] = O_RDWR | O_CREAT | O_EXCL};
    return open(PLACED(path), flags[how], 0644);
}

static long linux_read(int file, void *to, unsigned long bytes, uint64_t at) {
    return pread(file, to, bytes, (off_t)at);
}

static long linux_write(int file, const void *from, unsigned long bytes, uint64_t at) {
    return pwrite(file, from, bytes, (off_t)at);
}

static int linux_sync(void) {
    sync();
    return 0;
}

static int linux_unlink(const char *path) {
    return unlink(PLACED(path));
}

static int linux_stat(const char *path, uint64_t *bytes) {
    struct stat is;
    int error = stat(PLACED(path), &is);
    *bytes = (uint64_t)is.st_size;
    return error;
}

static int linux_mkdir(const char *path) {
    return mkdir(PLACED(path), 0755);
}

static int linux_rmdir(const char *path) {
    return rmdir(PLACED(path));
}

static int linux_rename(const char *from, const char *to) {
    return rename(PLACED(from), PLACED(to));
}

static long linux_list(const char *path) {
    DIR *folder = opendir(PLACED(path));
    long entries = 0;
    while (folder && readdir(folder))
        entries++;
    if (folder)
        closedir(folder);
    return folder ? entries : -1;
}

/* And none is read ahead. */
static void linux_forget(int file) {
    files_must(!posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED));
    files_must(!posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM));
}

static const struct files linux_files = {.mount = linux_mount,
                                         .unmount = linux_unmount,
                                         .open = linux_open,
                                         .close = close,
                                         .read = linux_read,
                                         .write = linux_write,
                                         .fsync = fsync,
                                         .sync = linux_sync,
                                         .unlink = linux_unlink,
                                         .stat = linux_stat,
                                         .mkdir = linux_mkdir,
                                         .rmdir = linux_rmdir,
                                         .rename = linux_rename,
                                         .list = linux_list,
                                         .forget = linux_forget};

#endif
