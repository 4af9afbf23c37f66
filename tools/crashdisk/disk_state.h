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
/* Makes the disk what it would be had this part of a write never been done: where nothing was
 * written over it, what was there before appears, but for what was taken likewise. */
void disk_state_take(struct disk_state *s, struct write_part part);

/* A point to which all can be taken back that is done from here on; points nest. */
size_t disk_state_point(const struct disk_state *s);
void disk_state_rewind(struct disk_state *s, size_t point);
/* There is no way back any more: points until here are none. */
void disk_state_settle(struct disk_state *s);

/* Equal for equal disks, and for others with a chance of one in 2^128. */
struct state_hash disk_state_hash(const struct disk_state *s);

/* The sectors that the log writes, in rising order; and the bytes of the i-th of them. */
size_t disk_state_sectors(const struct disk_state *s, const uint64_t **sectors);
const uint8_t *disk_state_bytes(const struct disk_state *s, size_t i);

#endif
