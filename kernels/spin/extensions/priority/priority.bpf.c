/* SPDX-License-Identifier: MIT */
/* priority.bpf.c -- a scheduler for a group of strands: of those that can go on, one with the
 * highest hint runs; those of one hint take turns. */
#include "spin/extend.h"
#include "spin/services/thread/strand_group.h"

INSTEAD(group_select)
unsigned priority(const struct group_view *group, unsigned runner, _Bool over) {
    unsigned chosen = GROUP_MEMBERS_MAX, highest = 0;
    for (unsigned i = 0; i < GROUP_MEMBERS_MAX; i++) {
        unsigned place = (runner + over + i) % GROUP_MEMBERS_MAX;
        if ((group->ready >> place & 1) && group->hint[place] + 1u > highest) {
            chosen = place;
            highest = group->hint[place] + 1u;
        }
    }
    return chosen;
}
