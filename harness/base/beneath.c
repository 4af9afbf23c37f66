/* SPDX-License-Identifier: MIT */
/* beneath.c -- a walk of one component after the other, none of which may be a link. openat2(2) has
 * RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS for this, but neither glibc nor every sandbox has it. */
#include "base/beneath.h"

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
    int error = errno;
    bool link = !fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) && S_ISLNK(there.st_mode);
    errno = error;
    return link;
}

/* Opens PART in FOLDER, which it closes. Linux says ENOTDIR of a link that had to be a folder. */
static int step(int folder, const char *part, bool make) {
    if (make && mkdirat(folder, part, 0777) && errno != EEXIST) {
        close(folder);
        return -1;
    }
    int next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0 && is_link(folder, part))
        errno = ELOOP;
    int error = errno;
    close(folder);
    errno = error;
    return next;
}

int beneath_folder(int root, const char *name, bool make) {
    int folder = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char *copy = text_copy(name), *rest = *copy ? copy : NULL, *part;
    while (folder >= 0 && (part = strsep(&rest, "/"))) {
        if (!*part || !strcmp(part, ".") || !strcmp(part, "..")) {
            close(folder);
            folder = fail(EINVAL);
        } else {
            folder = step(folder, part, make);
        }
    }
    int error = errno;
    free(copy);
    errno = error;
    return folder;
}

int beneath_parent(int root, const char *name, bool make, const char **last) {
    const char *slash = strrchr(name, '/');
    *last = slash ? slash + 1 : name;
    if (!**last || slash == name || !strcmp(*last, ".") || !strcmp(*last, ".."))
        return fail(EINVAL);
    char *parent = text_format("%.*s", slash ? (int)(slash - name) : 0, name);
    int folder = beneath_folder(root, parent, make);
    int error = errno;
    free(parent);
    errno = error;
    return folder;
}

