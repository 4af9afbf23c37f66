/* SPDX-License-Identifier: MIT */
/* cap_revoke.c -- see cap_revoke.h. A revocation goes through all environments and frames, in parts
 * of a call's length: first what environments hold and what they declared with it, then their pins
 * and pages, which have to be opened by what they still hold; then it waits for the frames of those
 * that have ended, which who gets a name anew could map; at last whose a free frame was. While it
 * is under way no copy can be made of what it takes, so none escapes to where it has been. */
#include "exo/kernel/rights/cap_revoke.h"

#include "exo/defence.h"
#include "exo/kernel/memory/pins.h"
#include "exo/kernel/env/predicate.h"
#include "exo/kernel/rights/reclaim.h"
#include "exo/kernel/env/ring.h"
#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/info.h"
#include "lib/error.h"
#include "lib/words.h"

/* What a call may do at once, in instructions or more. */
#define WORK_CALL     5000
#define WORK_ENV      40
#define WORK_LIST     300
#define WORK_FREE     3000 /* a predicate, a ring */
#define WORK_ASKED    30   /* a word of an access list against a capability */
#define WORK_TABLE    1300 /* with nothing in it */
#define WORK_NO_TABLE 250

/* The one that is under way, or the last. Its parts go from 0 to PARTS. */
static struct revocation {
    struct cap what;
    uint64_t number;    /* of all that there were */
    unsigned part, env; /* a slot of the table of environments */
    uint32_t id;        /* of the one there that this is done with some of, or 0 */
    unsigned pin;       /* those below are still to be looked at */
    uint64_t at;        /* a page's address, or a frame's number */
    uint64_t dead;      /* env_freed when all are freed that have ended by now */
} now = {.part = -1u};

/* Whether the frame is one that somebody could have by what is revoked, and this environment has
 * nothing left that opens it. */
static bool is_lost(const struct env *e, const struct exo_frame *f, unsigned rights, long *work) {
    struct acl acl = acl_of(&f->acl);
    *work -= WORK_ASKED * (long)acl.count;
    if (!acl_is_under(acl.word, acl.count, now.what))
        return false;
    for (unsigned i = 0; i < EXO_CAPS; i++) {
        *work -= WORK_ASKED * (long)acl.count;
        if (acl_permits(acl.word, acl.count, e->cap[i], rights))
            return false;
    }
    return true;
}

/* Each part does some for one environment, and says whether it is done with it. */

static bool lists(struct env *e, long *work) {
    uint32_t emptied = cap_revoke(e->cap, now.what);
    for (unsigned i = 0; i < EXO_CAPS; i++)
        if (emptied >> i & 1)
            loss_note(e, EXO_LOST_CAP, i);
    if (DEFENDED(REVOKED_PREDICATE) && e->predicate && predicate_is_under(e->predicate, now.what)) {
        predicate_free(e->predicate, e->seen);
        e->predicate = NULL;
        loss_note(e, EXO_LOST_PREDICATE, 0);
        *work -= WORK_FREE;
    }
    struct ring **ring = &ring_of[e - envs];
    if (DEFENDED(REVOKED_RING) && *ring && ring_is_under(*ring, now.what)) {
        ring_free(*ring, e->seen);
        *ring = NULL;
        loss_note(e, EXO_LOST_RING, 0);
        *work -= WORK_FREE;
    }
    *work -= WORK_LIST;
    return !env_take_back || env_take_back(e, now.what, work);
}

/* From the last one down: whatever is unpinned between two calls, only one that was looked at
 * already takes its place. */
static bool pins(struct env *e, long *work) {
    if (now.pin > pins_count(e->pins))
        now.pin = pins_count(e->pins);
    for (; now.pin && *work > 0; *work -= WORK_ENV) {
        now.pin--;
        if (DEFENDED(REVOKED_PIN) && is_lost(e, pins_nth(e->pins, now.pin), CAP_READ, work))
            pin_take(e, now.pin);
    }
    return !now.pin;
}

