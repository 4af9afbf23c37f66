/* SPDX-License-Identifier: MIT */
/* slice.c -- see slice.h. */
#include "exo/kernel/env/slice.h"

#include "exo/defence.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/view.h"
#include "exo/kernel/env/reclaim.h"
#include "exo/kernel/env/wakeup.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "machine/user/user.h"

static struct exo_slot slots[PAGE_SIZE / sizeof(struct exo_slot)]
    __attribute__((aligned(PAGE_SIZE)));
_Static_assert(EXO_SLOTS <= sizeof slots / sizeof slots[0], "what is exposed is a page");

static bool draining; /* nobody is interrupted */
static bool shared;   /* positions have more than one owner: slices end */

bool slice_is_over(void) {
    return env_special.late > 0;
}

static void note_owners(void) {
    shared = false;
    for (unsigned i = 1; i < EXO_SLOTS; i++)
        shared = shared || slots[i].env != slots[0].env;
}

void slice_give_all(const struct env *e, struct cap acl) {
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        slots[i] = (struct exo_slot){.env = e->seen->id, .acl = acl};
    note_owners();
}

/* What the timer said while the kernel ran was about the last slice. */
static void drain(void) {
    draining = true;
    __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory");
    draining = false;
}

static void begin(void) {
    env_special.late = 0;
    timer_stop();
    drain();
    if (shared && timer_hz())
        timer_arm_ns(EXO_SLICE_NS);
}

/* Slices of one that waits for a reply are whose it waits for, and so on; nobody waits in a circle
 * for longer than this. */
#define WAITS_MOST 8
static struct env *donee(struct env *e) {
    for (unsigned n = 0; e->seen->waits && n < WAITS_MOST; n++) {
        struct env *other = env_find(e->seen->waits);
        if (!other || other->seen->state != EXO_ENV_READY)
            break;
        e = other;
    }
    return e;
}

/* The environment whose turn this position is, if it is not passed over. */
static struct env *owner(uint64_t position) {
    struct env *e = env_find(slots[position].env);
    if (!e || e->seen->state != EXO_ENV_READY)
        return NULL;
    if (e->seen->excess) {
        e->seen->excess--;
        return NULL;
    }
    return e;
}

/* Whether it takes its slice. Of a sleeper its predicate is asked, in place of the slice; the next
 * one begins whole. Interrupts are off for one predicate at most. */
static bool is_awake(struct env *e) {
    if (!e->seen->asleep || predicate_wakes(e))
        return true;
    drain();
    return false;
}

/* All sleep: the processor does for the length of a slice. */
static void idle(void) {
    env_bury();
    draining = true;
    if (timer_hz()) {
        timer_arm_ns(EXO_SLICE_NS);
        sti_hlt_cli();
    } else {
        __asm__ volatile("sti\n\tpause\n\tcli" : : : "memory");
    }
    draining = false;
}

void slice_next(struct trap_frame *f) {
    bool ready = true;
    while (ready) { /* each round takes some of what is forfeited */
        bool asleep = false;
        ready = false;
        for (unsigned n = 0; n < EXO_SLOTS; n++) {
            info.position = (info.position + 1) % EXO_SLOTS;
            const struct env *before = env_find(slots[info.position].env);
            struct env *e = owner(info.position);
            e = e ? donee(e) : NULL;
            if (e && is_awake(e)) {
                env_switch(f, e);
                begin();
                return;
            }
            asleep = asleep || e;
            ready = ready || (before && before->seen->state == EXO_ENV_READY);
        }
        if (asleep)
            idle();
    }
    env_over();
}

/* Tells the environment that its slice is over. */
static void tell(struct exo_uarea *u, struct trap_frame *f) {
    uint64_t entry = u->epilogue_entry, stack = u->epilogue_stack;
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

/* The timer: the slice is over, or the time that its end may take. */
static void tick(struct trap_frame *f) {
    apic_eoi();
    if (draining)
        return;
    struct exo_env *seen = env_current->seen;
    if (++env_special.late == 1) {
        seen->ticks++;
        tell(env_current->uarea, f);
    } else if (env_special.late <= EXO_EPILOGUE_MOST || !DEFENDED(EXCESS)) {
        seen->excess++;
    } else {
        env_end(env_current, EXO_ENV_KILLED, TRAP_TIMER);
        slice_next(f);
        return;
    }
    timer_arm_ns(EXO_EPILOGUE_NS);
}

void slice_init(void) {
    view_add(EXO_SLOT, physical(slots), sizeof slots);
    trap_handle(TRAP_TIMER, tick);
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
    struct cap needed = s->acl;
    needed.rights = CAP_WRITE;
    if (env_may(slot, needed) || (acl && env_may(slot, wanted)))
        return -E_PERM;
    struct env *loser = env_find(s->env);
    if (!env_find(env))
        return -E_DEAD;
    if (loser && loser != env_current && s->env != env)
        loss_note(loser, EXO_LOST_SLICE, position);
    s->env = (uint32_t)env;
    if (acl)
        s->acl = wanted;
    bool before = shared;
    note_owners();
    if (shared && !before && timer_hz())
        timer_arm_ns(EXO_SLICE_NS); /* the slice under way has an end now */
    return 0;
}
