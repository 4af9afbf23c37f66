/* SPDX-License-Identifier: MIT */
/* folder.c -- a run folder: locked, written file by file in whole, swapped in at the end. */
#include "folder.h"
#include "status.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <jansson.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* What a folder holds decides what may happen to it. */
enum holding { HOLDS_NOTHING, HOLDS_FAILED_RUN, HOLDS_GOOD_RUN, HOLDS_DAMAGED_RUN, HOLDS_OTHER };

static bool folder_empty(const char *path) {
    DIR *folder = opendir(path);
    if (!folder)
        return false;
    int entries = 0;
    while (readdir(folder))
        entries++;
    closedir(folder);
    return entries == 2; /* . and .. */
}

static enum holding folder_holding(const char *path) {
    char *name = text_format("%s/run.json", path);
    bool there = !access(name, F_OK);
    json_t *run = json_load_file(name, 0, NULL);
    free(name);
    if (!there)
        return folder_empty(path) ? HOLDS_NOTHING : HOLDS_OTHER;
    bool good = json_is_true(json_object_get(run, "complete"));
    bool damaged = !run;
    json_decref(run);
    return damaged ? HOLDS_DAMAGED_RUN : good ? HOLDS_GOOD_RUN : HOLDS_FAILED_RUN;
}

/* mkdir -p. */
static int make_all(const char *path, struct failure *why) {
    char *copy = text_copy(path);
    int status = 0;
    for (char *at = copy; at && !status;) {
        at = strchr(at + 1, '/');
        if (at)
            *at = '\0';
        if (mkdir(copy, 0777) && errno != EEXIST)
            status = failure_set_errno(why, "create", copy);
        if (at)
            *at = '/';
    }
    free(copy);
    return status;
}

static int remove_below(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status;
    (void)type;
    return walk->level ? remove(path) : 0;
}

/* Empties the folder and keeps it: its lock stays, and it may be a mount point. */
static int folder_clear(const char *path, struct failure *why) {
    if (nftw(path, remove_below, 16, FTW_DEPTH | FTW_PHYS))
        return failure_set_errno(why, "empty", path);
    return 0;
}

static int folder_remove(const char *path, struct failure *why) {
    int status = folder_clear(path, why);
    if (!status && rmdir(path))
        status = failure_set_errno(why, "remove", path);
    return status;
}

/* Opens and locks the folder at PATH. *lock becomes -1 where it was replaced meanwhile. */
static int lock_once(const char *path, int *lock, struct failure *why) {
    struct stat opened, named;
    *lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock < 0)
        return failure_set_errno(why, "open", path);
    if (flock(*lock, LOCK_EX | LOCK_NB)) {
        close(*lock);
        *lock = -1;
        return failure_set(why, STATUS_FOLDER,
                           "%s is in use by another exospin; wait for it or name another with "
                           "--out DIR",
                           path);
    }
    if (fstat(*lock, &opened) || stat(path, &named) || opened.st_ino != named.st_ino ||
        opened.st_dev != named.st_dev) {
        close(*lock);
        *lock = -1;
    }
    return 0;
}

static int folder_lock(const char *path, int *lock, struct failure *why) {
    for (int attempt = 0; attempt < 10; attempt++) {
        int status = lock_once(path, lock, why);
        if (status || *lock >= 0)
            return status;
    }
    return failure_set(why, STATUS_FOLDER, "%s is being replaced by another exospin", path);
}

/* Root may write anywhere but on a read-only mount; access(2) knows both. */
static int writable(const char *path, struct failure *why) {
    return access(path, W_OK | X_OK) ? failure_set_errno(why, "write into", path) : 0;
}

/* A good run stands at PATH: the new one is made beside it. */
static int work_beside(struct folder *f, struct failure *why) {
    free(f->work);
    f->work = text_format("%s.partial", f->path);
    int status = make_all(f->work, why);
    if (!status)
        status = folder_lock(f->work, &f->work_lock, why);
    if (!status && folder_holding(f->work) == HOLDS_OTHER)
        status = failure_set(why, STATUS_FOLDER,
                             "%s holds files but no run, and is not touched; remove it or name "
                             "another with --out DIR",
                             f->work);
    return status ? status : folder_clear(f->work, why);
}

static void folder_begin(struct folder *f, const char *path) {
    *f = (struct folder){.path = text_copy(path), .lock = -1, .work_lock = -1};
    for (size_t n = strlen(f->path); n > 1 && f->path[n - 1] == '/'; n--)
        f->path[n - 1] = '\0';
    f->work = text_copy(f->path);
}

int folder_create(struct folder *f, const char *path, struct failure *why) {
    folder_begin(f, path);
    int status = make_all(f->path, why);
    if (!status)
        status = folder_lock(f->path, &f->lock, why);
    if (!status)
        status = writable(f->path, why);
    if (status)
        return status;
    switch (folder_holding(f->path)) {
    case HOLDS_GOOD_RUN:
        return work_beside(f, why);
    case HOLDS_NOTHING:
    case HOLDS_FAILED_RUN:
        return folder_clear(f->path, why);
    case HOLDS_DAMAGED_RUN:
        return failure_set(why, STATUS_FOLDER,
                           "%s holds a run whose run.json cannot be read; remove it or name "
                           "another with --out DIR",
                           f->path);
    case HOLDS_OTHER:
        break;
    }
    return failure_set(why, STATUS_FOLDER,
                       "%s holds files but no run, and is not touched; name another with --out DIR",
                       f->path);
}

int folder_open(struct folder *f, const char *path, struct failure *why) {
    folder_begin(f, path);
    char *name = folder_path(f, "run.json");
    bool run = !access(name, F_OK);
    free(name);
    if (!run)
        return failure_set(why, STATUS_USAGE, "%s holds no run (no run.json in it)", f->path);
    int status = folder_lock(f->path, &f->lock, why);
    return status ? status : writable(f->path, why);
}

