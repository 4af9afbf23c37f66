/* SPDX-License-Identifier: MIT */
/* write_log.h -- a log of what was written to a disk, in the format of Linux's dm-log-writes
 * (Documentation/admin-guide/device-mapper/log-writes.rst), which QEMU's blklogwrites writes, too.
 *
 * Its first sector has a magic number, a version, how many entries follow, and the size of its
 * sectors. An entry is a sector (where on the disk, how many sectors, flags, the length of a mark)
 * with its data behind it; a discard has none. */
#ifndef CRASHDISK_WRITE_LOG_H
#define CRASHDISK_WRITE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a device writes whole, for all that is assumed here. */
#define SECTOR 512u

struct logged_write {
    uint64_t first, sectors; /* of SECTOR bytes */
    const uint8_t *data;     /* in the log; null: a discard, which leaves zeros or what was there */
    size_t entry;            /* its place in the log, counted from 0 */
    size_t epoch;            /* so many flushes had ended before it */
    bool fua;                /* it is on the disk when it ends, without a flush */
};

struct write_log {
    struct logged_write *writes; /* in order */
    size_t count, entries, flushes;
};

/* Reads the LENGTH bytes at BYTES, which stay, as the log of a disk of DISK_SECTORS; the first MOST
 * entries of it. False, with *WHY (a new string that says at which byte, in which entry it is
 * wrong, how, and what can be done) and nothing in *LOG. Entries without an effect, as marks, are
 * counted and left out. */
bool write_log_read(struct write_log *log, const uint8_t *bytes, size_t length,
                    uint64_t disk_sectors, uint64_t most, char **why);

/* Fine on {0}. */
void write_log_free(struct write_log *log);

#endif
