/* SPDX-License-Identifier: MIT */
/* disk_state.h -- what a disk would contain: for each sector that the log writes, whose bytes it
 * has. Nothing is copied; a state is told from others by a hash that is kept with each change. */
#ifndef CRASHDISK_DISK_STATE_H
#define CRASHDISK_DISK_STATE_H

#include "write_log.h"

struct state_hash {
    uint64_t high, low;
};

/* The sectors [from, to) of a write, counted within it. */
struct write_part {
    const struct logged_write *write;
    uint64_t from, to;
};

struct disk_state;

/* The state before the first write, of a disk whose bytes are at BASE. What both point to stays
 * the caller's. */
struct disk_state *disk_state_new(const struct write_log *log, const uint8_t *base);
void disk_state_free(struct disk_state *s);

/* Writes it. */
void disk_state_apply(struct disk_state *s, struct write_part part);

/* What is applied from here on can be taken back, all at once; or stays. */
void disk_state_mark(struct disk_state *s);
void disk_state_rewind(struct disk_state *s);

/* Equal for equal disks, and for others with a chance of one in 2^128. */
struct state_hash disk_state_hash(const struct disk_state *s);

/* The sectors that the log writes, in rising order; and the bytes of the i-th of them. */
size_t disk_state_sectors(const struct disk_state *s, const uint64_t **sectors);
const uint8_t *disk_state_bytes(const struct disk_state *s, size_t i);

#endif
