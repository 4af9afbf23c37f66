/* SPDX-License-Identifier: MIT */
/* tree_disk.c -- a tree on an ext2 that is left for Linux, and the one that Linux has left
 * (tests/end/disk/ext2_linux_test.sh has the disk and compares what is told). */
#include "common/line.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"
#include "spin/services/files/file.h"
#include "../../tree.h"

#define VOLUME "/svc/volumes/tree"

static bool make_directory(const char *path) {
    return file_mkdir(path) == 0;
}

static bool write(const char *path, const void *from, size_t n, uint64_t at) {
    struct open_file *o;
    if (file_open(path, FILE_OPEN_WRITE | FILE_OPEN_CREATE, &o))
        return false;
    bool well = !n || file_write(o, from, n, at, false) == (long)n;
    file_close(o);
    return well;
}

static long read(const char *path, void *to, size_t n, uint64_t at) {
    struct open_file *o;
    int error = file_open(path, 0, &o);
    if (error)
        return error;
    long done = file_read(o, to, n, at, false);
    file_close(o);
    return done;
}

static bool link(const char *to, const char *path) {
    return file_symlink(to, path) == 0;
}

static bool move(const char *from, const char *to) {
    return file_move(from, to) == 0;
}

static bool remove(const char *path) {
    return file_remove(path, false) == 0;
}

static bool target(const char *path, char to[TREE_PATH]) {
    static char whole[FILE_NAME_MAX + 1];
    if (file_read_link(path, whole) || strlen(whole) >= TREE_PATH)
        return false;
    memcpy(to, whole, strlen(whole) + 1);
    return true;
}

static void entries_of(const struct file_list *from, void (*entry)(const char *name)) {
    for (uint64_t at = 0; at < from->words;) {
        const struct file_entry *e = (const void *)&from->word[at];
        entry(e->name);
        at += FILE_ENTRY_WORDS(e->name_bytes);
    }
}

static bool list(const char *path, void (*entry)(const char *name)) {
    static struct file_list some;
    struct open_file *o;
    int error = file_open(path, 0, &o);
    if (error)
        return false;
    some.cookie = 0;
    while (!(error = file_list_some(o, some.cookie, &some, false)))
        entries_of(&some, entry);
    file_close(o);
    return error == -E_NOT_FOUND;
}

static const struct tree_calls calls = {.directory = make_directory,
                                        .write = write,
                                        .link = link,
                                        .move = move,
                                        .remove = remove,
                                        .read = read,
                                        .target = target,
                                        .list = list,
                                        .record = line_record};

static bool mounted(struct check *c) {
    int error = disk_object_find("disk0")
                    ? volume_mount_disk("ext2", "disk0", VOLUME, VOLUME_PAGES, NULL)
                    : -E_NOT_FOUND;
    if (error)
        check_skip(c, "there is no disk with ext2");
    return !error;
}

CHECK(tree_left, "tree/of_spin_is_left_on_an_ext2") {
    if (!mounted(c))
        return;
    CHECK_THAT(c, tree_write(&calls, VOLUME "/spin"));
    CHECK_THAT(c, volume_unmount(VOLUME) == 0 && mounted(c));
    CHECK_THAT(c, tree_tell(&calls, VOLUME "/spin"));
    CHECK_THAT(c, volume_unmount(VOLUME) == 0);
}

CHECK(tree_found, "tree/of_linux_is_read") {
    struct file_facts facts;
    if (!mounted(c))
        return;
    if (file_stat(VOLUME "/linux", &facts))
        check_skip(c, "no tree of Linux's is there");
    else
        CHECK_THAT(c, tree_tell(&calls, VOLUME "/linux"));
    CHECK_THAT(c, volume_unmount(VOLUME) == 0);
}
