/* SPDX-License-Identifier: MIT */
/* trap_fault.c -- see trap_fault.h. */
#include "spin/core/trap_fault.h"

#include "machine/panic.h"
#include "machine/user.h"
#include "machine/x86.h"
#include "spin/core/process.h"

EVENT(trap_fault, "Trap.Fault", void, (struct trap_frame * f, uint64_t address)) {
    process_kill(f, address);
}

/* Whether the trap is the program's own doing, and not the machine's. */
static bool is_the_programs_own(const struct trap_frame *f) {
    return f->vector < TRAP_EXCEPTIONS && f->vector != TRAP_NMI && f->vector != TRAP_DOUBLE &&
           f->vector != TRAP_MACHINE;
}

static void raise(struct trap_frame *f) {
    uint64_t address = f->vector == TRAP_PAGE ? read_cr2() : 0;
    if (!is_the_programs_own(f))
        panic_trap(f);
    trap_fault(f, address);
    user_frame_sanitise(f); /* a handler may have changed it */
}

void trap_fault_init(void) {
    trap_handle_rest(raise);
}
