/* SPDX-License-Identifier: MIT */
/* crash_states.h -- which disks a power cut may leave, by a log of what was written.
 *
 * What was written before a flush that has ended is there. Of the writes behind it, its *epoch*,
 * some are: the disk may have done them in any order. So for each epoch there are
 *
 *  - each beginning of it;
 *  - each choice of its writes, where there are at most ten; else all that lack one or two, and a
 *    thousand that are drawn;
 *  - each write torn at each of its sectors: the sectors before it, or those behind it, are there;
 *    the writes before it are, or all others of the epoch.
 *
 * A write with FUA is there before any later one is. */
#ifndef CRASHDISK_CRASH_STATES_H
#define CRASHDISK_CRASH_STATES_H

#include "disk_state.h"

enum {
    CHOICE_MOST = 10,    /* writes of an epoch of which each choice is made */
    DRAWN = 1000,        /* choices drawn of a larger one */
    PAIRS_MOST = 100000, /* choices that lack two; of more so many are drawn */
    TEARS_MOST = 128     /* places where a longer write is torn, evenly spread */
};

struct crash_state {
    uint64_t number;        /* from 0, in the order of the log */
    size_t flushes;         /* that had ended: the epoch's number */
    size_t first;           /* of the log's writes, the epoch's first */
    size_t count;           /* so many of the epoch may be there */
    const bool *has;        /* whether each is, whole */
    struct write_part torn; /* part of another that is there, too; write null: of none */
};

/* What is told of each. False: no more. */
typedef bool crash_state_visit(void *context, const struct crash_state *state,
                               struct disk_state *disk);

/* Visits each, with DISK in that state; equal disks are visited more than once. SEED: of what is
 * drawn. DISK is a new one, and used up. */
void crash_states_visit(const struct write_log *log, struct disk_state *disk, uint64_t seed,
                        crash_state_visit *visit, void *context);

/* What a state is, for a person: "17: after 3 flushes, 5 of 6 writes without entry 20"; a new
 * string. */
char *crash_state_text(const struct write_log *log, const struct crash_state *state);

/* A number drawn by SEED for VALUE: the same each time. */
uint64_t drawn_by(uint64_t seed, uint64_t value);

#endif
