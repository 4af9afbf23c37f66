/* SPDX-License-Identifier: MIT */
/* files.c -- what files.h has for descriptors. */
#include "exo/libos/exos/files/files.h"

#include "exo/libos/exos/files/other_tree.h"
#include "exo/libos/exos/files/wait.h"
#include "exo/libos/exos/process/critical.h"
#include "lib/error.h"
#include "lib/string.h"

#define STATUS (EXOS_APPEND | EXOS_NONBLOCK) /* what of an open file's flags may change */

/* --- Opening --- */

/* The file with this path, which is made if need be. */
static long find_or_make(const char *path, unsigned how, struct vnode *at) {
    struct vnode directory;
    struct ramfs_name name;
    long error = path_find(path, at);
    if (!error)
        return (how & EXOS_CREATE) && (how & EXOS_EXCLUSIVE) ? -E_EXISTS : 0;
    if (error != -E_NOT_FOUND || !(how & EXOS_CREATE))
        return error;
    error = path_parent(path, &directory, &name);
    if (error)
        return error;
    long node = vnode_make(directory, name, RAMFS_FILE);
    *at = (struct vnode){directory.tree, (uint32_t)node};
    return node < 0 ? node : 0;
}

static long truncate(struct vnode at, uint64_t size) {
    if (tree_type(at) != RAMFS_FILE)
        return -E_INVALID;
    return at.tree == TREE_OTHER ? other_tree->truncate(at.node, size)
                                 : ramfs_truncate(files_tree, at.node, size);
}

/* Why the file may not be opened so; 0: it may. */
static long may_open(struct vnode at, unsigned how) {
    bool is_directory = tree_type(at) == RAMFS_DIRECTORY;
    if ((how & EXOS_WRITE) && (is_directory || at.tree == TREE_BOOT))
        return -E_PERM;
    return (how & EXOS_DIRECTORY) && !is_directory ? -E_INVALID : 0;
}

/* A descriptor of a new open file. */
static long open_new(struct vnode at, unsigned how) {
    struct open_file *f = open_file_new(at, how & (EXOS_READ | EXOS_WRITE | STATUS));
    if (!f && open_files_sweep())
        f = open_file_new(at, how & (EXOS_READ | EXOS_WRITE | STATUS));
    if (!f)
        return -E_FULL;
    long fd = descriptor_new(f, 0, EXOS_FDS, how & EXOS_CLOEXEC);
    if (fd < 0)
        open_file_drop(f);
    return fd;
}

static long open_path(const char *path, unsigned how) {
    struct vnode at;
    long error = find_or_make(path, how, &at);
    if (!error)
        error = may_open(at, how);
    if (error)
        return error;
    if ((how & EXOS_TRUNCATE) && (how & EXOS_WRITE) && tree_type(at) == RAMFS_FILE)
        error = truncate(at, 0);
    return error ? error : open_new(at, how);
}

long exos_open(const char *path, unsigned how) {
    char text[EXOS_PATH_MAX];
    size_t length = strnlen(path, sizeof text);
    if (!(how & (EXOS_READ | EXOS_WRITE)))
        return -E_INVALID;
    if (length == sizeof text)
        return -E_TOO_LONG;
    memcpy(text, path, length + 1);
    critical_begin();
    long fd = open_path(text, how);
    critical_end();
    return fd;
}

long exos_pipe_pair(int fd[2]) {
    critical_begin();
    long node = ramfs_new(files_tree, RAMFS_PIPE), reads = node, writes = node;
    if (node > 0) {
        const struct vnode at = {TREE_RAM, (uint32_t)node};
        vnode_use(at);
        reads = open_new(at, EXOS_READ);
        writes = reads < 0 ? reads : open_new(at, EXOS_WRITE);
        if (writes < 0 && reads >= 0)
            descriptor_close(row_own(), (int)reads);
        vnode_leave(at);
    }
    critical_end();
    if (writes < 0)
        return writes;
    fd[0] = (int)reads;
    fd[1] = (int)writes;
    return 0;
}

