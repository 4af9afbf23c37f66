/* SPDX-License-Identifier: MIT */
/* fifo.bpf.c -- a scheduler for a group of strands: of those that can go on, the one that has been
 * able to for longest runs until it cannot. */
#include "spin/extend.h"
#include "spin/services/thread/strand_group.h"

static unsigned long could;                    /* who could go on when this was asked last */
static unsigned long since[GROUP_MEMBERS_MAX]; /* in the order in which they became able */
static unsigned long order;

INSTEAD(group_select)
unsigned fifo(const struct group_view *group, unsigned runner, _Bool over) {
    (void)over;
    unsigned chosen = runner;
    unsigned long first = -1ul, news = group->ready & ~could;
    could = group->ready;
    for (unsigned place = 0; place < GROUP_MEMBERS_MAX; place++) {
        if (news >> place & 1)
            since[place] = ++order;
        if ((could >> place & 1) && since[place] < first) {
            chosen = place;
            first = since[place];
        }
    }
    return chosen;
}
