/* SPDX-License-Identifier: MIT */
/* inject.c -- see inject.h. */
#include "exo/kernel/inject.h"

#include "common/inject.h"
#include "exo/kernel/env.h"
#include "lib/error.h"

static const struct cap machine_control = {
    .rights = CAP_ALL, .valid = 1, .length = 1, .name = {'m'}};

int inject_may(uint64_t slot) {
    return env_may(slot, machine_control);
}

/* Breaks the machine as INJECT_PANIC, INJECT_TRIPLE or INJECT_RESET says, and does not come back.
 * -E_PERM: the capability in slot does not control the machine; -E_INVALID: any other fault. */
long sys_machine_inject(uint64_t slot, uint64_t what) {
    int error = inject_may(slot);
    if (error)
        return error;
    inject(what <= UINT8_MAX ? (enum injection)what : INJECT_NOTHING);
    return -E_INVALID;
}
