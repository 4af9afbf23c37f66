/* SPDX-License-Identifier: MIT */
/* beneath.c -- a walk of one component after the other, none of which may be a link. openat2(2) has
 * RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS for this, but neither glibc nor every sandbox has it. */
#include "base/beneath.h"
#include "base/assert.h"
#include "base/scope.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Deeper than any run, and what the walks below may take of descriptors. */
enum { DEPTH_MAX = 32 };

static int fail(int error) {
    errno = error;
    return -1;
}

static bool is_link(int folder, const char *name) {
    struct stat there;
    return !fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) && S_ISLNK(there.st_mode);
}

/* Where a folder may be, and no link. */
enum { FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

/* Opens PART in FOLDER, which it closes. Linux says ENOTDIR of a link that had to be a folder. */
static int step(int folder_taken, const char *part, bool make) {
    scoped_fd int folder = folder_taken;
    if (!*part || !strcmp(part, ".") || !strcmp(part, ".."))
        return fail(EINVAL);
    if (make && mkdirat(folder, part, 0777) && errno != EEXIST)
        return -1;
    int next = openat(folder, part, FOLDER), error = errno;
    if (next < 0)
        errno = is_link(folder, part) ? ELOOP : error;
    return next;
}

int beneath_folder(int root, const char *name, bool make) {
    int folder = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    scoped_text char *copy = text_copy(name);
    char *rest = *copy ? copy : NULL, *part;
    while (folder >= 0 && (part = strsep(&rest, "/")))
        folder = step(folder, part, make);
    return folder;
}

int beneath_parent(int root, const char *name, bool make, const char **last) {
    assert_that(root >= 0 || root == AT_FDCWD);
    const char *slash = strrchr(name, '/');
    *last = slash ? slash + 1 : name;
    if (!**last || slash == name || !strcmp(*last, ".") || !strcmp(*last, ".."))
        return fail(EINVAL);
    scoped_text char *parent = text_format("%.*s", slash ? (int)(slash - name) : 0, name);
    return beneath_folder(root, parent, make);
}

int beneath_open(int root, const char *name) {
    const char *last;
    struct stat status;
    scoped_fd int folder = beneath_parent(root, name, false, &last);
    if (folder < 0)
        return -1;
    /* A FIFO would keep us waiting for its writer; O_NONBLOCK means nothing to a file. */
    int file = openat(folder, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return fail(errno == ENXIO ? ENODEV : errno); /* a socket */
    if (!fstat(file, &status) && S_ISREG(status.st_mode))
        return file;
    close(file);
    return fail(ENODEV);
}

char *beneath_read(int root, const char *name, size_t *length) {
    int file = beneath_open(root, name);
    return file < 0 ? NULL : text_read_open(file, length);
}

static int write_all(int file, const char *bytes, size_t length) {
    while (length) {
        ssize_t n = write(file, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        bytes += n;
        length -= (size_t)n;
    }
    return 0;
}

bool beneath_is(int fd, const char *path) {
    struct stat opened, named;
    return !fstat(fd, &opened) && !stat(path, &named) && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

int beneath_sync(int folder) {
    return fsync(folder) && errno != EINVAL ? -1 : 0;
}

/* One writer at a time, for a run is locked: what stands there is of one that was killed. */
static const char temporary[] = ".exospin-new";

int beneath_write(int root, const char *name, const void *bytes, size_t length) {
    const char *last;
    scoped_fd int folder = beneath_parent(root, name, true, &last);
    if (folder < 0)
        return -1;
    unlinkat(folder, temporary, 0);
    int file =
        openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    int error = file < 0 || write_all(file, bytes, length) || fsync(file) ? errno : 0;
    /* A write can fail as late as the close: the name is given only after all have succeeded. */
    if (file >= 0 && close(file) && !error)
        error = errno;
    if (!error && !renameat(folder, temporary, folder, last) && !beneath_sync(folder))
        return 0;
    error = error ? error : errno;
    unlinkat(folder, temporary, 0);
    return fail(error);
}

int beneath_remove(int root, const char *name) {
    const char *last;
    scoped_fd int folder = beneath_parent(root, name, false, &last);
    return folder < 0 ? -1 : unlinkat(folder, last, 0);
}

static bool is_self(const char *name) {
    return !strcmp(name, ".") || !strcmp(name, "..");
}

/* Adds what stands in FOLDER to *names, in no order. Taken down at once, for a folder that changes
 * is not read in order. */
static int list(int folder, struct texts *names) {
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy < 0 ? NULL : fdopendir(copy);
    if (!dir) {
        scope_end_fd(&copy);
        return -1;
    }
    for (struct dirent *entry; (entry = readdir(dir));)
        if (!is_self(entry->d_name))
            texts_add(names, entry->d_name);
    closedir(dir);
    return 0;
}

/* A link is removed as a link: unlinkat(2) and O_NOFOLLOW see to that. */
static int clear_at(int folder, const char *name, int depth) {
    if (!unlinkat(folder, name, 0) || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return -1;
    if (depth == DEPTH_MAX)
        return fail(ENAMETOOLONG);
    assert_that(depth < DEPTH_MAX && !is_self(name));
    scoped_fd int below = openat(folder, name, FOLDER);
    scoped_texts struct texts names = {0};
    if (below < 0 || list(below, &names))
        return -1;
    for (size_t i = 0; i < names.count; i++)
        if (clear_at(below, names.items[i], depth + 1))
            return -1;
    return unlinkat(folder, name, AT_REMOVEDIR);
}

int beneath_clear(int root, const char *name) {
    return clear_at(root, name, 0);
}

void beneath_prune(int root, const char *name) {
    scoped_text char *copy = text_copy(name);
    for (char *slash; (slash = strrchr(copy, '/'));) {
        *slash = '\0';
        const char *last;
        scoped_fd int folder = beneath_folder(root, copy, false);
        scoped_fd int parent = beneath_parent(root, copy, false, &last);
        if (folder >= 0)
            unlinkat(folder, temporary, 0);
        if (parent < 0 || unlinkat(parent, last, AT_REMOVEDIR))
            return;
    }
}

/* Adds what is below FOLDER; PREFIX is its name with a slash behind it, or "". */
static int list_all(int folder, const char *prefix, int depth, struct texts *all) {
    assert_that(depth <= DEPTH_MAX);
    scoped_texts struct texts names = {0};
    if (list(folder, &names))
        return -1;
    for (size_t i = 0; i < names.count; i++) {
        struct stat status;
        scoped_text char *name = text_format("%s%s", prefix, names.items[i]);
        if (fstatat(folder, names.items[i], &status, AT_SYMLINK_NOFOLLOW))
            return -1;
        if (!S_ISDIR(status.st_mode)) {
            texts_add(all, name);
            continue;
        }
        scoped_text char *below = text_format("%s/", name);
        scoped_fd int next =
            depth == DEPTH_MAX ? fail(ENAMETOOLONG) : openat(folder, names.items[i], FOLDER);
        if (next < 0 || list_all(next, below, depth + 1, all))
            return -1;
    }
    return 0;
}

int beneath_list(int root, struct texts *names) {
    int result = list_all(root, "", 0, names);
    texts_sort(names);
    return result;
}

/* Renames NAME unless TO has one already (EEXIST). */
static int rename_new(int from, int to, const char *name) {
    assert_that(!strchr(name, '/'));
    int result = renameat2(from, name, to, name, RENAME_NOREPLACE);
    if (!result || errno != EINVAL)
        return result;
    struct stat there; /* a file system that cannot: nobody else is here, for the run is locked */
    if (!fstatat(to, name, &there, AT_SYMLINK_NOFOLLOW))
        return fail(EEXIST);
    return renameat(from, name, to, name);
}

/* What is below FROM is carried to the same name below TO. */
static int carry_all(int from, int to, int depth, size_t *left) {
    assert_that(from != to && depth <= DEPTH_MAX);
    scoped_texts struct texts names = {0};
    int result = list(from, &names);
    for (size_t i = 0; i < names.count && !result; i++) {
        const char *name = names.items[i];
        if (!rename_new(from, to, name))
            continue;
        if (errno != EEXIST)
            return -1;
        scoped_fd int inner = openat(from, name, FOLDER), outer = openat(to, name, FOLDER);
        if (inner < 0 || outer < 0) { /* a file against a folder, or a link */
            ++*left;
            continue;
        }
        /* A folder on both sides: what is in it is carried, and it goes where it is then empty. */
        result = depth == DEPTH_MAX ? fail(ENAMETOOLONG) : carry_all(inner, outer, depth + 1, left);
        unlinkat(from, name, AT_REMOVEDIR);
    }
    return result;
}

int beneath_carry(int from, int to, size_t *left) {
    *left = 0;
    return carry_all(from, to, 0, left);
}
