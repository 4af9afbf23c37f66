/* SPDX-License-Identifier: MIT */
/* misrules.bpf.c -- a scheduler that never names anybody who can run: now a member that cannot go
 * on, now a place that no group has. */
#include "spin/extend.h"
#include "spin/services/thread/strand_group.h"

INSTEAD(group_select)
unsigned misrule(const struct group_view *group, unsigned runner, _Bool over) {
    if (over)
        return 4711 + runner;
    for (unsigned place = 0; place < GROUP_MEMBERS_MAX; place++)
        if (!(group->ready >> place & 1))
            return place;
    return -1u;
}
