/* SPDX-License-Identifier: MIT */
/* workload.h -- what is done with files: the same source on every system.
 *
 * A system's file supplies a `static const struct files NAME`, and has all rows (workload_rows.h)
 * by one line:
 *
 *     FILES_ROWS(NAME, "ext2,ext4")
 *
 * Each row mounts its file system before it begins, makes what it needs below `/d` of it, takes it
 * away again, and unmounts. `NAME` is constant, so that its operations are called directly. */
#ifndef EXPERIMENTS_FILES_WORKLOAD_H
#define EXPERIMENTS_FILES_WORKLOAD_H

#include "measure/bench.h"

#define FILES_SMALL       1000 /* files of a phase, and their bytes */
#define FILES_SMALL_BYTES 1024
#define FILES_WORD        24 /* bytes of a sweep's word, NUL included */
#define FILES_PATH        64

/* How a file is opened. */
enum files_how {
    FILES_READ,
    FILES_WRITE, /* and read */
    FILES_CREATE /* there is none of that name; it is written */
};

struct files_counts {
    uint64_t requests, sectors, flushes; /* to the disk, since the volume was mounted */
};

/* Paths are whole ("/d/f17"): a system puts the name of the place before them where its volume
 * has another. Errors are negative. What is written is not on the disk before `sync`. */
struct files {
    /* Null, or why there is no such file system here (a constant string: the rows say so). */
    const char *(*mount)(const char *fs);
    void (*unmount)(void); /* all is on the disk then */
    int (*open)(const char *path, enum files_how how);
    int (*close)(int file);
    long (*read)(int file, void *to, unsigned long bytes, uint64_t at);
    long (*write)(int file, const void *from, unsigned long bytes, uint64_t at);
    int (*fsync)(int file);
    int (*sync)(void);
    int (*unlink)(const char *path);
    int (*stat)(const char *path, uint64_t *bytes);
    int (*mkdir)(const char *path);
    int (*rmdir)(const char *path);
    int (*rename)(const char *from, const char *to);
    long (*list)(const char *path);         /* reads a directory's entries to its end: how many */
    void (*forget)(int file);               /* no block of it stays in memory */
    void (*counts)(struct files_counts *c); /* null where a system cannot tell */
};

/* A page: where no cache is between, a device may read it and write to it as it lies. */
static char files_bytes[4096] __attribute__((aligned(4096)));

/* A file system that fails in a bracket leaves no figure. */
static inline void files_must(bool so) {
    if (!so)
        __builtin_trap();
}

/* "/d/f17", or in a subdirectory of its own number. */
static inline void files_name(char path[FILES_PATH], const char *stem, uint64_t number) {
    char digits[20];
    unsigned at = 0, count = 0;
    for (const char *s = "/d/"; *s; s++)
        path[at++] = *s;
    for (; *stem; stem++)
        path[at++] = *stem;
    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10));
    while (count)
        path[at++] = digits[--count];
    path[at] = '\0';
}

/* Mounts the row's file system with its directory, or says why the row has no figure. */
static inline bool files_begin(struct bench *b, const struct files *f) {
    char fs[FILES_WORD];
    const char *why = f->mount(bench_word(b, "fs", fs, sizeof fs));
    if (why)
        bench_skip(b, why);
    else
        files_must(!f->mkdir("/d"));
    return !why;
}

static inline void files_end(const struct files *f) {
    files_must(!f->rmdir("/d"));
    f->unmount();
}

static inline void files_create_one(const struct files *f, const char *path, unsigned long bytes) {
    int file = f->open(path, FILES_CREATE);
    files_must(file >= 0 && (!bytes || f->write(file, files_bytes, bytes, 0) == (long)bytes));
    files_must(!f->close(file));
}

static inline void files_read_one(const struct files *f, const char *path, unsigned long bytes) {
    int file = f->open(path, FILES_READ);
    files_must(file >= 0 && f->read(file, files_bytes, bytes, 0) == (long)bytes);
    files_must(!f->close(file));
}

static inline void files_overwrite_one(const struct files *f, const char *path,
                                       unsigned long bytes) {
    int file = f->open(path, FILES_WRITE);
    files_must(file >= 0 && f->write(file, files_bytes, bytes, 0) == (long)bytes);
    files_must(!f->close(file));
}

