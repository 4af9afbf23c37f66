/* SPDX-License-Identifier: MIT */
/* campaign.h -- every state of a log, judged once: by several workers, with what was judged before
 * left out. */
#ifndef CRASHDISK_CAMPAIGN_H
#define CRASHDISK_CAMPAIGN_H

#include "hash_set.h"

struct campaign {
    const struct write_log *log;
    const uint8_t *base; /* the disk before the first write */
    size_t length;
    char *const *check; /* its words, null-ended */
    const char *folder; /* for images */
    const char *resume; /* a file with what was judged, which grows; or null */
    uint64_t entries;   /* of the log, at most */
    uint64_t seed;
    size_t most; /* states that are judged, of those that differ */
    unsigned jobs;
    double seconds; /* for one state */
    bool server, until_bad, quiet;
};

/* What came of it. */
struct tally {
    uint64_t states, distinct, judged, bad;
    uint64_t before; /* of the judged ones, those that the file had */
    bool stopped;    /* by a signal */
};

/* Runs it; each bad state is a line of standard output. Ends the process with 2 where it cannot be
 * run at all. */
struct tally campaign_run(const struct campaign *c);

/* Writes the disk of one state to the file at PATH; its description, a new string, or null: there
 * is no such state. */
char *campaign_image(const struct campaign *c, uint64_t number, const char *path);

#endif
