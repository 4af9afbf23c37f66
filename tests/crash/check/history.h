/* SPDX-License-Identifier: MIT */
/* history.h -- what a guest said it did (work.h), and so what may be on its disk when it is cut.
 *
 * Each operation gives names other files, and files other bytes. What a sync or an fsync was told
 * of is promised from that number of flushes on: a name then has the file that it had at the
 * promise, or got later; a file the bytes of then, or sector by sector later ones. A file that was
 * promised and never removed has at least one of its names. */
#ifndef TESTS_CRASH_HISTORY_H
#define TESTS_CRASH_HISTORY_H

#include "tree.h"

/* What a kind of file system promises. */
struct promises {
    bool fsync_is_sync; /* an fsync is of all of the file system */
    bool one_name;      /* after a crash a file has one name, and not an old and a new one */
    size_t rounds;      /* a file may end this much later: e2fsck makes it end with a block */
    bool replaced_may_be_gone; /* a file that another one is renamed over may go before */
};

struct history;

/* Of the file system `system` (a digit), or 0: of all but 3, a temporary one of which nothing may
 * be left; from what the guest said, whatever else stands there. */
struct history *history_read(const char *text, char system, struct promises promises);
void history_free(struct history *h);
/* Is what was found what may be there, when the disk had done so many flushes? Null; or what is
 * wrong, which stays until the next call. */
const char *history_judge(struct history *h, const struct tree *found, uint64_t flushes);

#endif