/* --- Reading and writing --- */

/* These bytes can be read, or written, or the fault comes here: not in a critical section. */
static void touch(const void *at, size_t bytes, bool write) {
    for (size_t n = 0; n < bytes; n += PAGE) {
        volatile char *byte = (volatile char *)at + n;
        if (write)
            *byte = *byte;
        else
            (void)*byte;
    }
    if (bytes && write)
        ((volatile char *)at)[bytes - 1] = ((volatile char *)at)[bytes - 1];
    else if (bytes)
        (void)((const volatile char *)at)[bytes - 1];
}

struct transfer {
    void *into;
    const void *from; /* null: it is to be read */
    size_t bytes;
};

static uint64_t place_of(const struct open_file *f, const struct file_ops *ops, bool writes) {
    struct exos_stat s;
    if (!ops->has_places)
        return 0;
    return writes && (f->flags & EXOS_APPEND) && !vnode_stat(f->at, &s) ? s.size : f->offset;
}

/* A piece of it: as much as one critical section does. *flags are the open file's. */
static long some(int fd, const struct transfer *t, unsigned *flags) {
    struct open_file *f = open_file_of(fd);
    if (!f)
        return -E_NOT_FOUND;
    if (!(f->flags & (t->from ? EXOS_WRITE : EXOS_READ)))
        return -E_PERM;
    *flags = f->flags;
    const struct file_ops *ops = file_ops(f);
    uint64_t at = place_of(f, ops, t->from);
    long done =
        t->from ? ops->write(f, at, t->from, t->bytes) : ops->read(f, at, t->into, t->bytes);
    if (done > 0 && ops->has_places)
        f->offset = at + (uint64_t)done;
    return done;
}

/* The same, waiting where it has to. */
static long some_waiting(int fd, const struct transfer *t) {
    for (;;) {
        unsigned flags = 0;
        touch(t->from ? t->from : t->into, t->bytes, !t->from);
        critical_begin();
        long done = some(fd, t, &flags);
        critical_end();
        if (done != -E_AGAIN || (flags & EXOS_NONBLOCK))
            return done;
        long error = files_wait(fd, t->from ? EXOS_POLL_WRITE : EXOS_POLL_READ);
        if (error)
            return error;
    }
}

long exos_read(int fd, void *into, size_t bytes) {
    size_t done = 0;
    do {
        struct transfer t = {.into = (char *)into + done, .bytes = bytes - done};
        if (t.bytes > PAGE)
            t.bytes = PAGE;
        long n = done && !files_is_ready(fd, EXOS_POLL_READ) ? 0 : some_waiting(fd, &t);
        if (n < 0 && !done)
            return n;
        if (n <= 0)
            break;
        done += (size_t)n;
        if ((size_t)n < t.bytes)
            break;
    } while (done < bytes);
    return (long)done;
}

long exos_write(int fd, const void *from, size_t bytes) {
    size_t done = 0;
    do {
        struct transfer t = {.from = (const char *)from + done, .bytes = bytes - done};
        if (t.bytes > PAGE)
            t.bytes = PAGE;
        long n = some_waiting(fd, &t);
        if (n < 0)
            return done ? (long)done : n;
        if (!n)
            break;
        done += (size_t)n;
    } while (done < bytes);
    return (long)done;
}

/* --- What an open file is --- */

static long seek(struct open_file *f, int64_t offset, enum exos_seek from) {
    struct exos_stat s;
    int64_t place;
    if (vnode_stat(f->at, &s))
        return -E_NOT_FOUND;
    int64_t base = from == EXOS_FROM_HERE  ? (int64_t)f->offset
                   : from == EXOS_FROM_END ? (int64_t)s.size
                                           : 0;
    if (!file_ops(f)->has_places || __builtin_add_overflow(base, offset, &place) || place < 0)
        return -E_INVALID;
    f->offset = (uint64_t)place;
    return place;
}

