/* SPDX-License-Identifier: MIT */
/* exo-user.c -- files of C-FFS, copied by reading and writing, and by XCP, which moves frames. */
#include "../files/exo-user.h"
#include "exo/libos/disk/xn_core.h"
#include "exo/libos/xcp/xcp.h"
#include "lib/string.h"
#include "workload.h"

#define MOST   200
#define BLOCKS 1024 /* numbers that XCP sorts at a time */

static struct xcp_file file[MOST];
static uint32_t memory[BLOCKS];
static unsigned char read_back[COPY_BYTES_MAX];

static struct cffs_name name_of(const char *path) { /* below /d */
    return (struct cffs_name){path + 3, strlen(path + 3)};
}

static struct cffs_id directory(struct cffs *fs) {
    struct cffs_id id;
    files_must(!cffs_lookup(fs, cffs_root(fs), (struct cffs_name){"d", 1}, &id, NULL));
    return id;
}

static void xcp_all(struct cffs *fs, uint64_t files) {
    static char to[MOST][FILES_PATH];
    char path[FILES_PATH];
    const struct cffs_id in = directory(fs);
    for (uint64_t i = 0; i < files; i++) {
        files_name(path, "f", i);
        files_must(!cffs_lookup(fs, in, name_of(path), &file[i].from, NULL));
        files_name(to[i], "t", i);
        file[i].in = in;
        file[i].name = name_of(to[i]);
    }
    files_must(!xcp_files(fs, file, (uint32_t)files, memory, BLOCKS));
    files_must(!xcp_sync(fs));
}

/* All are in the registry, in nobody's memory, and the counters are told which pages they are. */
static void bring_all(struct cffs *fs, uint64_t files, unsigned long bytes) {
    char path[FILES_PATH];
    const struct cffs_id in = directory(fs);
    struct cffs_id id;
    struct store_child child;
    unsigned char *at;
    bench_no_data();
    for (uint64_t i = 0; i < files; i++) {
        files_name(path, "f", i);
        files_must(!cffs_lookup(fs, in, name_of(path), &id, NULL));
        for (uint64_t k = 0; k * STORE_BLOCK < bytes; k++) {
            files_must(!cffs_block(fs, id, k, &child));
            files_must(!store_get(fs->store, &child, 0, STORE_READ, &at));
            bench_data(at);
            store_put(fs->store, child.at.block);
            files_must(!xn_hide(xn_store_of(fs->store), child.at.block));
        }
    }
}

static void check_all(const struct files *f, uint64_t files, unsigned long bytes) {
    char path[FILES_PATH];
    for (uint64_t i = 0; i < files; i++) {
        files_name(path, "t", i);
        int in = f->open(path, FILES_READ);
        files_must(in >= 0 && f->read(in, read_back, bytes, 0) == (long)bytes && !f->close(in));
        files_must(!memcmp(read_back, copy_bytes, bytes));
    }
}

static void copy_by(bool xcp, uint64_t files, unsigned long bytes) {
    if (xcp)
        xcp_all(exo_files_cffs(), files);
    else
        copy_all(&exo_files, files, bytes);
}

/* The files that are copied are on the disk; false: there is none. */
static bool begin(struct bench *b, uint64_t files, unsigned long bytes) {
    bench_slow(b);
    if (!files_begin(b, &exo_files))
        return false;
    for (unsigned long i = 0; i < bytes; i++)
        copy_bytes[i] = (char)(i * 7 + i / 251);
    files_all(&exo_files, copy_make, 0, files, bytes);
    files_must(!exo_files.sync());
    return true;
}

static void end(uint64_t files) {
    copy_unlink(&exo_files, "f", files);
    files_end(&exo_files);
}

static bool is_xcp(const struct bench *b) {
    char by[FILES_WORD];
    return !strcmp(bench_word(b, "by", by, sizeof by), "xcp");
}

/* Cold: nothing is in memory, and the disk takes its time. */
static void time_row(struct bench *b, bool cold) {
    const uint64_t files = bench_arg(b, "files");
    const unsigned long bytes = bench_arg(b, "bytes");
    const bool xcp = is_xcp(b);
    if (!begin(b, files, bytes))
        return;
    while (bench_next(b)) {
        if (cold) {
            exo_files_again();
            files_must(!exo_disk_latency(0, EXO_DISK_SPINDLE));
        } else {
            bring_all(exo_files_cffs(), files, bytes);
        }
        bench_start(b);
        copy_by(xcp, files, bytes);
        bench_stop(b);
        bench_no_data();
        if (cold)
            exo_disk_latency(0, 0);
        check_all(&exo_files, files, bytes);
        copy_unlink(&exo_files, "t", files);
    }
    end(files);
}

BENCH(copy, "copy/files:200/bytes:16384/by:cp,xcp/fs:cffs") {
    time_row(b, false);
}

BENCH(copy_cold, "copy/files:200/bytes:16384/by:cp,xcp/fs:cffs,cffs_plain/disk:spindle") {
    bench_waits(b);
    if (exo_disk_latency(0, 0)) {
        bench_skip(b, "ends of requests have no moment here");
        return;
    }
    time_row(b, true);
}

/* How many requests it takes when nothing is in memory. */
BENCH(copy_requests, "copy/files:200/bytes:16384/by:cp,xcp/fs:cffs,cffs_plain/count:requests") {
    const uint64_t files = bench_arg(b, "files");
    const unsigned long bytes = bench_arg(b, "bytes");
    struct files_counts before, after;
    if (!begin(b, files, bytes))
        return;
    exo_files_again();
    exo_files.counts(&before);
    copy_by(is_xcp(b), files, bytes);
    exo_files.counts(&after);
    bench_count(b, after.requests - before.requests);
    copy_unlink(&exo_files, "t", files);
    end(files);
}
