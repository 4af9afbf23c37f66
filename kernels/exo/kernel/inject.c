/* SPDX-License-Identifier: MIT */
/* inject.c -- see inject.h. */
#include "exo/kernel/inject.h"

#include "exo/kernel/env.h"
#include "lib/error.h"
#include "machine/exit.h"
#include "machine/panic.h"
#include "measure/params.h"

static const struct cap machine_control = {
    .rights = CAP_ALL, .valid = 1, .length = 1, .name = {'m'}};

/* Breaks the machine as INJECT_PANIC, INJECT_TRIPLE or INJECT_RESET says, and does not come back.
 * -E_PERM: the capability in slot does not control the machine; -E_INVALID: any other fault. */
long sys_machine_inject(uint64_t slot, uint64_t what) {
    int error = env_may(slot, machine_control);
    if (error)
        return error;
    if (what == INJECT_PANIC)
        panic("injected: the boot command line asked for a panic");
    if (what == INJECT_TRIPLE)
        machine_triple_fault();
    if (what == INJECT_RESET)
        machine_reset();
    return -E_INVALID;
}