/* Runs the expression with `f`, the open file, within a critical section. */
#define WITH_OPEN_FILE(fd, result)                                                                 \
    do {                                                                                           \
        critical_begin();                                                                          \
        struct open_file *f = open_file_of(fd);                                                    \
        long with_result = f ? (result) : -E_NOT_FOUND;                                            \
        critical_end();                                                                            \
        return with_result;                                                                        \
    } while (0)

long exos_seek(int fd, int64_t offset, enum exos_seek from) {
    WITH_OPEN_FILE(fd, seek(f, offset, from));
}

long exos_readdir(int fd, struct ramfs_entry *entry) {
    touch(entry, sizeof *entry, true);
    WITH_OPEN_FILE(fd, f->flags & EXOS_READ ? tree_list(f->at, &f->offset, entry) : -E_PERM);
}

long exos_truncate(int fd, uint64_t size) {
    WITH_OPEN_FILE(fd, f->flags & EXOS_WRITE ? truncate(f->at, size) : -E_PERM);
}

long exos_fsync(int fd) {
    WITH_OPEN_FILE(fd, f->at.tree == TREE_OTHER ? other_tree->sync(f->at.node) : 0);
}

long exos_fstat(int fd, struct exos_stat *stat) {
    touch(stat, sizeof *stat, true);
    WITH_OPEN_FILE(fd, vnode_stat(f->at, stat));
}

static long close_one(int fd) {
    descriptor_close(row_own(), fd);
    return 0;
}

long exos_close(int fd) {
    WITH_OPEN_FILE(fd, close_one(fd));
}

long exos_dup(int fd, int least) {
    WITH_OPEN_FILE(fd, least < 0 ? -E_INVALID : descriptor_new(f, least, EXOS_FDS, false));
}

static long dup_to(struct open_file *f, int fd, int to) {
    if (to < 0 || to >= EXOS_FDS)
        return -E_INVALID;
    if (to == fd)
        return to;
    if (row_own()->file[to])
        descriptor_close(row_own(), to);
    return descriptor_new(f, to, to + 1, false);
}

long exos_dup2(int fd, int to) {
    WITH_OPEN_FILE(fd, dup_to(f, fd, to));
}

long exos_flags(int fd) {
    WITH_OPEN_FILE(fd, (long)(f->flags | (row_own()->cloexec[fd] ? EXOS_CLOEXEC : 0)));
}

static long set_flags(struct open_file *f, int fd, unsigned flags) {
    f->flags = (f->flags & ~STATUS) | (flags & STATUS);
    row_own()->cloexec[fd] = (flags & EXOS_CLOEXEC) != 0;
    return 0;
}

long exos_set_flags(int fd, unsigned flags) {
    WITH_OPEN_FILE(fd, set_flags(f, fd, flags));
}

/* --- Locks --- */

static long lock_once(struct open_file *f, enum exos_lock lock) {
    for (struct open_file *o = files->file; o < files->file + OPEN_FILES; o++)
        if (o != f && o->users && vnode_same(o->at, f->at) && o->lock && lock &&
            (lock == EXOS_LOCK || o->lock == EXOS_LOCK))
            return -E_BUSY;
    f->lock = lock;
    ++*files_event(f->at);
    return 0;
}

/* The lock of a process that was killed is nobody's: its open file has no users any more. */
static long try_lock(struct open_file *f, enum exos_lock lock) {
    long error = lock_once(f, lock);
    return error && open_files_sweep() ? lock_once(f, lock) : error;
}

long exos_flock(int fd, enum exos_lock lock, unsigned flags) {
    for (;;) {
        critical_begin();
        struct open_file *f = open_file_of(fd);
        long error = f ? try_lock(f, lock) : -E_NOT_FOUND;
        const volatile uint64_t *event = f ? files_event(f->at) : NULL;
        uint64_t seen = f ? *event : 0;
        critical_end();
        if (error != -E_BUSY || (flags & EXOS_NONBLOCK))
            return error;
        error = files_wait_change(event, seen);
        if (error)
            return error;
    }
}
