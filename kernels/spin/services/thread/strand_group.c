/* SPDX-License-Identifier: MIT */
/* strand_group.c -- see strand_group.h. A package whose handlers of Block, Unblock and Checkpoint
 * hold back from the global scheduler whoever is not the runner: they are blocked, to it. While
 * there are no groups nothing is bound, and others' events cost what they cost. */
#include "spin/services/thread/strand_group.h"

#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/report/panic.h"
#include "spin/services/loader/loader.h"

MODULE("Group");

static unsigned groups; /* how many there are */

#define SELECT_BOUND 1500 /* instructions: interrupts are off meanwhile */

/* In turns. */
EVENT(group_select, "Group.Select", unsigned,
      (const struct group_view *group, unsigned runner, bool over)) {
    if (!over && group->ready >> runner & 1)
        return runner;
    uint64_t behind = group->ready & -2ul << runner;
    return (unsigned)__builtin_ctzl(behind ? behind : group->ready);
}

static struct group_member *member_of(struct strand *s) {
    return container_of(s, struct group_member, strand);
}

/* Null: nobody can go on. */
static struct group_member *select(struct strand_group *g, bool over) {
    if (!g->view.ready)
        return NULL;
    unsigned place = group_select(&g->view, g->last, over);
    if (place >= GROUP_MEMBERS_MAX || !(g->view.ready >> place & 1)) {
        g->misruled++;
        place = group_select_intrinsic(&g->view, g->last, over);
    }
    g->last = place;
    return g->member[place];
}

/* The runner is who shall be. A new one waits behind all others of the group's priority: a group
 * that changes it gives up the rest of its turn. */
static void settle(struct strand_group *g, bool over) {
    struct group_member *old = g->runner, *new = select(g, over);
    if (new == old)
        return;
    g->runner = new;
    if (old && old->strand.sched.state == SCHED_READY)
        scheduler_remove(&old->strand.sched);
    if (new)
        scheduler_add(&new->strand.sched);
    if (old && old->strand.sched.state == SCHED_RUNNING)
        scheduler_end_quantum(); /* checkpoint() holds it back then */
}

static void set_ready(struct group_member *m, bool ready) {
    uint64_t bit = 1ul << m->place;
    m->group->view.ready = ready ? m->group->view.ready | bit : m->group->view.ready & ~bit;
}

/* --- Handlers of the members' events --- */

/* The current strand blocks as any other does, and checkpoint() sees to the group. */
static bool is_not_current(struct strand *s) {
    return s != strand_current();
}

static void block(struct strand *s) {
    bool on = interrupts_off();
    struct group_member *m = member_of(s);
    if (s->sched.state != SCHED_ENDED) {
        set_ready(m, false);
        settle(m->group, false);
    }
    interrupts_restore(on);
}

static void unblock(struct strand *s) {
    bool on = interrupts_off();
    struct group_member *m = member_of(s);
    if (s->sched.state != SCHED_ENDED && !(m->group->view.ready >> m->place & 1)) {
        set_ready(m, true);
        settle(m->group, false);
    }
    interrupts_restore(on);
}

static void checkpoint(struct strand *s) {
    struct group_member *m = member_of(s);
    if (s->sched.state == SCHED_BLOCKED)
        set_ready(m, false);
    if (m == m->group->runner)
        settle(m->group, true);
    else
        scheduler_remove(&s->sched);
}

/* Of the current member, which is the runner, or was until its turn ended. */
static void end(struct strand *s) {
    struct group_member *m = member_of(s);
    set_ready(m, false);
    m->group->taken &= ~(1ul << m->place);
    if (m != m->group->runner)
        return;
    m->group->runner = NULL;
    settle(m->group, true);
}

static int handle_events(void) {
    const struct handler_request on_block = {.handler = EVENT_HANDLER(strand_block, block),
                                             .guard = EVENT_GUARD(strand_block, is_not_current),
                                             .flags = BINDING_CANCEL,
                                             .order.place = ORDER_FIRST};
    const struct handler_request on_unblock = {.handler = EVENT_HANDLER(strand_unblock, unblock),
                                               .flags = BINDING_CANCEL,
                                               .order.place = ORDER_FIRST};
    const struct handler_request on_checkpoint = {.handler =
                                                      EVENT_HANDLER(strand_checkpoint, checkpoint)};
    const struct handler_request on_cut = {.handler = EVENT_HANDLER(strand_cut, end)};
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    change_install(&c, &event_strand_block, &on_block, NULL);
    change_install(&c, &event_strand_unblock, &on_unblock, NULL);
    change_install(&c, &event_strand_checkpoint, &on_checkpoint, NULL);
    change_install(&c, &event_strand_cut, &on_cut, NULL);
    return change_commit(&c);
}

/* --- Groups --- */

/* The guard that is imposed on schedulers. */
static bool is_of_scheduler(void *number, const struct group_view *group, unsigned runner,
                            bool over) {
    (void)runner, (void)over;
    return container_of(group, struct strand_group, view)->scheduler == (uintptr_t)number;
}

static bool allows(void *unused, struct change_request *request) {
    (void)unused;
    uint64_t number = extension_serial(request->by);
    return number && impose_guard(request, (struct procedure)EVENT_GUARD_WITH(
                                               group_select, is_of_scheduler, (void *)number));
}

void strand_group_init(void) {
    struct change c;
    event_authorize(THIS_MODULE, allows);
    change_open(&c, THIS_MODULE, NULL);
    change_bound(&c, &event_group_select, SELECT_BOUND);
    if (change_commit(&c))
        panic("strand_group_init: Group.Select cannot be bounded");
}

int group_create(struct strand_group *g, const struct module *scheduler, uint8_t priority) {
    int error = list_empty(&this_module.bindings) ? handle_events() : 0;
    if (error)
        return error;
    groups++;
    *g = (struct strand_group){.scheduler = scheduler ? extension_serial(scheduler) : 0,
                               .priority = priority};
    return 0;
}

void group_destroy(struct strand_group *g) {
    assert_that(!g->taken);
    if (--groups == 0)
        (void)change_withdraw_all(THIS_MODULE); /* out of memory: it is in nobody's way */
}

/* On the member's own strand. */
static void begin(void *member) {
    struct group_member *m = member;
    m->fn(m->arg);
    cli();
    end(&m->strand);
}

int group_fork(struct strand_group *g, struct group_member *m, uint8_t hint, void (*fn)(void *arg),
               void *arg) {
    if (!~g->taken)
        return -E_FULL;
    int error = strand_create(&m->strand, THIS_MODULE, g->priority, begin, m);
    if (error)
        return error;
    m->group = g;
    m->place = (unsigned)__builtin_ctzl(~g->taken);
    m->fn = fn;
    m->arg = arg;
    g->taken |= 1ul << m->place;
    g->view.hint[m->place] = hint;
    g->member[m->place] = m;
    strand_unblock(&m->strand);
    return 0;
}
