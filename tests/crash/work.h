/* SPDX-License-Identifier: MIT */
/* work.h -- what a guest does to its file systems while its writes are logged, and what it says of
 * it: a line for each operation,
 *
 *     crash> rename 0/d/a 0/d/b = 0 17 21345678
 *
 * its result, how many flushes the disk had done when it came back, and how many instructions the
 * machine. So whoever has the log of
 * the disk knows which lines were promises when it was cut (history.h).
 *
 * A path begins with the number of its file system, a digit. A file's bytes are told by a tag. */
#ifndef TESTS_CRASH_WORK_H
#define TESTS_CRASH_WORK_H

#include <stddef.h>
#include <stdint.h>

/* What a system supplies; results below 0 are -E_SOMETHING. A null pointer: it has no such
 * thing, and workloads that need it do nothing. */
struct work_fs {
    long (*make)(const char *path); /* an empty file, of a new name */
    long (*mkdir)(const char *path);
    long (*unlink)(const char *path);
    long (*rmdir)(const char *path);
    long (*rename)(const char *from, const char *to);
    long (*link)(const char *path, const char *to);
    long (*write)(const char *path, uint64_t at, const void *from, size_t bytes); /* how many */
    long (*truncate)(const char *path, uint64_t bytes);
    long (*fsync)(const char *path);
    long (*sync)(const char *path);                        /* of that file system */
    long (*copy)(const char *from, const char *to);        /* the processor touches no data */
    long (*exchange)(const char *path, const char *other); /* the bytes of two small files */
    long (*quota)(const char *path, uint64_t blocks);      /* of all that is made from now on */
    /* That file system, which is not there: it comes with the directories `grown` and
     * `grown/deeper`, or is temporary. */
    /* That file system, which is not there: it comes with the directories `grown` and
     * `grown/deeper`, or is temporary. */
    long (*begin)(const char *path);
    long (*leave)(const char *path);       /* the volume is left clean, and opened again */
    uint64_t (*flushes)(const char *path); /* of its disk */
};

/* The file systems are there. Does what "create" or "pairs:40:50" names, and says so. 0; or -1:
 * there is no such workload. */
int work_run(const struct work_fs *fs, const char *what);

/* --- work_operations.c: each operation says what it is about --- */
extern const struct work_fs *work_fs;
long work_make(const char *path);
long work_mkdir(const char *path);
long work_unlink(const char *path);
long work_rmdir(const char *path);
long work_rename(const char *from, const char *to);
long work_link(const char *path, const char *to);
long work_write(const char *path, uint64_t at, size_t bytes, unsigned tag);
long work_truncate(const char *path, uint64_t bytes);
long work_fsync(const char *path);
long work_sync(const char *path);
long work_copy(const char *from, const char *to);
long work_exchange(const char *path, const char *other);
long work_quota(const char *path, uint64_t blocks);
long work_begin(const char *path);
long work_leave(const char *path);
/* A new file with so many bytes. */
void work_file(const char *path, size_t bytes, unsigned tag);
/* A path with numbers in it; it stays until eight more were made. */
const char *work_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- sequences.c: sequences of fourteen operations over four names, COUNT of them from FIRST on;
 * of one operation, or of two --- */
void sequences_of_one(unsigned first, unsigned count);
void sequences_of_two(unsigned first, unsigned count);

/* The word "crash=..." of what the machine was told; gives `into`. */
char *work_word(const char *words, char into[64]);

#endif
