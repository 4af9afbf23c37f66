/* SPDX-License-Identifier: MIT */
/* vfork.c -- see vfork.h. No environment is made and no page changes: there is a pid more. */
#include "exo/libos/exos/process/vfork.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/hooks.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/string.h"

static uint64_t masked, alarm, again; /* the parent's, which a child may change */

long vfork_from(const uint64_t *rsp) {
    struct exos_own *own = exos_own();
    if (own->lender)
        return -E_BUSY;
    struct process *p = process_new();
    if (!p)
        return -E_FULL;
    memcpy(own->kept, rsp, 7 * sizeof *rsp);
    own->kept[7] = (uint64_t)(rsp + 7);
    masked = own->masked;
    alarm = own->alarm;
    again = own->again;
    own->alarm = 0;
    p->env = (uint32_t)exo_env_self();
    p->state = PROCESS_RUNS;
    hooks_forked(p->pid);
    own->lender = own->pid;
    own->pid = p->pid;
    return 0;
}

void vfork_give_back(void) {
    struct exos_own *own = exos_own();
    uint64_t child = own->pid;
    own->pid = own->lender;
    own->masked = masked;
    own->alarm = alarm;
    own->again = again;
    own->lender = 0;
    own->held--;
    vfork_return(own->kept, child);
}
