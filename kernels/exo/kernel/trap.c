/* SPDX-License-Identifier: MIT */
/* trap.c -- see trap.h. Here a trap is judged; upcall.c delivers it, fault.c tells of it. */
#include "exo/kernel/trap.h"

#include "exo/kernel/env.h"
#include "exo/kernel/fault.h"
#include "exo/kernel/upcall.h"
#include "machine/panic.h"
#include "machine/x86.h"

/* Whether the trap is the environment's own doing, and not the machine's. */
static bool trap_is_its_own(const struct trap_frame *f) {
    return f->vector < TRAP_EXCEPTIONS && f->vector != TRAP_NMI && f->vector != TRAP_DOUBLE &&
           f->vector != TRAP_MACHINE;
}

static void trap_in_env(struct trap_frame *f) {
    uint64_t address = f->vector == TRAP_PAGE ? read_cr2() : 0;
    if (!trap_is_its_own(f))
        panic_trap(f);
    if (upcall_deliver(env_current, f, address))
        return;
    fault_report(f, address);
    env_end(f, EXO_ENV_KILLED, f->vector);
}

void trap_init(void) {
    trap_handle_rest(trap_in_env);
}