char *folder_path(const struct folder *f, const char *name) {
    return text_format("%s/%s", f->work, name);
}

int folder_make(struct folder *f, const char *name, struct failure *why) {
    char *path = folder_path(f, name);
    int status = make_all(path, why);
    free(path);
    return status;
}

/* The subfolder that NAME lies in, if any. */
static int make_parent(struct folder *f, const char *name, struct failure *why) {
    char *copy = text_copy(name);
    int status = strchr(copy, '/') ? folder_make(f, dirname(copy), why) : 0;
    free(copy);
    return status;
}

static int write_all(int fd, const char *bytes, size_t length) {
    while (length) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        bytes += n;
        length -= (size_t)n;
    }
    return 0;
}

/* A rename lasts only when the folder it happened in is on the disk too. */
static int sync_parent(const char *path) {
    char *copy = text_copy(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    if (fd < 0)
        return -1;
    int result = fsync(fd);
    if (result && errno == EINVAL) /* a file system that cannot */
        result = 0;
    close(fd);
    return result;
}

/* mkstemp makes files that only their owner can read; a run is for everybody the umask allows. */
static int open_temporary(char *path) {
    int fd = mkostemp(path, O_CLOEXEC);
    mode_t mask = umask(0);
    umask(mask);
    if (fd >= 0)
        fchmod(fd, 0666 & ~mask);
    return fd;
}

int folder_write(struct folder *f, const char *name, const void *bytes, size_t length,
                 struct failure *why) {
    int status = make_parent(f, name, why);
    if (status)
        return status;
    char *path = folder_path(f, name);
    char *temporary = text_format("%s.tmp-XXXXXX", path);
    int fd = open_temporary(temporary);
    /* A write can fail as late as the close: the name is given only after all have succeeded. */
    bool written = fd >= 0 && !write_all(fd, bytes, length) && !fsync(fd);
    int error = errno;
    if (fd >= 0 && close(fd) && written) {
        written = false;
        error = errno;
    }
    if (!written || rename(temporary, path) || sync_parent(path)) {
        if (!written)
            errno = error;
        status = failure_set_errno(why, "write", path);
        if (fd >= 0)
            unlink(temporary);
    }
    free(temporary);
    free(path);
    return status;
}

int folder_copy(struct folder *f, const char *name, const char *path_from, struct failure *why) {
    size_t length;
    char *bytes = text_read(path_from, &length);
    if (!bytes)
        return failure_set_errno(why, "read", path_from);
    int status = folder_write(f, name, bytes, length, why);
    free(bytes);
    return status;
}

int folder_adopt(struct folder *f, const char *temporary, const char *name, struct failure *why) {
    int status = make_parent(f, name, why);
    char *from = folder_path(f, temporary), *to = folder_path(f, name);
    if (!status) {
        int fd = open(from, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || fsync(fd) || rename(from, to) || sync_parent(to))
            status = failure_set_errno(why, "write", to);
        if (fd >= 0)
            close(fd);
    }
    free(from);
    free(to);
    return status;
}

int folder_space(struct folder *f, uint64_t need, struct failure *why) {
    struct statvfs disk;
    if (statvfs(f->work, &disk))
        return failure_set_errno(why, "look at", f->work);
    uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    if (free_bytes >= need)
        return 0;
    return failure_set(why, STATUS_DISK_FULL,
                       "%s has %llu KiB of free space and %llu are needed; free some, or name "
                       "another place with --out DIR",
                       f->work, (unsigned long long)free_bytes / 1024,
                       (unsigned long long)(need + 1023) / 1024);
}

/* Both names change what they mean in one step; where the file system cannot, in two. */
static int swap_in(struct folder *f, struct failure *why) {
    if (!renameat2(AT_FDCWD, f->work, AT_FDCWD, f->path, RENAME_EXCHANGE))
        return folder_remove(f->work, why);
    char *old = text_format("%s.old", f->path);
    int status = 0;
    if (rename(f->path, old) || rename(f->work, f->path))
        status = failure_set_errno(why, "replace", f->path);
    else
        status = folder_remove(old, why);
    free(old);
    return status;
}

int folder_finish(struct folder *f, bool good, char **where, struct failure *why) {
    bool beside = strcmp(f->work, f->path) != 0;
    int status = beside && good ? swap_in(f, why) : 0;
    if (!status && sync_parent(f->path))
        status = failure_set_errno(why, "write", f->path);
    if (where)
        *where = text_copy(beside && (!good || status) ? f->work : f->path);
    return status;
}

int folder_link_latest(const struct folder *f, struct failure *why) {
    char *copy = text_copy(f->path), *copy_too = text_copy(f->path);
    const char *parent = dirname(copy), *name = basename(copy_too);
    char *latest = text_format("%s/latest", parent);
    char *temporary = text_format("%s/.latest-%d", parent, (int)getpid());
    struct stat old;
    int status = 0;
    bool foreign = !lstat(latest, &old) && !S_ISLNK(old.st_mode);
    if (!foreign && (symlink(name, temporary) || rename(temporary, latest))) {
        status = failure_set_errno(why, "link", latest);
        unlink(temporary);
    }
    free(copy);
    free(copy_too);
    free(latest);
    free(temporary);
    return status;
}

void folder_close(struct folder *f) {
    if (f->lock >= 0)
        close(f->lock);
    if (f->work_lock >= 0)
        close(f->work_lock);
    free(f->path);
    free(f->work);
    *f = (struct folder){.lock = -1, .work_lock = -1};
}
