/* SPDX-License-Identifier: MIT */
/* files.h -- descriptors of ExOS: what a program calls. All of it are procedures of the process;
 * what processes share lies in pages that all of them have mapped (shared.h).
 *
 * A result below 0 is -E_SOMETHING. Beside those of ramfs.h:
 *   -E_NOT_FOUND  no such descriptor, too
 *   -E_PERM       not opened for this, or the file system is read-only
 *   -E_INVALID    what such a file does not do
 *   -E_FULL       no descriptor, no open file, or no room is left
 *   -E_AGAIN      it would have to wait, and was not to (EXOS_NONBLOCK)
 *   -E_DEAD       a pipe that nobody reads
 *   -E_BUSY       a lock, or a mount that is in use */
#ifndef EXO_LIBOS_EXOS_FILES_H
#define EXO_LIBOS_EXOS_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exo/libos/exos/ramfs/ramfs.h"

#define EXOS_PATH_MAX 256 /* bytes, with the NUL */
#define EXOS_FDS      512 /* of a process */

/* How a file is opened. Those from APPEND on stay the open file's and can be changed. */
#define EXOS_READ      0x001
#define EXOS_WRITE     0x002
#define EXOS_CREATE    0x004
#define EXOS_EXCLUSIVE 0x008 /* with CREATE: it does not exist yet */
#define EXOS_TRUNCATE  0x010
#define EXOS_DIRECTORY 0x020 /* it is one */
#define EXOS_CLOEXEC   0x040 /* of the descriptor: closed by exec */
#define EXOS_APPEND    0x080
#define EXOS_NONBLOCK  0x100

/* This process has files from now on, and its children will: an empty tree in so many pages, at
 * most EXOS_FILES_MAX, with /dev (console, null, zero) and the boot archive at /boot; or what the
 * program had that became this one by exos_exec. Programs are files then, where their name has a
 * '/' in it. 0, or the kernel's error. */
long exos_files_begin(uint32_t pages);

/* The lowest free descriptor. */
long exos_open(const char *path, unsigned how);
long exos_close(int fd);
/* How many bytes; 0: the end. One call of up to 4,096 bytes is whole: nobody sees a part. */
long exos_read(int fd, void *into, size_t bytes);
long exos_write(int fd, const void *from, size_t bytes);
enum exos_seek { EXOS_FROM_START, EXOS_FROM_HERE, EXOS_FROM_END };
long exos_seek(int fd, int64_t offset, enum exos_seek from);
/* The next name of a directory that is open for reading. -E_NOT_FOUND: there is none. */
long exos_readdir(int fd, struct ramfs_entry *entry);
long exos_truncate(int fd, uint64_t size);
/* What was written, and the file's name, are on the disk, if the file is. */
long exos_fsync(int fd);

/* A second descriptor of the same open file: its offset and flags are one. */
long exos_dup(int fd, int least);
long exos_dup2(int fd, int to);
/* EXOS_CLOEXEC, or the flags of the open file: what they are, and what they become. */
long exos_flags(int fd);
long exos_set_flags(int fd, unsigned flags);

/* Two descriptors: [0] reads what is written to [1]. */
long exos_pipe_pair(int fd[2]);

enum exos_lock { EXOS_UNLOCK, EXOS_LOCK_SHARED, EXOS_LOCK };
/* A lock of the whole file, which belongs to the open file; waits for it unless EXOS_NONBLOCK is in
 * `flags`: then -E_BUSY. */
long exos_flock(int fd, enum exos_lock lock, unsigned flags);

struct exos_stat {
    uint64_t id, size;
    uint32_t type; /* enum ramfs_type; a file of the boot archive: RAMFS_TYPES */
    uint32_t links;
};
long exos_stat(const char *path, struct exos_stat *stat);
long exos_fstat(int fd, struct exos_stat *stat);

long exos_mkdir(const char *path);
/* A pipe with a name, or a device: RAMFS_PIPE... */
long exos_mknod(const char *path, enum ramfs_type type);
long exos_rmdir(const char *path);
long exos_unlink(const char *path);
long exos_link(const char *old_path, const char *path);
long exos_rename(const char *old_path, const char *path);
long exos_chdir(const char *path);

/* Another tree in the place of a directory, for all processes: the boot archive, which can only be
 * read, or an empty one, which can only be taken away when it is empty again (-E_BUSY). */
enum exos_tree { EXOS_TREE_EMPTY, EXOS_TREE_BOOT, EXOS_TREE_OTHER };
/* enum exos_tree; EXOS_TREE_OTHER + n: of the kind of trees that other_tree.h is about, node n. */
long exos_mount(uint32_t tree, const char *path);
long exos_unmount(const char *path);

/* What a descriptor may be ready for. The last is told whether asked for or not: the other end of a
 * pipe is gone. */
#define EXOS_POLL_READ  1u
#define EXOS_POLL_WRITE 2u
#define EXOS_POLL_ENDED 4u
struct exos_poll {
    int fd; /* negative: passed over */
    unsigned wanted, ready;
};
/* Waits until one of these is ready, for at most so long (negative: as long as it takes; 0: not).
 * How many are; 0: the time is over; -E_INTERRUPTED: a signal's
 * handler has run, from the beginning of the call on. */
long exos_poll(struct exos_poll *poll, unsigned count, int64_t nanoseconds);

#endif
