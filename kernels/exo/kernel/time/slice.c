/* SPDX-License-Identifier: MIT */
/* slice.c -- see slice.h. */
#include "exo/kernel/time/slice.h"

#include "exo/defence.h"
#include "exo/kernel/env/turn.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/view.h"
#include "exo/kernel/rights/reclaim.h"
#include "exo/kernel/time/position.h"
#include "exo/kernel/time/wakeup.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "machine/user/user.h"

static struct exo_slot slots[EXO_SLOTS] __attribute__((aligned(PAGE_SIZE)));
_Static_assert(sizeof slots[0] * EXO_SLOTS == sizeof slots, "what is exposed is whole pages");

static bool draining; /* nobody is interrupted */
static bool shared;   /* positions have more than one owner, or terms: slices end */
static bool terms;    /* some have terms (position.h) */

struct slice slice;

bool slice_is_over(void) {
    return env_special.late > 0;
}

static void note_owners(void) {
    shared = terms;
    for (unsigned i = 1; i < EXO_SLOTS; i++)
        shared = shared || slots[i].env != slots[0].env;
}

static void note_terms(void) {
    terms = false;
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        terms = terms || position_has_terms(slots, i);
}

void slice_give_all(const struct env *e, struct cap acl) {
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        slots[i] = (struct exo_slot){.env = e->seen->id, .budget = i, .acl = acl};
    note_owners();
}

/* What the timer said while the kernel ran was about the last slice. */
static void drain(void) {
    draining = true;
    __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory");
    draining = false;
}

/* ns since the TSC was 0; the whole seconds apart, for the product has 64 bits. */
static uint64_t ns_of(uint64_t tsc) {
    const uint64_t hz = info.tsc_hz ? info.tsc_hz : 1;
    return tsc / hz * 1000000000 + tsc % hz * 1000000000 / hz;
}

/* The timer comes at the end of the slice under way, or before that for its owner's own timer,
 * which is looked at again then: it is a word of the environment's. */
static void arm(void) {
    const struct env *e = env_find(slice.env);
    uint64_t at = e ? e->uarea->timer_at : 0, tsc = rdtsc();
    uint64_t passed = slice.length ? ns_of(tsc - slice.began) : 0;
    uint64_t left = slice.length > passed ? slice.length - passed : 1;
    slice.for_timer = at;
    if (at) {
        uint64_t ahead = at > tsc ? at - tsc : 1;
        uint64_t ns = ahead < info.tsc_hz ? ns_of(ahead) + 1 : 1000000000;
        slice.for_timer = !slice.length || ns < left;
        left = slice.for_timer ? ns : left;
    }
    if (slice.length || slice.for_timer)
        timer_arm_ns(left);
}

/* The slice of `length` that begins is this environment's. */
static void begin(struct env *e, uint64_t length) {
    struct exo_uarea *u = e->uarea;
    uint64_t at = u->timer_at;
    env_special.late = 0;
    timer_stop();
    drain();
    slice.env = e->seen->id;
    slice.length = shared && timer_hz() ? length : 0;
    slice.for_timer = false;
    if (!slice.length && !at)
        return;
    slice.began = rdtsc();
    if (at && at <= slice.began) {
        u->timer_at = 0;
        u->timer_due = 1;
    }
    if (at && timer_hz())
        arm();
    else if (slice.length)
        timer_arm_ns(length);
}

/* The slice under way is given up, or over. */
static void end(void) {
    if (terms && slice.length)
        position_end(slots, (unsigned)info.position, slice.length, ns_of(rdtsc() - slice.began));
    slice.length = 0;
}

/* Nobody waits in a circle for longer than this.
 * Decides who: slices of one that waits for a reply are whose it waits for, and so on, 8 times. */
#define WAITS_MOST 8
static struct env *donee(struct env *e) {
    for (unsigned n = 0; e->seen->waits && n < WAITS_MOST; n++) {
        struct env *other = env_find(e->seen->waits);
        if (!other)
            break;
        e = other;
    }
    return e;
}

/* The environment whose turn this position is, if it is not passed over. */
static struct env *owner(uint64_t position) {
    struct exo_slot *s = &slots[position];
    struct env *e = env_find(s->env);
    if (!e || e->seen->state != EXO_ENV_READY)
        return NULL;
    if (s->forfeited) {
        s->forfeited--;
        return NULL;
    }
    return e;
}

/* Whether it takes its slice. Of a sleeper its predicate is asked, in place of the slice; the next
 * one begins whole. */
static bool is_awake(struct env *e) {
    if (!e->seen->asleep || predicate_wakes(e))
        return true;
    position_slept(slots, (unsigned)info.position);
    return false;
}

