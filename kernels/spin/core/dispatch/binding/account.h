/* SPDX-License-Identifier: MIT */
/* account.h -- what a module uses of what all share, and how much of it it may. Who gives something
 * out charges it first, and credits it when it comes back, or is not there:
 *
 *     if (!account_take(&by->account, RESOURCE_EVENTS, 1))
 *         return -E_QUOTA;
 *
 * Each thing is charged to one account, so the shares of all modules are together what is given
 * out. */
#ifndef SPIN_DISPATCH_ACCOUNT_H
#define SPIN_DISPATCH_ACCOUNT_H

#include "engine/assert.h"
#include <stdbool.h>
#include <stdint.h>

#define NO_QUOTA INT64_MAX

enum resource {
    RESOURCE_MEMORY,   /* bytes of the heap */
    RESOURCE_CODE,     /* bytes of machine code, and of variables that lie beside it */
    RESOURCE_BINDINGS, /* handlers, and guards: of a binding its installer's, or its authority's
                          where they are imposed */
    RESOURCE_EVENTS,   /* made at run time */
    RESOURCE_STRANDS,
    RESOURCE_TIME, /* ticks of the TSC that its strands had the processor, while that is counted
                      (strand_time.h) */
    RESOURCE_COLLECTION, /* instructions of the collector's work for its objects */
    RESOURCE_FAILURES,   /* raises that its handlers have ended by failing */
    RESOURCES
};

struct account {
    uint64_t used[RESOURCES], quota[RESOURCES];
    uint32_t refused[RESOURCES]; /* how often */
};

/* For account_allows: there is not so much. False, unless nobody keeps to quotas. */
bool account_refuses(struct account *a, enum resource r);

/* Is there so much more within its quota? A refusal is counted. */
static inline bool account_allows(struct account *a, enum resource r, uint64_t more) {
    return (int64_t)(a->quota[r] - a->used[r]) >= (int64_t)more || account_refuses(a, r);
}

/* A strand may be preempted in each of these, and another one charge the same account. */

static inline void account_charge(struct account *a, enum resource r, uint64_t amount) {
    __atomic_fetch_add(&a->used[r], amount, __ATOMIC_RELAXED);
}

static inline void account_credit(struct account *a, enum resource r, uint64_t amount) {
    uint64_t was = __atomic_fetch_sub(&a->used[r], amount, __ATOMIC_RELAXED);
    ENGINE_ASSERT(was >= amount, "%lu of resource %u are credited, %lu were charged",
                  (unsigned long)amount, (unsigned)r, (unsigned long)was);
    (void)was;
}

/* False, and a refusal is counted: it would be beyond the quota. Charged before it is looked at, so
 * that no two are given the same rest. */
static inline bool account_take(struct account *a, enum resource r, uint64_t amount) {
    account_charge(a, r, amount);
    if (account_allows(a, r, 0))
        return true;
    account_credit(a, r, amount);
    return false;
}

#endif
