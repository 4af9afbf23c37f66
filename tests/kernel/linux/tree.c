/* SPDX-License-Identifier: MIT */
/* tree.c -- Linux's own ext2, on QEMU's disk: the tree that SPIN has left on it, and one that is
 * left for SPIN (tests/end/disk/ext2_linux_test.sh). */
#include "linux/init.h"
#include "../tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define DISK  "/dev/vda"
#define PLACE "/mnt"

static bool make_directory(const char *path) {
    return mkdir(path, 0755) == 0;
}

static bool write_at(const char *path, const void *from, size_t n, uint64_t at) {
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    bool well = file >= 0 && pwrite(file, from, n, (off_t)at) == (ssize_t)n;
    return file >= 0 && !close(file) && well;
}

static long read_at(const char *path, void *to, size_t n, uint64_t at) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    long done = file < 0 ? -1 : pread(file, to, n, (off_t)at);
    if (file >= 0)
        close(file);
    return done;
}

static bool make_link(const char *to, const char *path) {
    return symlink(to, path) == 0;
}

static bool move(const char *from, const char *to) {
    return rename(from, to) == 0;
}

static bool remove_file(const char *path) {
    return unlink(path) == 0;
}

static bool target(const char *path, char to[TREE_PATH]) {
    ssize_t n = readlink(path, to, TREE_PATH - 1);
    if (n >= 0)
        to[n] = '\0';
    return n >= 0;
}

static bool list(const char *path, void (*entry)(const char *name)) {
    DIR *directory = opendir(path);
    struct dirent *is;
    while (directory && (is = readdir(directory)))
        entry(is->d_name);
    return directory && !closedir(directory);
}

static const struct tree_calls calls = {.directory = make_directory,
                                        .write = write_at,
                                        .link = make_link,
                                        .move = move,
                                        .remove = remove_file,
                                        .read = read_at,
                                        .target = target,
                                        .list = list,
                                        .record = serial_record};

static bool mounted(struct check *c, unsigned long flags) {
    mkdir(PLACE, 0755);
    if (access(DISK, F_OK))
        check_skip(c, "there is no disk by virtio");
    else if (mount(DISK, PLACE, "ext2", flags, ""))
        check_fail(c, "mount: error %d", errno);
    else
        return true;
    return false;
}

CHECK(tree_found, "tree/of_spin_is_read") {
    if (!mounted(c, MS_RDONLY))
        return;
    CHECK_THAT(c, tree_tell(&calls, PLACE "/spin"));
    CHECK_THAT(c, umount(PLACE) == 0);
}

CHECK(tree_left, "tree/of_linux_is_left_on_an_ext2") {
    if (!mounted(c, 0))
        return;
    CHECK_THAT(c, tree_write(&calls, PLACE "/linux"));
    CHECK_THAT(c, umount(PLACE) == 0 && mounted(c, MS_RDONLY));
    CHECK_THAT(c, tree_tell(&calls, PLACE "/linux"));
    CHECK_THAT(c, umount(PLACE) == 0);
}