/* How long the slice may be that the position is about to get; 0: it is passed over. */
static uint64_t length(void) {
    slice.by_budget = false;
    if (!terms)
        return EXO_SLICE_NS;
    return position_length(slots, (unsigned)info.position, ns_of(rdtsc()), &slice.by_budget);
}

/* Decides how long: while all sleep the processor does, and predicates are asked once a slice. */
static void idle(void) {
    env_bury();
    if (env_turn)
        env_turn_ends();
    draining = true;
    if (timer_hz()) {
        timer_arm_ns(EXO_SLICE_NS);
        sti_hlt_cli();
    } else {
        __asm__ volatile("sti\n\tpause\n\tcli" : : : "memory");
    }
    draining = false;
}

/* Decides who: the positions of the vector in their order; one is passed over if its owner is gone,
 * sleeps or has forfeited it. Environments decide whose each is, and on what terms. */
void slice_next(struct trap_frame *f) {
    bool ready = true;
    end();
    while (ready) {         /* each round takes some of what is forfeited */
        bool waits = false; /* for what it sleeps for, or its budget */
        ready = false;
        for (unsigned n = 0; n < EXO_SLOTS; n++) {
            info.position = (info.position + 1) % EXO_SLOTS;
            const struct env *before = env_find(slots[info.position].env);
            struct env *e = owner(info.position);
            e = e ? donee(e) : NULL;
            uint64_t most = e && is_awake(e) ? length() : 0;
            if (most) {
                env_switch(f, e);
                begin(e, most);
                return;
            }
            if (e) { /* interrupts are off for one predicate, or one circle of those who wait */
                waits = true;
                drain();
            }
            ready = ready || (before && before->seen->state == EXO_ENV_READY);
        }
        if (waits)
            idle();
    }
    env_over();
}

/* Tells the environment that its slice is over. */
static void tell(struct exo_uarea *u, struct trap_frame *f) {
    uint64_t entry = u->epilogue_entry, stack = u->epilogue_stack, timeout = u->timeout_entry;
    if (slice.by_budget) {
        u->timeouts++;
        entry = timeout ? timeout : entry;
    }
    if (u->critical || !entry) {
        u->interrupted = 1;
        return;
    }
    u->epilogue.rip = f->rip;
    u->epilogue.rflags = f->rflags;
    u->epilogue.rsp = f->rsp;
    f->rip = entry;
    f->rsp = stack ? stack : f->rsp;
    f->rflags &= ~(RFLAGS_TF | RFLAGS_DF | RFLAGS_AC | RFLAGS_NT);
    user_frame_sanitise(f);
}

/* The slice's owner has set a timer, which may be due. In a slice that he gave to another one he is
 * told by a word. */
static void fire(struct trap_frame *f) {
    struct env *e = env_find(slice.env);
    struct exo_uarea *u = e ? e->uarea : NULL;
    uint64_t at = u ? u->timer_at : 0, entry = u ? u->timer_entry : 0;
    if (!at || at > rdtsc())
        return;
    u->timer_at = 0;
    if (u->critical || !entry || (e != env_current && DEFENDED(TIMER_OWN))) {
        u->timer_due = 1;
        return;
    }
    u->timed.rip = f->rip;
    u->timed.rflags = f->rflags;
    f->rip = entry;
    f->rflags &= ~(RFLAGS_TF | RFLAGS_DF | RFLAGS_AC | RFLAGS_NT);
    user_frame_sanitise(f);
}

/* The timer: the slice is over, or the time that its end may take; or its owner's own is due.
 * Decides victim: an environment that keeps the processor long after its slice's end is ended. */
void slice_tick(struct trap_frame *f) {
    apic_eoi();
    if (draining)
        return;
    if (slice.for_timer || (!slice.length && !slice_is_over())) {
        fire(f);
        arm();
        return;
    }
    struct exo_env *seen = env_current->seen;
    if (++env_special.late == 1) {
        seen->ticks++;
        tell(env_current->uarea, f);
    } else if (env_special.late <= EXO_EPILOGUE_MOST || !DEFENDED(EXCESS)) {
        seen->excess++;
        if (DEFENDED(EXCESS_POSITION)) /* the time is the position's, whoever was given it */
            slots[info.position].forfeited++;
    } else {
        env_end(env_current, EXO_ENV_KILLED, TRAP_TIMER);
        slice_next(f);
        return;
    }
    timer_arm_ns(EXO_EPILOGUE_NS);
}

void slice_init(void) {
    view_add(EXO_SLOT, physical(slots), sizeof slots);
    trap_handle(TRAP_TIMER, slice_tick);
}

