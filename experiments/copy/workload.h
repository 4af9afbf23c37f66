/* SPDX-License-Identifier: MIT */
/* workload.h -- files are copied as cp does it: each is read into memory and written from there.
 * The same source on every system; its operations are those of experiments/files. */
#ifndef EXPERIMENTS_COPY_WORKLOAD_H
#define EXPERIMENTS_COPY_WORKLOAD_H

#include "../files/workload.h"

#define COPY_BYTES_MAX 16384

static char copy_bytes[COPY_BYTES_MAX] __attribute__((aligned(4096)));

static inline void copy_make(const struct files *f, const char *path, unsigned long bytes) {
    int file = f->open(path, FILES_CREATE);
    files_must(file >= 0 && f->write(file, copy_bytes, bytes, 0) == (long)bytes);
    files_must(!f->close(file));
}

static inline void copy_one(const struct files *f, const char *from, const char *to,
                            unsigned long bytes) {
    int in = f->open(from, FILES_READ), out = f->open(to, FILES_CREATE);
    files_must(in >= 0 && out >= 0);
    files_must(f->read(in, copy_bytes, bytes, 0) == (long)bytes);
    files_must(f->write(out, copy_bytes, bytes, 0) == (long)bytes);
    files_must(!f->close(in) && !f->close(out));
}

/* All of them by one copy_one each, and their blocks on the disk. */
static inline void copy_all(const struct files *f, uint64_t files, unsigned long bytes) {
    char from[FILES_PATH], to[FILES_PATH];
    for (uint64_t i = 0; i < files; i++) {
        files_name(from, "f", i);
        files_name(to, "t", i);
        copy_one(f, from, to, bytes);
    }
    files_must(!f->sync());
}

static inline void copy_unlink(const struct files *f, const char *stem, uint64_t files) {
    char path[FILES_PATH];
    for (uint64_t i = 0; i < files; i++) {
        files_name(path, stem, i);
        files_must(!f->unlink(path));
    }
}

/* The files that are copied are in memory, and on the disk. */
static inline void copy_row(struct bench *b, const struct files *f) {
    const uint64_t files = bench_arg(b, "files");
    const unsigned long bytes = bench_arg(b, "bytes");
    bench_slow(b);
    if (!files_begin(b, f))
        return;
    files_all(f, copy_make, 0, files, bytes);
    files_must(!f->sync());
    while (bench_next(b)) {
        bench_start(b);
        copy_all(f, files, bytes);
        bench_stop(b);
        copy_unlink(f, "t", files);
    }
    copy_unlink(f, "f", files);
    files_end(f);
}

/* The rows of a system; FS: "cffs". */
#define COPY_ROWS(files, fs)                                                                       \
    BENCH(copy_cp, "copy/files:200/bytes:16384/by:cp/fs:" fs) {                                    \
        copy_row(b, &(files));                                                                     \
    }

#endif