static inline void files_unlink_one(const struct files *f, const char *path, unsigned long bytes) {
    (void)bytes;
    files_must(!f->unlink(path));
}

/* Something done to a file of that name and length. */
typedef void files_step(const struct files *f, const char *path, unsigned long bytes);

/* STEP for so many files, numbered from FIRST. */
static inline void files_all(const struct files *f, files_step *step, uint64_t first,
                             uint64_t count, unsigned long bytes) {
    char path[FILES_PATH];
    for (uint64_t i = first; i < first + count; i++) {
        files_name(path, "f", i);
        step(f, path, bytes);
    }
}

/* A row of one step, each time on another file. BEFORE makes the files, as many as a row has
 * samples, and AFTER takes away what is left; either may be null. */
static inline void files_row(struct bench *b, const struct files *f, files_step *step, bool before,
                             bool after) {
    const unsigned long bytes = bench_arg(b, "bytes");
    char path[FILES_PATH];
    uint64_t next = 0, made = before ? b->wanted : 0;
    if (!files_begin(b, f))
        return;
    files_all(f, files_create_one, 0, made, bytes);
    files_must(!f->sync());
    while (bench_next(b)) {
        files_name(path, "f", next++);
        bench_start(b);
        step(f, path, bytes);
        bench_stop(b);
    }
    if (after)
        files_all(f, files_unlink_one, 0, before ? made : next, 0);
    else
        files_all(f, files_unlink_one, next, made - next, 0);
    files_end(f);
}

static inline void files_stat_row(struct bench *b, const struct files *f) {
    uint64_t bytes = 0;
    if (!files_begin(b, f))
        return;
    files_create_one(f, "/d/f", FILES_SMALL_BYTES);
    while (bench_next(b)) {
        bench_start(b);
        int error = f->stat("/d/f", &bytes);
        bench_stop(b);
        files_must(!error && bytes == FILES_SMALL_BYTES);
    }
    files_unlink_one(f, "/d/f", 0);
    files_end(f);
}

static inline void files_mkdir_row(struct bench *b, const struct files *f) {
    char path[FILES_PATH];
    uint64_t next = 0;
    if (!files_begin(b, f))
        return;
    while (bench_next(b)) {
        files_name(path, "s", next++);
        bench_start(b);
        int error = f->mkdir(path);
        bench_stop(b);
        files_must(!error);
    }
    while (next) {
        files_name(path, "s", --next);
        files_must(!f->rmdir(path));
    }
    files_end(f);
}

static inline void files_rename_row(struct bench *b, const struct files *f) {
    char from[FILES_PATH], to[FILES_PATH];
    uint64_t next = 0;
    if (!files_begin(b, f))
        return;
    files_name(to, "f", 0);
    files_create_one(f, to, FILES_SMALL_BYTES);
    while (bench_next(b)) {
        files_name(from, "f", next++);
        files_name(to, "f", next);
        bench_start(b);
        int error = f->rename(from, to);
        bench_stop(b);
        files_must(!error);
    }
    files_unlink_one(f, to, 0);
    files_end(f);
}

static inline void files_create_fsync_row(struct bench *b, const struct files *f) {
    const unsigned long bytes = bench_arg(b, "bytes");
    char path[FILES_PATH];
    uint64_t next = 0;
    if (!files_begin(b, f))
        return;
    while (bench_next(b)) {
        files_name(path, "f", next++);
        bench_start(b);
        int file = f->open(path, FILES_CREATE);
        long wrote = f->write(file, files_bytes, bytes, 0);
        int error = f->fsync(file);
        f->close(file);
        bench_stop(b);
        files_must(file >= 0 && wrote == (long)bytes && !error);
    }
    files_all(f, files_unlink_one, 0, next, 0);
    files_end(f);
}

