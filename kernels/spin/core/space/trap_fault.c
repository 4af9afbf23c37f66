/* SPDX-License-Identifier: MIT */
/* trap_fault.c -- see trap_fault.h. */
#include "spin/core/space/trap_fault.h"

#include "common/fault.h"
#include "machine/report/panic.h"
#include "machine/user/user.h"
#include "machine/cpu/x86.h"
#include "spin/core/space/process.h"

MODULE("Trap.Fault");

EVENT(trap_fault, "Trap.Fault", void, (struct trap_frame * f, uint64_t address)) {
    process_kill(f, address);
}

static void rest_of_traps(struct trap_frame *f) {
    uint64_t address = f->vector == TRAP_PAGE ? read_cr2() : 0;
    if (!fault_is_of_program(f))
        panic_trap(f);
    trap_fault(f, address);
    user_frame_sanitise(f); /* a handler may have changed it */
}

void trap_fault_init(void) {
    trap_handle_rest(rest_of_traps);
}
