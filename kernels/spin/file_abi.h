/* SPDX-License-Identifier: MIT */
/* file_abi.h -- calls about files, of processes of spin's own and of the Unix model, in boots with
 * a disk: numbers and what lies in memory. Registers are those of abi.h. An open file is an
 * integer that the process's own table translates. */
#ifndef SPIN_FILE_ABI_H
#define SPIN_FILE_ABI_H

#include <stdint.h>

#define FILE_CALLS(X)                                                                              \
    X(open)     /* path, enum file_how; an open file */                                            \
    X(close)    /* open file */                                                                    \
    X(read)     /* open file, memory, bytes, place; bytes */                                       \
    X(write)    /* open file, memory, bytes, place; bytes */                                       \
    X(sync)     /* open file, all of whose volume is on the disk then */                           \
    X(truncate) /* open file, bytes */                                                             \
    X(list)     /* open directory, struct file_list */                                             \
    X(forget)   /* open file, of which nothing stays in memory */                                  \
    X(cache)    /* open file, pages of a cache of its own, policy's name */                        \
    X(stat)     /* path, struct file_status */                                                     \
    X(mkdir)    /* path */                                                                         \
    X(unlink)   /* path */                                                                         \
    X(rmdir)    /* path */                                                                         \
    X(rename)   /* path, path */                                                                   \
    X(link)     /* path, a second one */                                                           \
    X(mount)    /* struct file_mount; by spin's own processes alone */                             \
    X(unmount)  /* path; the same */                                                               \
    X(counts)   /* path of a volume, struct file_counts */                                         \
    X(chmod)    /* path, mode */                                                                   \
    X(symlink)  /* where it leads, path */                                                         \
    X(readlink) /* path, memory of FILE_PATH_MAX bytes */

enum file_call_number {
    FILE_CALL_FIRST = 63,
#define FILE_CALL_ENUM(name) FILE_CALL_##name,
    FILE_CALLS(FILE_CALL_ENUM)
#undef FILE_CALL_ENUM
        FILE_CALL_LAST
};

enum file_how { FILE_HOW_WRITE = 1, FILE_HOW_CREATE = 2, FILE_HOW_NEW = 4 };

#define FILE_PLACE    UINT64_MAX /* where the last call has ended */
#define FILE_PATH_MAX 256        /* bytes, the NUL included */

struct file_status {
    uint64_t kind, bytes, links, mode, owner, time; /* kind: 1 a file, 2 a directory, 4 a link */
};

/* An entry of a directory. */
struct file_entry {
    uint32_t cookie; /* of what is behind it */
    uint32_t file;
    uint16_t name_bytes, kind;
    char name[]; /* with NULs behind it, to the end of a word of 32 bits */
};
#define FILE_ENTRY_WORDS(name_bytes) (4u + (name_bytes) / 4u)

/* As many as fit, one behind the other: in so many words. The cookie is where they begin, 0 at
 * first, and then where the next ones do. */
#define FILE_LIST_WORDS 512
struct file_list {
    uint64_t cookie, words;
    uint32_t word[FILE_LIST_WORDS];
};

struct file_mount {
    char system[32], disk[32], path[64], policy[32]; /* policy "": the kernel's */
    uint64_t pages;                                  /* of the cache; 0: as many as usual */
    uint64_t format;                                 /* an empty volume is made first */
};

struct file_counts {
    uint64_t requests, sectors, flushes, hits, misses, misruled; /* of its caches and its files' */
};

#endif
