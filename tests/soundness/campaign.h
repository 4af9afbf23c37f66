/* SPDX-License-Identifier: MIT */
/* campaign.h -- random programs by the million, by several processes, written down in a log, so
 * that a campaign that was stopped goes on where it was. */
#ifndef SOUNDNESS_CAMPAIGN_H
#define SOUNDNESS_CAMPAIGN_H

#include <stdint.h>

#include "checker.h"

struct campaign {
    uint64_t accepted; /* programs to check */
    unsigned jobs;
    const char *log;   /* file, or null: nothing is kept */
    const char *stamp; /* what is checked: only a log of the same is continued */
};

/* Checks program number `seed`. What is wrong with it is printed if `show`. */
enum checked campaign_check(uint64_t seed, bool show, struct findings *f);

/* Runs a campaign and prints what it has tested and a verdict as TAP. Gives an exit status. */
int campaign_run(const struct campaign *campaign);

#endif
