/* SPDX-License-Identifier: MIT */
/* folder.c -- a run folder: locked, written file by file in whole, swapped in at the end. */
#include "base/folder.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/beneath.h"
#include "base/manifest.h"
#include "base/status.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

static bool folder_empty(int root) {
    int copy = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = copy < 0 ? NULL : fdopendir(copy);
    if (!folder)
        return false;
    int entries = 0;
    while (readdir(folder))
        entries++;
    closedir(folder);
    return entries == 2; /* . and .. */
}

static enum holding folder_holding(int root) {
    size_t length = 0;
    scoped_text char *text = beneath_read(root, "run.json", &length);
    if (!text && errno == ENOENT) /* a run that was killed at once has a manifest already */
        return folder_empty(root)                        ? HOLDS_NOTHING
               : faccessat(root, MANIFEST_NAME, F_OK, 0) ? HOLDS_OTHER
                                                         : HOLDS_FAILED_RUN;
    json_t *run = text ? json_loadb(text, length, 0, NULL) : NULL;
    bool good = json_is_true(json_object_get(run, "complete"));
    bool damaged = !run;
    json_decref(run);
    return damaged ? HOLDS_DAMAGED_RUN : good ? HOLDS_GOOD_RUN : HOLDS_FAILED_RUN;
}

/* mkdir -p. */
static int make_all(const char *path, struct failure *why) {
    scoped_text char *copy = text_copy(path);
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
    return status;
}

