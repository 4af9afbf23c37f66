/* SPDX-License-Identifier: MIT */
/* gang.bpf.c -- a scheduler for a group of strands: those of one hint are a gang, which runs for
 * some turns, its members one after the other, before the next gang does. */
#include "spin/extend.h"
#include "spin/services/thread/strand_group.h"

#define TURNS_OF_A_GANG 4

static unsigned char gang;
static unsigned turns;

INSTEAD(group_select)
unsigned select(const struct group_view *group, unsigned runner, _Bool over) {
    unsigned mine = GROUP_MEMBERS_MAX, other = GROUP_MEMBERS_MAX; /* the next one of each */
    for (unsigned i = GROUP_MEMBERS_MAX; i-- > 0;) {
        unsigned place = (runner + over + i) % GROUP_MEMBERS_MAX;
        if (!(group->ready >> place & 1))
            continue;
        if (group->hint[place] == gang)
            mine = place;
        else
            other = place;
    }
    turns += over;
    if (other == GROUP_MEMBERS_MAX || (mine != GROUP_MEMBERS_MAX && turns < TURNS_OF_A_GANG))
        return mine;
    gang = group->hint[other % GROUP_MEMBERS_MAX];
    turns = 0;
    return other;
}
