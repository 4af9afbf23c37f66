/* SPDX-License-Identifier: MIT */
/* reclaim.c -- see reclaim.h. Whether an environment has done what it was asked is read in the
 * books, never in its u-area: how many pages and pins it has. */
#include "exo/kernel/rights/reclaim.h"

#include "exo/defence.h"
#include "exo/kernel/memory/pins.h"
#include "exo/kernel/memory/info.h"
#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "machine/user/user.h"

/* What a call may do at once, in instructions or more. */
#define WORK_CALL 7000
#define WORK_PAGE 450

void pin_take(struct env *e, unsigned n) {
    uint64_t number = exo_frame_number(pins_nth(e->pins, n));
    pins_remove(&e->pins, n, e->seen);
    loss_note(e, EXO_LOST_PIN, number);
}

void page_take(struct env *e, const struct entries *l, unsigned i, vaddr_t at,
               struct departures *d) {
    mapping_remove(env_space(e), l, i, at, EXO_LOST, d);
    loss_note(e, EXO_LOST_PAGE, at / PAGE_SIZE);
}

/* In ticks of the TSC; one of an unknown rate is taken for one of 1 GHz. */
static uint64_t ticks(uint64_t ns) {
    uint64_t hz = info.tsc_hz ? info.tsc_hz : 1000000000;
    return ns / 1000 * (hz / 1000000);
}

static uint64_t held(const struct env *e) {
    return e->seen->pages + pins_count(e->pins);
}

static uint64_t owed(const struct env *e) {
    return held(e) > e->held_most ? held(e) - e->held_most : 0;
}

/* How long its time has been over; below 0: it has time left. */
static int64_t overdue(const struct env *e) {
    return (int64_t)(rdtsc() - e->revoke_until);
}

/* Whether something that was asked still counts: what is not due yet, or was not given. */
static bool is_asked(const struct env *e) {
    return e->revoke_until &&
           (overdue(e) < 0 || (overdue(e) <= (int64_t)ticks(EXO_REPOSSESS_NS) && owed(e)));
}

/* Asks `env` (0: the caller) for so many pages and pins of its choice, by the capability in `slot`.
 * It has `ns` nanoseconds. What was asked before is asked still, and the earlier time is for both:
 * nobody can put off what he owes by asking himself. How many are asked in all; -E_DEAD, -E_PERM;
 * -E_INVALID: not EXO_REVOKE_NS_LEAST to EXO_REVOKE_NS_MOST; -E_QUOTA: it has no more than the
 * EXO_KEPT that only its end takes. */
long sys_env_revoke(uint64_t slot, uint64_t env, uint64_t pages, uint64_t ns) {
    struct env *e;
    int error = env_named(slot, env, CAP_WRITE, &e);
    if (error)
        return error;
    if (ns < EXO_REVOKE_NS_LEAST || ns > EXO_REVOKE_NS_MOST)
        return -E_INVALID;
    uint64_t most = held(e), until = rdtsc() + ticks(ns);
    if (is_asked(e)) {
        most = e->held_most < most ? e->held_most : most;
        if (DEFENDED(REVOKE_DELAY))
            until = e->revoke_until < until ? e->revoke_until : until;
    }
    uint64_t least = DEFENDED(REVOKE_LEAST) ? EXO_KEPT : 0;
    if (most <= least)
        return -E_QUOTA;
    e->held_most = pages < most - least ? most - pages : least;
    e->revoke_until = until;
    e->uarea->revoke_until = until;
    e->uarea->revoke_pages = owed(e);
    return (long)owed(e);
}

static bool is_kept(const struct env *e, vaddr_t at) {
    const volatile uint64_t *kept = e->uarea->revoke_kept;
    for (unsigned i = 0; i < EXO_KEPT; i++)
        if (DEFENDED(REVOKE_KEPT) && (kept[i] & -PAGE_SIZE) == at)
            return true;
    return false;
}

/* What is not there, or is kept, or another's (a clone has no pages), is passed over. */
static void take(struct env *e, uint64_t what, struct departures *d) {
    vaddr_t at = what & -PAGE_SIZE;
    if (what & EXO_PHYSICAL) {
        unsigned n = pins_find(e->pins, what / PAGE_SIZE);
        if (n < pins_count(e->pins))
            pin_take(e, n);
        return;
    }
    if (at >= EXO_TOP || is_kept(e, at) || (DEFENDED(REVOKE_HOME) && e->home != e))
        return;
    struct entries l = space_entries(env_space(e), at, at + PAGE_SIZE);
    if (l.entry && (l.entry[0] & EXO_PRESENT))
        page_take(e, &l, 0, at, d);
}

/* Takes pages and pins from `env`, which did not give all of what it was asked for in its time, by
 * the capability in `slot`: of the `count` words at `vector`, a page's address or a pinned frame's
 * and EXO_PHYSICAL, one after the other, until as much is gone as was asked. How many words that
 * took, which may be some of them; -E_DEAD, -E_PERM, -E_FAULT; -E_AGAIN: its time is not over;
 * -E_NOT_FOUND: it owes nothing, or its time has been over for more than EXO_REPOSSESS_NS. */
long sys_env_repossess(uint64_t slot, uint64_t env, uint64_t vector, uint64_t count) {
    struct departures d;
    struct env *e;
    int error = env_named(slot, env, CAP_WRITE, &e);
    if (error)
        return error;
    if (DEFENDED(REVOKE_TIME) && overdue(e) < 0)
        return -E_AGAIN;
    if (!is_asked(e) || !owed(e))
        return -E_NOT_FOUND;
    departures_begin(&d, env_space(e));
    uint64_t done = 0, what;
    for (; done < count && done < WORK_CALL / WORK_PAGE && (!DEFENDED(REVOKE_OWED) || owed(e));
         done++) {
        if (copy_from_user(&what, vector + done * sizeof what, sizeof what))
            break;
        take(e, what, &d);
    }
    departures_end(&d);
    e->uarea->revoke_pages = owed(e);
    return done || !count ? (long)done : -E_FAULT;
}
