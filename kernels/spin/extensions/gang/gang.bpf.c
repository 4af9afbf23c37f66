/* SPDX-License-Identifier: MIT */
/* gang.bpf.c -- a scheduler for a group of strands: those of one hint are a gang, which runs for
 * some turns, its members one after the other, before the next gang does. */
#include "spin/extend.h"
#include "spin/services/thread/strand_group.h"

#define TURNS_OF_A_GANG 4

static unsigned char gang;
static unsigned turns;

/* The next place behind `from` whose member can go on and is of the gang, or of another. */
static unsigned next(const struct group_view *group, unsigned from, _Bool same) {
    for (unsigned i = 0; i < GROUP_MEMBERS_MAX; i++) {
        unsigned place = (from + i) % GROUP_MEMBERS_MAX;
        if ((group->ready >> place & 1) && (group->hint[place] == gang) == same)
            return place;
    }
    return GROUP_MEMBERS_MAX;
}

INSTEAD(group_select)
unsigned select(const struct group_view *group, unsigned runner, _Bool over) {
    turns += over;
    unsigned other = GROUP_MEMBERS_MAX, mine = next(group, runner + over, 1);
    if (turns >= TURNS_OF_A_GANG || mine == GROUP_MEMBERS_MAX)
        other = next(group, runner + over, 0);
    if (other == GROUP_MEMBERS_MAX)
        return mine;
    gang = group->hint[other % GROUP_MEMBERS_MAX];
    turns = 0;
    return other;
}