/* The pages of one table from now.at on. */
static void pages_of(struct env *e, const struct entries *l, struct departures *d, long *work) {
    unsigned first = now.at / PAGE_SIZE % 512, i = first;
    for (; *work > 0 && (i = words_next(l->entry - first, i, 512)) < 512; i++) {
        uint64_t entry = l->entry[i - first];
        vaddr_t at = now.at + (i - first) * PAGE_SIZE;
        unsigned rights = entry & EXO_WRITE ? CAP_READ | CAP_WRITE : CAP_READ;
        *work -= WORK_ENV;
        if ((entry & EXO_PRESENT) && is_lost(e, exo_frame_mapped(entry), rights, work))
            page_take(e, l, i - first, at, d);
    }
    now.at += (i - first) * PAGE_SIZE;
}

/* A shared address space is its home's. */
static bool pages(struct env *e, long *work) {
    struct departures d;
    if (!DEFENDED(REVOKED_PAGES) || e->home != e)
        return true;
    departures_begin(&d, env_space(e));
    while (*work > 0 && now.at < EXO_TOP) {
        struct entries l = space_entries(env_space(e), now.at, EXO_TOP);
        if (l.entry)
            pages_of(e, &l, &d, work);
        else
            now.at = l.end;
        *work -= l.entry ? WORK_TABLE : WORK_NO_TABLE;
    }
    departures_end(&d);
    return now.at == EXO_TOP;
}

static bool (*const of_each[])(struct env *, long *) = {lists, pins, pages};
#define PARTS_OF_EACH (sizeof of_each / sizeof of_each[0])
#define PART_DEAD     PARTS_OF_EACH
#define PART_FORGET   (PARTS_OF_EACH + 1)
#define PARTS         (PARTS_OF_EACH + 2)

static bool is_under_way(void) {
    return now.part < PARTS;
}

/* What has ended and is not freed yet runs no more, and hands nothing on; but its frames are there,
 * for whoever has the name. */
static void some_of_each(long *work) {
    for (; now.env<EXO_ENVS && * work> 0; now.env++, *work -= WORK_ENV) {
        struct env *e = env_in(now.env);
        if (!e)
            continue;
        if (e->seen->id != now.id) {
            now.id = e->seen->id;
            now.at = 0;
            now.pin = EXO_PINS;
        }
        if (!of_each[now.part](e, work))
            return;
        now.id = 0;
    }
    if (now.env == EXO_ENVS) {
        now.part++;
        now.env = 0;
        now.at = 0;
        now.dead = env_freed + info.env_unfreed;
    }
}

static void go_on(void) {
    long work = WORK_CALL;
    if (now.part == PART_DEAD) { /* as long as a call may be */
        env_bury();
        now.part += env_freed >= now.dead || !DEFENDED(REVOKED_DEAD);
        return;
    }
    while (work > 0 && now.part < PARTS_OF_EACH)
        some_of_each(&work);
    if (work > 0 && now.part == PART_FORGET) {
        now.at =
            DEFENDED(REVOKED_NAME) ? exo_frame_forget(now.what, now.at, &work) : info.frame_count;
        now.part += now.at == info.frame_count;
    }
}

bool revocation_stops(struct cap c) {
    if (!DEFENDED(REVOKED_COPY) || !is_under_way() || !cap_is_under(c, now.what))
        return false;
    go_on();
    return true;
}

/* Takes back what is under the capability `word`, which the one in `slot`, complete and with a
 * shorter name, dominates: no environment holds any of it any more, and none has pages, pins and
 * predicates that it could have by that only. number: 0, or what an earlier call gave, which was
 * not done: this one goes on. 0: it is done; a number: it is not yet. -E_PERM; -E_AGAIN: another
 * one is under way, and this call did some of it; -E_INVALID: there was none of this number. */
long sys_cap_revoke(uint64_t slot, uint64_t word, uint64_t number) {
    struct cap what = cap_of(word);
    if (number > now.number)
        return -E_INVALID;
    if (!number) {
        if (slot >= EXO_CAPS || (DEFENDED(REVOKE) && !cap_may_revoke(env_current->cap[slot], what)))
            return -E_PERM;
        if (is_under_way()) {
            go_on();
            return -E_AGAIN;
        }
        number = now.number + 1;
        now = (struct revocation){.what = what, .number = number};
    }
    if (number == now.number)
        go_on();
    return number == now.number && is_under_way() ? (long)number : 0;
}