static inline void files_readdir_row(struct bench *b, const struct files *f) {
    const uint64_t entries = bench_arg(b, "entries");
    if (!files_begin(b, f))
        return;
    files_all(f, files_create_one, 0, entries, 0);
    while (bench_next(b)) {
        bench_start(b);
        long found = f->list("/d");
        bench_stop(b);
        files_must(found >= (long)entries); /* and perhaps . and .. */
    }
    files_all(f, files_unlink_one, 0, entries, 0);
    files_end(f);
}

/* Blocks of a file that are in memory, or COLD: none of them is, and no two are neighbours. */
static inline void files_block_row(struct bench *b, const struct files *f, bool cold) {
    const unsigned long bytes = bench_arg(b, "bytes");
    const uint64_t blocks = 256, step = 37;
    uint64_t next = 0;
    if (!files_begin(b, f))
        return;
    int file = f->open("/d/f", FILES_CREATE);
    for (uint64_t i = 0; i < blocks; i++)
        files_must(f->write(file, files_bytes, bytes, i * bytes) == (long)bytes);
    files_must(!f->fsync(file));
    if (cold)
        f->forget(file);
    bench_data(files_bytes);
    while (bench_next(b)) {
        bench_start(b);
        long got = f->read(file, files_bytes, bytes, next * bytes);
        bench_stop(b);
        files_must(got == (long)bytes);
        if (cold)
            next = (next + step) % blocks;
    }
    bench_no_data();
    files_must(!f->close(file));
    files_unlink_one(f, "/d/f", 0);
    files_end(f);
}

static const struct files_phase {
    const char *name;
    files_step *step;
} files_phases[] = {{"create", files_create_one},
                    {"read", files_read_one},
                    {"overwrite", files_overwrite_one},
                    {"unlink", files_unlink_one}};

/* A thousand small files, phase after phase, each to its end on the disk. The row's figure is of
 * its own phase, or, where COUNT, how many requests this phase made. */
static inline void files_small_row(struct bench *b, const struct files *f, bool count) {
    char phase[FILES_WORD];
    struct files_counts before = {0}, after = {0};
    const uint64_t files = bench_arg(b, "files");
    bench_word(b, "phase", phase, sizeof phase);
    bench_slow(b);
    if (!files_begin(b, f))
        return;
    do {
        for (unsigned i = 0; i < sizeof files_phases / sizeof files_phases[0]; i++) {
            const struct files_phase *p = &files_phases[i];
            bool wanted = !__builtin_strcmp(p->name, phase);
            if (count)
                f->counts(&before);
            if (wanted && !count)
                bench_start(b);
            files_all(f, p->step, 0, files, FILES_SMALL_BYTES);
            files_must(!f->sync());
            if (wanted && !count)
                bench_stop(b);
            if (count)
                f->counts(&after);
            if (wanted && count)
                bench_count(b, after.requests - before.requests);
        }
    } while (!count && bench_next(b));
    files_end(f);
}

/* How many requests it takes to read as many files when nothing of them is in memory. */
static inline void files_cold_row(struct bench *b, const struct files *f) {
    struct files_counts after = {0};
    const uint64_t files = bench_arg(b, "files");
    bench_slow(b);
    if (!files_begin(b, f))
        return;
    files_all(f, files_create_one, 0, files, FILES_SMALL_BYTES);
    files_must(!f->sync());
    int file = f->open("/d/f0", FILES_READ);
    f->forget(file); /* the volume is mounted anew, and counts from then on */
    files_must(!f->close(file));
    files_all(f, files_read_one, 0, files, FILES_SMALL_BYTES);
    f->counts(&after);
    bench_count(b, after.requests);
    files_all(f, files_unlink_one, 0, files, 0);
    files_end(f);
}

/* One more empty file in a directory of so many. */
static inline void files_growth_row(struct bench *b, const struct files *f) {
    const uint64_t entries = bench_arg(b, "entries");
    char path[FILES_PATH];
    uint64_t next = entries;
    bench_slow(b);
    if (!files_begin(b, f))
        return;
    files_all(f, files_create_one, 0, entries, 0);
    files_must(!f->sync());
    while (bench_next(b)) {
        files_name(path, "f", next++);
        bench_start(b);
        files_create_one(f, path, 0);
        bench_stop(b);
    }
    files_all(f, files_unlink_one, 0, next, 0);
    files_end(f);
}

#endif