int beneath_open(int root, const char *name) {
    const char *last;
    struct stat status;
    int folder = beneath_parent(root, name, false, &last);
    if (folder < 0)
        return -1;
    /* A FIFO would keep us waiting for its writer; O_NONBLOCK means nothing to a file. */
    int file = openat(folder, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int error = file < 0 && errno == ENXIO ? ENODEV : errno; /* a socket */
    close(folder);
    if (file >= 0 && (fstat(file, &status) || !S_ISREG(status.st_mode))) {
        close(file);
        file = -1;
        error = ENODEV;
    }
    errno = error;
    return file;
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

int beneath_sync(int folder) {
    return fsync(folder) && errno != EINVAL ? -1 : 0;
}

/* One writer at a time, for a run is locked: what stands there is of one that was killed. */
static const char temporary[] = ".exospin-new";

int beneath_write(int root, const char *name, const void *bytes, size_t length) {
    const char *last;
    int folder = beneath_parent(root, name, true, &last);
    if (folder < 0)
        return -1;
    unlinkat(folder, temporary, 0);
    int file =
        openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    /* A write can fail as late as the close: the name is given only after all have succeeded. */
    bool written = file >= 0 && !write_all(file, bytes, length) && !fsync(file);
    int error = errno;
    if (file >= 0 && close(file) && written) {
        written = false;
        error = errno;
    }
    if (written && (renameat(folder, temporary, folder, last) || beneath_sync(folder))) {
        written = false;
        error = errno;
    }
    if (!written)
        unlinkat(folder, temporary, 0);
    close(folder);
    errno = error;
    return written ? 0 : -1;
}

int beneath_remove(int root, const char *name) {
    const char *last;
    int folder = beneath_parent(root, name, false, &last);
    if (folder < 0)
        return -1;
    int result = unlinkat(folder, last, 0), error = errno;
    close(folder);
    errno = error;
    return result;
}

static bool is_self(const char *name) {
    return !strcmp(name, ".") || !strcmp(name, "..");
}

static int clear_at(int folder, const char *name, int depth);

static int clear_all(int folder, int depth) {
    DIR *dir = fdopendir(folder);
    int result = dir ? 0 : -1;
    for (struct dirent *entry; !result && (entry = readdir(dir));)
        if (!is_self(entry->d_name))
            result = clear_at(folder, entry->d_name, depth);
    int error = errno;
    if (dir)
        closedir(dir);
    else
        close(folder);
    errno = error;
    return result;
}

/* A link is removed as a link: unlinkat(2) and O_NOFOLLOW see to that. */
static int clear_at(int folder, const char *name, int depth) {
    if (!unlinkat(folder, name, 0) || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return -1;
    if (depth == DEPTH_MAX)
        return fail(ENAMETOOLONG);
    int below = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below < 0 || clear_all(below, depth + 1))
        return -1;
    return unlinkat(folder, name, AT_REMOVEDIR);
}

int beneath_clear(int root, const char *name) {
    return clear_at(root, name, 0);
}

void beneath_prune(int root, const char *name) {
    char *copy = text_copy(name), *slash;
    while ((slash = strrchr(copy, '/'))) {
        *slash = '\0';
        const char *last;
        int folder = beneath_folder(root, copy, false);
        if (folder >= 0) {
            unlinkat(folder, temporary, 0);
            close(folder);
        }
        folder = beneath_parent(root, copy, false, &last);
        bool removed = folder >= 0 && !unlinkat(folder, last, AT_REMOVEDIR);
        if (folder >= 0)
            close(folder);
        if (!removed)
            break;
    }
    free(copy);
}

/* Adds what is in FOLDER, which it closes; PREFIX is its name with a slash behind it, or "". */
static int list_all(int folder, const char *prefix, int depth, struct texts *names) {
    DIR *dir = fdopendir(folder);
    int result = dir ? 0 : -1;
    for (struct dirent *entry; !result && (entry = readdir(dir));) {
        if (is_self(entry->d_name))
            continue;
        struct stat status;
        char *name = text_format("%s%s", prefix, entry->d_name);
        if (fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW)) {
            result = -1;
        } else if (S_ISDIR(status.st_mode)) {
            char *below = text_format("%s/", name);
            int next = depth == DEPTH_MAX ? fail(ENAMETOOLONG)
                                          : openat(folder, entry->d_name,
                                                   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            result = next < 0 ? -1 : list_all(next, below, depth + 1, names);
            free(below);
        } else {
            texts_add(names, name);
        }
        free(name);
    }
    int error = errno;
    if (dir)
        closedir(dir);
    else
        close(folder);
    errno = error;
    return result;
}

int beneath_list(int root, struct texts *names) {
    int folder = beneath_folder(root, "", false);
    int result = folder < 0 ? -1 : list_all(folder, "", 0, names);
    texts_sort(names);
    return result;
}

/* Renames NAME unless TO has one already (EEXIST). */
static int rename_new(int from, int to, const char *name) {
    int result = renameat2(from, name, to, name, RENAME_NOREPLACE);
    if (!result || errno != EINVAL)
        return result;
    struct stat there; /* a file system that cannot: nobody else is here, for the run is locked */
    if (!fstatat(to, name, &there, AT_SYMLINK_NOFOLLOW))
        return fail(EEXIST);
    return renameat(from, name, to, name);
}

static int carry_all(int from, int to, int depth, size_t *left);

/* The folder NAME is on both sides: what is in it is carried, and it goes where it is then empty.
 */
static int carry_into(int from, int to, const char *name, int depth, size_t *left) {
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int inner = openat(from, name, flags), outer = openat(to, name, flags), result = 0;
    if (inner < 0 || outer < 0) { /* a file against a folder, or a link */
        if (inner >= 0)
            close(inner);
        ++*left;
    } else {
        result = depth == DEPTH_MAX ? fail(ENAMETOOLONG) : carry_all(inner, outer, depth + 1, left);
        unlinkat(from, name, AT_REMOVEDIR);
    }
    if (outer >= 0)
        close(outer);
    return result;
}

/* Closes FROM. The names are taken down first, for a folder that changes is not read in order. */
static int carry_all(int from, int to, int depth, size_t *left) {
    struct texts names = {0};
    DIR *dir = fdopendir(from);
    int result = dir ? 0 : -1;
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (!is_self(entry->d_name))
            texts_add(&names, entry->d_name);
    for (size_t i = 0; i < names.count && !result; i++) {
        if (!rename_new(from, to, names.items[i]))
            continue;
        result = errno == EEXIST ? carry_into(from, to, names.items[i], depth, left) : -1;
    }
    int error = errno;
    texts_free(&names);
    if (dir)
        closedir(dir);
    else
        close(from);
    errno = error;
    return result;
}

int beneath_carry(int from, int to, size_t *left) {
    *left = 0;
    int folder = beneath_folder(from, "", false);
    return folder < 0 ? -1 : carry_all(folder, to, 0, left);
}
