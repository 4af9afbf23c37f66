/* SPDX-License-Identifier: MIT */
/* strand_group.c -- see strand_group.h. Handlers of Block, Unblock and Checkpoint hold back from
 * the global scheduler whoever is not the runner: they are blocked, to it. While there are no
 * groups nothing is bound, and others' events cost what they cost. */
#include "spin/services/thread/strand_group.h"

#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/services/handlers.h"
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

/* The member for whom all wait that change what is bound: no scheduler holds it up. */
static struct group_member *changing(const struct strand_group *g) {
    for (uint64_t ready = changer ? g->view.ready : 0; ready; ready &= ready - 1) {
        struct group_member *m = g->member[__builtin_ctzl(ready)];
        if (m->strand->thread == changer)
            return m;
    }
    return NULL;
}

/* Null: nobody can go on. */
static struct group_member *select(struct strand_group *g, bool over) {
    struct group_member *first = changing(g);
    if (first || !g->view.ready)
        return first;
    unsigned place = group_select(&g->view, g->last, over);
    if (place >= GROUP_MEMBERS_MAX || !(g->view.ready >> place & 1)) {
        g->misruled++;
        place = group_select_intrinsic(&g->view, g->last, over);
    }
    g->last = place;
    return g->member[place];
}

/* The runner's turn ends even where nobody but members waits for that. */
static void keep_turns(const struct strand_group *g) {
    if (g->view.ready & (g->view.ready - 1))
        scheduler_keep_time();
}

/* The runner is who shall be. A new one waits behind all others of the group's priority: a group
 * that changes it gives up the rest of its turn. */
static void settle(struct strand_group *g, bool over) {
    struct group_member *old = g->runner, *new = select(g, over);
    keep_turns(g);
    if (new == old)
        return;
    g->runner = new;
    if (old && old->strand->sched.state == SCHED_READY)
        scheduler_remove(&old->strand->sched);
    if (new)
        scheduler_add(&new->strand->sched);
    if (old && !over && old->strand->sched.state == SCHED_RUNNING)
        scheduler_end_quantum(); /* checkpoint() holds it back then */
}

static bool is_ready(const struct group_member *m) {
    return m->group->view.ready >> m->place & 1;
}

static void set_ready(struct group_member *m, bool ready) {
    uint64_t bit = 1ul << m->place;
    m->group->view.ready = ready ? m->group->view.ready | bit : m->group->view.ready & ~bit;
}

/* --- Handlers of the members' events --- */

static bool is_member(struct strand *s) {
    return s->member;
}

/* The current strand blocks as any other does, and checkpoint() sees to the group. */
static bool is_other_member(struct strand *s) {
    return s->member && s != strand_current();
}

static void block(struct strand *s) {
    bool on = interrupts_off();
    set_ready(s->member, false);
    settle(s->member->group, false);
    interrupts_restore(on);
}

static void unblock(struct strand *s) {
    bool on = interrupts_off();
    if (s->sched.state < SCHED_ENDED && !is_ready(s->member)) {
        if (s->sched.state == SCHED_READY) /* it was suspended, and has been continued */
            scheduler_remove(&s->sched);
        set_ready(s->member, true);
        settle(s->member->group, false);
    }
    interrupts_restore(on);
}

/* If none but members wait, no checkpoint follows before another one is the runner. */
static void interrupted(struct strand *s) {
    struct strand_group *g = s->member->group;
    g->told = s->member == g->runner;
    settle(g, g->told);
}

/* One that was handed the processor is not the runner, and goes back to the others. */
static void checkpoint(struct strand *s) {
    struct group_member *m = s->member;
    struct strand_group *g = m->group;
    bool over = m == g->runner && !g->told;
    g->told = false;
    set_ready(m, s->sched.state == SCHED_READY);
    if (m != g->runner)
        scheduler_remove(&s->sched);
    settle(g, over);
}

static void resume(struct strand *s) {
    keep_turns(s->member->group);
}

static void cut(struct strand *s) {
    group_leave(s->member);
}

static const struct handler_of of_members[] = {
    HANDLER_OF(strand_block, block, is_other_member, .flags = BINDING_CANCEL,
               .order.place = ORDER_FIRST),
    HANDLER_OF(strand_unblock, unblock, is_member, .flags = BINDING_CANCEL,
               .order.place = ORDER_FIRST),
    HANDLER_OF(strand_checkpoint, checkpoint, is_member),
    HANDLER_OF(strand_resume, resume, is_member),
    HANDLER_OF(strand_interrupted, interrupted, is_member),
    HANDLER_OF(strand_cut, cut, is_member)};
#define HANDLERS (sizeof of_members / sizeof of_members[0])
static struct event_binding *handlers[HANDLERS];
static bool handled; /* they are bound */

/* --- Groups --- */

/* The guard that is imposed on schedulers. */
static bool is_of_scheduler(void *number, const struct group_view *group, unsigned runner,
                            bool over) {
    (void)runner, (void)over;
    return container_of(group, struct strand_group, view)->scheduler == (uintptr_t)number;
}

void strand_group_init(void) {
    own_events_open(THIS_MODULE,
                    (struct procedure)EVENT_GUARD_WITH(group_select, is_of_scheduler, NULL),
                    SELECT_BOUND);
}

static bool schedules(const struct module *m) {
    list_each(node, &m->bindings) if (container_of(node, struct event_binding, of_module)->of ==
                                      *event_group_select.bindings) return true;
    return false;
}

int group_create(struct strand_group *g, const struct module *scheduler) {
    dispatcher->lock();
    int error = scheduler && !schedules(scheduler) ? -E_INVALID : 0;
    if (!error && !handled)
        error = handlers_bind(of_members, HANDLERS, handlers);
    handled |= !error;
    groups += !error;
    dispatcher->unlock();
    if (error)
        return error;
    *g = (struct strand_group){.scheduler = scheduler ? extension_serial(scheduler) : 0};
    return 0;
}

void group_destroy(struct strand_group *g) {
    assert_that(!g->taken);
    dispatcher->lock();
    if (--groups == 0) /* out of memory: they stay, and are in nobody's way */
        handled = handlers_unbind(handlers, HANDLERS);
    dispatcher->unlock();
}

int group_join(struct strand_group *g, struct group_member *m, struct strand *s, uint8_t hint) {
    bool on = interrupts_off();
    if (!~g->taken) {
        interrupts_restore(on);
        return -E_FULL;
    }
    *m = (struct group_member){
        .strand = s, .group = g, .place = (unsigned)__builtin_ctzl(~g->taken)};
    g->taken |= 1ul << m->place;
    g->view.hint[m->place] = hint;
    g->member[m->place] = m;
    s->member = m;
    set_ready(m, s->sched.state == SCHED_READY || s->sched.state == SCHED_RUNNING);
    if (s->sched.state == SCHED_READY)
        scheduler_remove(&s->sched);
    settle(g, false);
    if (s == strand_current() && g->runner != m)
        strand_yield();
    interrupts_restore(on);
    return 0;
}

void group_leave(struct group_member *m) {
    struct strand_group *g = m->group;
    bool on = interrupts_off();
    if (g && m->strand->member == m) {
        bool held_back = is_ready(m) && m != g->runner;
        set_ready(m, false);
        g->taken &= ~(1ul << m->place);
        m->strand->member = NULL;
        if (held_back)
            scheduler_add(&m->strand->sched);
        if (m == g->runner) {
            g->runner = NULL;
            settle(g, true);
        }
    }
    interrupts_restore(on);
}
