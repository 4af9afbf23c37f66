/* SPDX-License-Identifier: MIT */
/* trap.c -- see trap.h. Here a trap is judged; upcall.c delivers it, common/fault.c tells of it. */
#include "exo/kernel/trap.h"

#include "common/fault.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/time/slice.h"
#include "exo/kernel/upcall.h"
#include "lib/format.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"

static void report(const struct trap_frame *f, uint64_t address) {
    char who[EXO_NAME_MAX + 12];
    format_text(who, sizeof who, "%s.%u", env_current->seen->name, env_current->seen->id);
    fault_report(f, address, who, env_current->fault_expected);
}

void trap_kill(struct trap_frame *f, uint64_t address) {
    report(f, address);
    env_end(env_current, EXO_ENV_KILLED, f->vector);
    slice_next(f);
}

void trap_tell(struct trap_frame *f, uint64_t address) {
    if (!upcall_deliver(env_current, f, address))
        trap_kill(f, address);
}

static void trap_in_env(struct trap_frame *f) {
    uint64_t address = f->vector == TRAP_PAGE ? read_cr2() : 0;
    if (!fault_is_of_program(f))
        panic_trap(f);
    trap_tell(f, address);
}

void trap_init(void) {
    trap_handle_rest(trap_in_env);
    upcall_init();
}
