/* SPDX-License-Identifier: MIT */
/* judged.h -- the file of what was judged: a campaign that was stopped goes on with it.
 *
 * Its first line names what it is about: the hashes of log, disk, check. Each further one is a
 * state's hash and "good", or what is wrong. A last line without its end does not count. */
#ifndef CRASHDISK_JUDGED_H
#define CRASHDISK_JUDGED_H

#include "hash_set.h"

/* What a file has. */
struct judged {
    struct hash_set states;
    uint64_t bad;
};

/* Opens or makes the file at PATH of a campaign with this first line, to be appended to, and
 * prints its bad states. Below 0 with *WHY, a new string: it cannot be read, or is another's. */
int judged_open(struct judged *j, const char *path, const char *subject, char **why);

/* Appends a line; WRONG null: it is good. Several processes may do so at once. */
bool judged_add(int file, struct state_hash hash, const char *wrong);

#endif