/* --- Code that runs in another's slice --- */

static uint64_t ticks(uint64_t ns) {
    return info.tsc_hz / (1000000000 / ns);
}

/* Decides how long: whoever's code took a slice's time of others loses one of its own, each
 * position once before it comes. */
bool slice_pays(uint32_t env, uint64_t *owed) {
    if (*owed < ticks(EXO_SLICE_NS))
        return true;
    for (struct exo_slot *s = slots; s < slots + EXO_SLOTS; s++)
        if (s->env == env && !s->forfeited) {
            s->forfeited++;
            *owed -= ticks(EXO_SLICE_NS);
            return true;
        }
    return false;
}

/* The timer is set anew when it makes a difference: not for less than a fiftieth of a slice, and
 * not so near the slice's end, which may have been told. */
void slice_give_back(uint64_t taken, uint64_t *owed) {
    static uint64_t given; /* since the timer was set */
    *owed += taken;
    given += taken;
    if (given < ticks(EXO_SLICE_NS / 50) || slice_is_over())
        return;
    uint64_t passed = ns_of(rdtsc() - slice.began);
    if (passed + EXO_SLICE_NS / 50 < slice.length) {
        slice.began += given < rdtsc() - slice.began ? given : 0;
        arm();
    }
    given = 0;
}

bool slice_is_timed(void) {
    return slice.length || slice.for_timer;
}

void slice_stand_still(void) {
    timer_stop();
    draining = true;
}

void slice_go_on(void) {
    draining = false;
    if (slice_is_timed())
        arm();
}

/* Whether the capability in the caller's slot opens this position, which there is. */
static int may_change(uint64_t slot, uint64_t position) {
    struct cap needed = slots[position].acl;
    needed.rights = CAP_WRITE;
    return env_may(slot, needed);
}

/* Owners or terms have changed: the slice under way has an end now, if it had none; or none any
 * more, if all is its owner's. */
static void note_change(void) {
    note_owners();
    if (shared == (slice.length != 0) || !timer_hz() || slice_is_over())
        return;
    if (!shared && slice.env != slots[0].env && DEFENDED(LAST_SLICE))
        return;
    slice.began = rdtsc();
    slice.length = shared ? EXO_SLICE_NS : 0;
    timer_stop();
    arm();
}

/* Makes a position the environment's: by the capability in `slot`, which opens what the position's
 * access list says, with the right to write. acl: its access list from now on, which that
 * capability dominates; 0: as it was. -E_INVALID: no position; -E_PERM; -E_DEAD: no such
 * environment. */
long sys_slot_set(uint64_t slot, uint64_t position, uint64_t env, uint64_t acl) {
    struct cap wanted = cap_of(acl);
    if (position >= EXO_SLOTS)
        return -E_INVALID;
    struct exo_slot *s = &slots[position];
    if ((may_change(slot, position) && DEFENDED(SLOT_RIGHT)) || (acl && env_may(slot, wanted)))
        return -E_PERM;
    struct env *loser = env_find(s->env);
    if (!env_find(env))
        return -E_DEAD;
    if (loser && loser != env_current && s->env != env)
        loss_note(loser, EXO_LOST_SLICE, position);
    s->env = (uint32_t)env;
    if (acl)
        s->acl = wanted;
    note_change();
    return 0;
}

/* From the next slice on a position has these terms (struct exo_terms), by the capability in
 * `slot`, as for slot_set; it opens the position whose budget is taken from, too. Only where it has
 * a limit itself does its own budget begin anew. -E_INVALID: no position, or no terms; -E_PERM;
 * -E_FAULT. */
long sys_slot_terms(uint64_t slot, uint64_t position, uint64_t from) {
    struct exo_terms t;
    if (copy_from_user(&t, from, sizeof t))
        return -E_FAULT;
    if (position >= EXO_SLOTS || position_terms_check(&t))
        return -E_INVALID;
    if ((may_change(slot, position) || may_change(slot, t.budget)) && DEFENDED(TERMS_RIGHT))
        return -E_PERM;
    position_terms_set(slots, (unsigned)position, &t, ns_of(rdtsc()));
    note_terms();
    note_change();
    return 0;
}

/* The caller's timer comes when the TSC is `at`, once; 0: not any more. In slices that are others'
 * it only becomes known (struct exo_uarea). 0. */
long sys_timer_set(uint64_t at) {
    env_current->uarea->timer_at = at;
    bool is_own = env_current->seen->id == slice.env || !slice.env;
    if (is_own && timer_hz() && !slice_is_over()) {
        slice.env = env_current->seen->id;
        arm();
    }
    return 0;
}
