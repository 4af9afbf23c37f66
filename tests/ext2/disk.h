/* SPDX-License-Identifier: MIT */
/* disk.h -- ext2 on the host: the extension's sources over an image in memory, and what the kernel
 * does around them: blocks that are cached and written in their order, data of files, files that
 * are open. Each write and flush can be kept, for disks as a power cut leaves them. */
#ifndef TESTS_EXT2_DISK_H
#define TESTS_EXT2_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spin/services/files/file_system.h"

#define FLUSH UINT32_MAX

/* A block was written, or, of FLUSH, the disk flushed. */
struct written {
    uint32_t block;
    uint8_t *bytes;
};

struct cached;

struct volume {
    struct volume_memory memory;
    uint8_t *disk; /* what a reader of the disk sees */
    size_t bytes;
    uint32_t block_bytes, blocks;
    struct cached *cached; /* each block */
    unsigned held;         /* blocks that are not yet given back */
    unsigned long root;
    bool writable, uncached;
    bool keeps; /* what is written; */
    struct written *log;
    size_t count, room;
    size_t writes, flushed;      /* so far; those that the last flush came behind */
    unsigned long reads, forced; /* blocks read; writes that an order has forced */
    struct file_call call;
};

/* The image becomes a volume: the handler's answer. */
long disk_mount(struct volume *v, uint8_t *image, size_t bytes, bool write);
/* What an unmount writes is written. */
long disk_end(struct volume *v);
/* The same, and all is forgotten. The image stays the caller's. */
long disk_unmount(struct volume *v);
void disk_drop(struct volume *v); /* without writing */
long disk_sync(struct volume *v);

/* As system calls do; files are named by their numbers. */
long file_lookup(struct volume *v, unsigned long directory, const char *name);
long file_create(struct volume *v, unsigned long directory, const char *name, unsigned long kind);
long file_make_symlink(struct volume *v, unsigned long directory, const char *name, const char *to);
/* Where a link leads: in v->call. */
long file_leads(struct volume *v, unsigned long link);
long file_add_link(struct volume *v, unsigned long directory, const char *name, unsigned long file);
long file_remove(struct volume *v, unsigned long directory, const char *name, bool is_directory);
long file_move(struct volume *v, unsigned long from, const char *name, unsigned long to,
               const char *other);
long file_get_facts(struct volume *v, unsigned long file, struct file_facts *facts);
long file_read(struct volume *v, unsigned long file, unsigned long at, void *to, size_t bytes);
long file_write(struct volume *v, unsigned long file, unsigned long at, const void *from,
                size_t bytes);
long file_truncate(struct volume *v, unsigned long file, unsigned long bytes);
/* Entries from a cookie on: in v->call. */
long file_entries(struct volume *v, unsigned long directory, unsigned long cookie);

#endif
