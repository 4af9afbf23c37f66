/* SPDX-License-Identifier: MIT */
/* cap_calls.c -- see cap_calls.h. The rules themselves are in memory/cap.c. */
#include "exo/kernel/rights/cap_calls.h"

#include "exo/defence.h"
#include "exo/kernel/rights/cap_revoke.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/memory/cap.h"
#include "lib/error.h"

static int put(struct env *e, uint64_t slot, struct cap c) {
    return revocation_stops(c) ? -E_AGAIN : cap_put(e->cap, slot, c);
}

/* Puts into the caller's slot `to` a capability that the one in `from` dominates and has the right
 * to make. An invalid one empties the slot. -E_PERM; -E_INVALID: no slot; -E_AGAIN: it is being
 * revoked. */
long sys_cap_forge(uint64_t from, uint64_t to, uint64_t word) {
    struct cap wanted = cap_of(word);
    if (!wanted.valid)
        return put(env_current, to, (struct cap){0});
    if (from >= EXO_CAPS || !cap_makes(env_current->cap[from], wanted))
        return -E_PERM;
    return put(env_current, to, wanted);
}

/* Puts the capability in the caller's slot `from`, which may be handed on, into slot `to` of an
 * environment that the one in `slot` may write. -E_DEAD, -E_PERM, -E_INVALID, -E_AGAIN. */
long sys_cap_give(uint64_t slot, uint64_t env, uint64_t from, uint64_t to) {
    struct env *e;
    int error = env_named(slot, env, CAP_WRITE, &e);
    if (error)
        return error;
    if (from >= EXO_CAPS || !cap_makes(env_current->cap[from], env_current->cap[from]))
        return -E_PERM;
    return put(e, to, env_current->cap[from]);
}

/* Puts into the caller's slot `to` the capability that `env` offers in its u-area, to the caller,
 * if the one in the slot that it names there makes it now. -E_DEAD, -E_PERM, -E_INVALID,
 * -E_AGAIN. */
long sys_cap_acquire(uint64_t env, uint64_t to) {
    const struct env *e = env_find(env);
    if (!e)
        return -E_DEAD;
    const volatile struct exo_uarea *u = e->uarea; /* each word is read once */
    uint64_t whom = u->offer_to, key = u->offer_key;
    struct cap offer = cap_of(u->offer);
    if ((DEFENDED(OFFER_TO) && whom != env_current->seen->id) || key >= EXO_CAPS ||
        (DEFENDED(OFFER_KEY) && !cap_makes(e->cap[key], offer)))
        return -E_PERM;
    return put(env_current, to, offer);
}
