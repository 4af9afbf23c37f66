/* SPDX-License-Identifier: MIT */
/* workload_rows.h -- the rows of a system that has files (workload.h). */
#ifndef EXPERIMENTS_FILES_WORKLOAD_ROWS_H
#define EXPERIMENTS_FILES_WORKLOAD_ROWS_H

#include "workload.h"

/* The rows of a system; FS: "cffs,alfs". More of other files, with an ID of their own: the name may
 * say behind the file system what is different ("ext2/way:native"). */
#define FILES_ROWS(files, fs) FILES_ROWS_OF(files, files, fs)
#define FILES_ROWS_OF(id, files, fs)                                                               \
    BENCH(id##_create, "files/create/bytes:1024/fs:" fs) {                                         \
        files_row(b, &(files), files_create_one, false, true);                                     \
    }                                                                                              \
    BENCH(id##_read, "files/read/bytes:1024/fs:" fs) {                                             \
        files_row(b, &(files), files_read_one, true, true);                                        \
    }                                                                                              \
    BENCH(id##_overwrite, "files/overwrite/bytes:1024/fs:" fs) {                                   \
        files_row(b, &(files), files_overwrite_one, true, true);                                   \
    }                                                                                              \
    BENCH(id##_unlink, "files/unlink/bytes:1024/fs:" fs) {                                         \
        files_row(b, &(files), files_unlink_one, true, false);                                     \
    }                                                                                              \
    BENCH(id##_stat, "files/stat/fs:" fs) {                                                        \
        files_stat_row(b, &(files));                                                               \
    }                                                                                              \
    BENCH(id##_mkdir, "files/mkdir/fs:" fs) {                                                      \
        files_mkdir_row(b, &(files));                                                              \
    }                                                                                              \
    BENCH(id##_rename, "files/rename/fs:" fs) {                                                    \
        files_rename_row(b, &(files));                                                             \
    }                                                                                              \
    BENCH(id##_create_fsync, "files/create_fsync/bytes:1024/fs:" fs) {                             \
        files_create_fsync_row(b, &(files));                                                       \
    }                                                                                              \
    BENCH(id##_readdir, "files/readdir/entries:100/fs:" fs) {                                      \
        files_readdir_row(b, &(files));                                                            \
    }                                                                                              \
    BENCH(id##_read_cached, "files/read_cached/bytes:4096/fs:" fs) {                               \
        files_block_row(b, &(files), false);                                                       \
    }                                                                                              \
    BENCH(id##_read_cold, "files/read_cold/bytes:4096/fs:" fs) {                                   \
        files_block_row(b, &(files), true);                                                        \
    }                                                                                              \
    BENCH(id##_small, "files/small/files:1000/phase:create,read,overwrite,unlink/fs:" fs) {        \
        files_small_row(b, &(files), false);                                                       \
    }

/* How many requests the phases make. */
#define FILES_COUNT_ROWS(files, fs)                                                                \
    BENCH(files_requests, "files/requests/files:1000/phase:create,read,overwrite,unlink/fs:" fs) { \
        files_small_row(b, &(files), true);                                                        \
    }

/* Where `forget` mounts the volume anew. */
#define FILES_COLD_ROWS(files, fs)                                                                 \
    BENCH(files_cold, "files/requests/files:1000/phase:read_cold/fs:" fs) {                        \
        files_cold_row(b, &(files));                                                               \
    }

/* How a directory's growth tells; ENTRIES: "100,1000". */
#define FILES_GROWTH_ROWS(files, entries, fs)                                                      \
    BENCH(files_growth, "files/create/entries:" entries "/fs:" fs) {                               \
        files_growth_row(b, &(files));                                                             \
    }

#endif