/* Opens and locks the folder at PATH. *lock becomes -1 where it was replaced meanwhile. */
static int lock_once(const char *path, int *lock, struct failure *why) {
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
    if (!beneath_is(*lock, path)) {
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

/* Removes what the harness wrote in WORK and keeps the folder: its lock stays, and it may be a
 * mount point. */
static int clear_work(struct folder *f, struct failure *why) {
    scoped_texts struct texts old = {0};
    bool failed = manifest_load(&old, f->root) || manifest_remove(&old, f->root) ||
                  beneath_clear(f->root, FOLDER_DRAWING);
    return failed ? failure_set_errno(why, "empty", f->work) : 0;
}

/* A good run stands at PATH: the new one is made beside it. That its files can be removed in the
 * end is looked at before anything is measured. */
static int work_beside(struct folder *f, struct failure *why) {
    scoped_texts struct texts old = {0};
    if (manifest_load(&old, f->lock) || manifest_reach(&old, f->lock))
        return failure_set_errno(why, "replace the files in", f->path);
    free(f->work);
    f->work = text_format("%s.partial", f->path);
    int status = make_all(f->work, why);
    if (!status)
        status = folder_lock(f->work, &f->work_lock, why);
    if (status)
        return status;
    f->root = f->work_lock;
    if (folder_holding(f->root) == HOLDS_OTHER)
        return failure_set(why, STATUS_FOLDER,
                           "%s holds files but no run, and is not touched; remove it or name "
                           "another with --out DIR",
                           f->work);
    return clear_work(f, why);
}

/* Fills F for PATH, which is resolved where it exists. */
static int begin(struct folder *f, const char *path, struct failure *why) {
    *f = (struct folder){.lock = -1, .work_lock = -1, .root = -1};
    f->path = realpath(path, NULL);
    if (f->path) {
        f->work = text_copy(f->path);
        return 0;
    }
    f->path = text_copy(path);
    f->work = text_copy(path);
    return failure_set_errno(why, "find", path);
}

int folder_create(struct folder *f, const char *path, bool force, struct failure *why) {
    *f = (struct folder){.lock = -1, .work_lock = -1, .root = -1};
    if (!*path)
        return failure_set(why, STATUS_USAGE, "a folder's name is empty; name one with --out DIR");
    int status = make_all(path, why);
    if (!status)
        status = begin(f, path, why);
    if (!status)
        status = folder_lock(f->path, &f->lock, why);
    if (!status)
        status = writable(f->path, why);
    if (status)
        return status;
    f->root = f->lock;
    enum holding holding = folder_holding(f->root);
    if (holding == HOLDS_NOTHING)
        return 0;
    if (holding == HOLDS_OTHER || holding == HOLDS_DAMAGED_RUN)
        return failure_set(
            why, STATUS_FOLDER, "%s holds %s, and is not touched; %sname another with --out DIR",
            f->path,
            holding == HOLDS_OTHER ? "files but no run" : "a run whose run.json cannot be read",
            holding == HOLDS_OTHER ? "" : "remove it or ");
    if (!force)
        return failure_set(why, STATUS_FOLDER,
                           "%s holds a run; name another with --out DIR, or replace that run with "
                           "--force, which keeps what you added to it",
                           f->path);
    return holding == HOLDS_GOOD_RUN ? work_beside(f, why) : clear_work(f, why);
}

char *folder_fresh(const char *path) {
    struct failure why;
    char *fresh = text_copy(path), *parents = text_copy(path);
    make_all(dirname(parents), &why);
    for (unsigned n = 2; mkdir(fresh, 0777) && errno == EEXIST; n++) {
        free(fresh);
        fresh = text_format("%s-%u", path, n);
    }
    free(parents);
    return fresh;
}

int folder_open_to_read(struct folder *f, const char *path, struct failure *why) {
    int status = begin(f, path, why);
    if (!status)
        status = folder_lock(f->path, &f->lock, why);
    if (f->lock < 0 && (errno == ENOENT || errno == ENOTDIR))
        return failure_set(why, STATUS_USAGE, "%s holds no run: %s", path, strerror(errno));
    if (status)
        return status;
    f->root = f->lock;
    int run = beneath_open(f->root, "run.json");
    if (run < 0 && errno == ENOENT)
        return failure_set(why, STATUS_USAGE, "%s holds no run: no run.json in it", path);
    if (run < 0)
        return failure_set_errno(why, "read run.json in", f->path);
    close(run);
    if (manifest_load(&f->manifest, f->root))
        status = failure_set_errno(why, "read the manifest in", f->path);
    return status;
}

int folder_open(struct folder *f, const char *path, struct failure *why) {
    int status = folder_open_to_read(f, path, why);
    return status ? status : writable(f->path, why);
}

char *folder_path(const struct folder *f, const char *name) {
    return text_format("%s/%s", f->work, name);
}

/* What went wrong with NAME, as errno says. */
static int failed(const struct folder *f, const char *doing, const char *name,
                  struct failure *why) {
    int error = errno;
    scoped_text char *path = folder_path(f, name);
    errno = error;
    return failure_set_errno(why, doing, path);
}

int folder_make(struct folder *f, const char *name, struct failure *why) {
    scoped_fd int folder = beneath_folder(f->root, name, true);
    return folder < 0 ? failed(f, "make", name, why) : 0;
}

/* Whether NAME is the harness's to write: listed, or not there. What stands there and is not listed
 * is somebody's own; errno is then EEXIST. */
static bool is_ours(const struct folder *f, const char *name) {
    const char *last;
    struct stat is;
    if (texts_has(&f->manifest, name))
        return true;
    scoped_fd int parent = beneath_parent(f->root, name, true, &last);
    if (parent < 0)
        return false;
    bool absent = fstatat(parent, last, &is, AT_SYMLINK_NOFOLLOW) && errno == ENOENT;
    errno = EEXIST;
    return absent;
}

int folder_write(struct folder *f, const char *name, const void *bytes, size_t length,
                 struct failure *why) {
    assert_that(f->root >= 0);
    if (!is_ours(f, name) || manifest_note(&f->manifest, f->root, name) ||
        beneath_write(f->root, name, bytes, length))
        return failed(f, "write", name, why);
    return 0;
}

int folder_copy(struct folder *f, const char *name, const char *path_from, struct failure *why) {
    size_t length;
    scoped_text char *bytes = text_read(path_from, &length);
    if (!bytes)
        return failure_set_errno(why, "read", path_from);
    return folder_write(f, name, bytes, length, why);
}

int folder_begin(struct folder *f, const char *name, char **path, struct failure *why) {
    const char *last;
    scoped_fd int parent = beneath_parent(f->root, name, true, &last), file = -1;
    if (parent >= 0 && is_ours(f, name) && !manifest_note(&f->manifest, f->root, name))
        file = openat(parent, last, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0)
        return failed(f, "make", name, why);
    *path = folder_path(f, name);
    return 0;
}

char *folder_read(const struct folder *f, const char *name, size_t *length) {
    return beneath_read(f->root, name, length);
}

void folder_drop(struct folder *f, const char *name) {
    struct texts *list = &f->manifest;
    for (size_t i = 0; i < list->count; i++)
        if (!strcmp(list->items[i], name)) {
            beneath_remove(f->root, name);
            free(list->items[i]);
            list->items[i] = list->items[--list->count];
            list->items[list->count] = NULL;
        }
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

/* Both names change what they mean in one step; where the file system cannot, in two. The old run
 * is at *old then: WORK, as it stands there on entry, or another name. */
static int exchange(struct folder *f, char **old, struct failure *why) {
    assert_that(f->work_lock >= 0 && f->root == f->work_lock);
    if (!renameat2(AT_FDCWD, f->work, AT_FDCWD, f->path, RENAME_EXCHANGE))
        return 0;
    free(*old);
    *old = text_format("%s.old", f->path);
    if (rename(f->path, *old) || rename(f->work, f->path))
        return failure_set_errno(why, "replace", f->path);
    return 0;
}

/* The old run's files go, and what else lay beside them comes into the new one. */
static int swap_in(struct folder *f, struct failure *why) {
    scoped_texts struct texts files = {0};
    scoped_text char *old = text_copy(f->work);
    size_t left = 0;
    if (manifest_load(&files, f->lock))
        return failure_set_errno(why, "read the manifest in", f->path);
    int status = exchange(f, &old, why);
    if (status)
        return status;
    if (manifest_remove(&files, f->lock) || beneath_clear(f->lock, FOLDER_DRAWING) ||
        beneath_carry(f->lock, f->work_lock, &left))
        return failure_set_errno(why, "empty", old);
    if (left)
        return failure_set(why, STATUS_FOLDER,
                           "%s holds %zu of your files, whose names the new run in %s has taken; "
                           "move them",
                           old, left, f->path);
    return rmdir(old) ? failure_set_errno(why, "remove", old) : 0;
}

int folder_settle(struct folder *f, struct failure *why) {
    assert_that(f->root >= 0);
    return manifest_save(&f->manifest, f->root) ? failed(f, "write", MANIFEST_NAME, why) : 0;
}

static int sync_parent(const char *path) {
    scoped_text char *copy = text_copy(path);
    scoped_fd int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder < 0 ? -1 : beneath_sync(folder);
}

int folder_finish(struct folder *f, bool good, char **where, struct failure *why) {
    assert_that(f->lock >= 0);
    bool beside = strcmp(f->work, f->path) != 0;
    int status = folder_settle(f, why);
    bool swapped = beside && good && !status;
    if (swapped)
        status = swap_in(f, why);
    if (!status && sync_parent(f->path))
        status = failure_set_errno(why, "write", f->path);
    if (where)
        *where = text_copy(beside && (!swapped || status) ? f->work : f->path);
    return status;
}

int folder_link_latest(const struct folder *f, struct failure *why) {
    scoped_text char *copy = text_copy(f->path), *copy_too = text_copy(f->path);
    const char *parent = dirname(copy), *name = basename(copy_too);
    scoped_text char *latest = text_format("%s/latest", parent);
    scoped_text char *temporary = text_format("%s/.latest-%d", parent, (int)getpid());
    struct stat old;
    int status = 0;
    bool foreign = !lstat(latest, &old) && !S_ISLNK(old.st_mode);
    if (!foreign && (symlink(name, temporary) || rename(temporary, latest))) {
        status = failure_set_errno(why, "link", latest);
        unlink(temporary);
    }
    return status;
}

void folder_close(struct folder *f) {
    if (f->lock >= 0)
        close(f->lock);
    if (f->work_lock >= 0)
        close(f->work_lock);
    free(f->path);
    free(f->work);
    texts_free(&f->manifest);
    *f = (struct folder){.lock = -1, .work_lock = -1, .root = -1};
}
