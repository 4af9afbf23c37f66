/* SPDX-License-Identifier: MIT */
/* ring_calls.c -- the calls on message rings. */
#include "exo/kernel/ring_calls.h"

#include "exo/defence.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/env/ring.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/user/user.h"

/* Messages to the caller come into these pages of its own, at most EXO_RING_PAGES, from now on, if
 * their senders have a capability that dominates `who`, with the right to write. The pages' frames
 * are the caller's to write by the capability in slot `holder`, and stay pinned until the ring is
 * replaced or the caller has ended. With no pages it has no ring. When it is refused the one before
 * stays. -E_INVALID, -E_TOO_LONG, -E_FAULT: pages; -E_PERM: a frame; -E_FULL: no more pins of it
 * can be counted; -E_QUOTA, -E_NO_MEMORY. */
long sys_ring_set(uint64_t holder, uint64_t at, uint64_t pages, uint64_t who) {
    struct env *e = env_current;
    struct ring *r = NULL, **of = &ring_of[e - envs];
    struct ring_request q = {.space = env_space(e), .account = e->seen, .at = at, .pages = pages};
    if (pages > EXO_RING_PAGES)
        return -E_TOO_LONG;
    if (at % PAGE_SIZE || at >= EXO_TOP)
        return -E_INVALID;
    if (holder >= EXO_CAPS)
        return -E_PERM;
    q.holder = e->cap[holder];
    memcpy(&q.who, &who, sizeof q.who);
    int error = pages ? ring_make(&q, &r) : 0;
    if (error)
        return error;
    ring_free(*of, e->seen);
    *of = r;
    return 0;
}

/* Sends a message of EXO_RING_WORDS words at `from` to an environment whose ring the capability in
 * `slot` opens. 0; -E_DEAD: no such environment; -E_NOT_FOUND: it has no ring, or none that it may
 * still write; -E_PERM; -E_FAULT: from; -E_FULL: what is in the ring is not taken yet. */
long sys_ring_send(uint64_t slot, uint64_t env, uint64_t from) {
    uint64_t words[EXO_RING_WORDS];
    const struct env *e = env_find(env);
    if (!e)
        return -E_DEAD;
    struct ring *r = ring_of[e - envs];
    if (!r)
        return -E_NOT_FOUND;
    struct cap needed = ring_who(r);
    needed.rights = CAP_WRITE;
    if (DEFENDED(RING_SENDER) && env_may(slot, needed))
        return -E_PERM;
    if (copy_from_user(words, from, sizeof words))
        return -E_FAULT;
    return ring_send(r, DEFENDED(RING_FROM) ? env_current->seen->id : words[0], words);
}
