/* SPDX-License-Identifier: MIT */
/* strand_group.h -- schedulers stacked on the global one (Bershad et al., SOSP '95, 4.2). To that,
 * a group of strands is one strand: at any time it knows of one member at most, the group's
 * *runner*, and the members together have the share of the processor that one strand of their
 * priority has, however many they are. Which of them is the runner an application's scheduler says,
 * an extension that handles Group.Select for its own groups. It decides nothing else: an answer
 * that is no member's that can go on is counted and replaced, and without a scheduler the members
 * take turns. */
#ifndef SPIN_SERVICES_STRAND_GROUP_H
#define SPIN_SERVICES_STRAND_GROUP_H

#include "spin/core/event.h"

#define GROUP_MEMBERS_MAX 64

/* What a scheduler sees of a group. */
struct group_view {
    unsigned long ready;                   /* a bit for each member that can go on; not 0 */
    unsigned char hint[GROUP_MEMBERS_MAX]; /* what each was made with: its priority, its gang */
};

/* Who is the runner from now on, of those that can go on? Raised when a member can, or cannot, go
 * on, and when the runner's turn is over, which `over` says then; the runner may be a member that
 * cannot go on. Interrupts are off. */
EVENT_DECLARE(group_select, unsigned,
              (const struct group_view *group, unsigned runner, _Bool over));

#ifndef __BPF__
#include "spin/core/strand.h"

struct strand_group {
    struct group_view view; /* first: its address is the group's */
    uint64_t scheduler;     /* the extension's number; 0: none */
    uint64_t taken;         /* a bit for each place that has a member */
    uint64_t misruled;      /* answers that were replaced */
    struct group_member *member[GROUP_MEMBERS_MAX];
    struct group_member *runner; /* ready, or running; null: no member can go on */
    unsigned last;               /* the place of the last one that was */
    bool told;                   /* the scheduler, that the runner's turn is over */
};

/* What it has of a strand, in its user's memory. */
struct group_member {
    struct strand *strand;
    struct strand_group *group;
    unsigned place;
};

/* Before all else here. */
void strand_group_init(void);

/* An empty one. Its scheduler is the extension that has this module, an instance of which
 * (loader_load_for) serves one group; or, null, nobody. 0; -E_INVALID: it schedules nothing; or
 * -E_NO_MEMORY. */
int group_create(struct strand_group *g, const struct module *scheduler);
/* It has no members. */
void group_destroy(struct strand_group *g);
/* The strand, whose priority all in the group have, is a member from now on. Of the current one:
 * comes back when it is the runner. 0; -E_FULL: there are GROUP_MEMBERS_MAX. */
int group_join(struct strand_group *g, struct group_member *m, struct strand *s, uint8_t hint);
/* It is not any more, as before it ends; nothing where it is none. */
void group_leave(struct group_member *m);
#endif

#endif
