/* SPDX-License-Identifier: MIT */
/* exit.c -- the end of a process: what it says is in the table before its environment ends. */
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/hooks.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exos/process/vfork.h"
#include "exo/libos/stubs.h"

_Noreturn void exos_exit(uint64_t status) {
    hooks_ended(exos_own()->pid);
    vfork_exit(status);
    struct process *self = process_find(exos_own()->pid);
    if (self) {
        self->status = status;
        self->state = PROCESS_EXITED;
    }
    exo_env_exit(status);
}
