/* SPDX-License-Identifier: MIT */
/* reclaim.h -- taking pages and pins back from an environment: it is asked first, and chooses. When
 * its time is over whoever asked names what is taken by force, as much as is still owed; what was
 * taken stands in its u-area, and in its page tables. (SOSP '95, 3.4, 3.5.) */
#ifndef EXO_KERNEL_RECLAIM_H
#define EXO_KERNEL_RECLAIM_H

#include "exo/kernel/env/env.h"

/* Notes in e's u-area what it has lost. */
static inline void loss_note(const struct env *e, enum exo_loss kind, uint64_t name) {
    volatile struct exo_uarea *u = e->uarea;
    uint64_t n = u->lost_count;
    u->lost[n % EXO_LOST_WORDS] = name << 8 | kind;
    u->lost_count = n + 1;
}

/* Takes the n-th pin, or the page at `at`, whose entry is the i-th, and notes it. */
void pin_take(struct env *e, unsigned n);
void page_take(struct env *e, const struct entries *l, unsigned i, vaddr_t at,
               struct departures *d);

long sys_env_revoke(uint64_t slot, uint64_t env, uint64_t pages, uint64_t ns);
long sys_env_repossess(uint64_t slot, uint64_t env, uint64_t vector, uint64_t count);

#endif
