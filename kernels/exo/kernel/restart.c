/* SPDX-License-Identifier: MIT */
/* restart.c -- see restart.h. */
#include "exo/kernel/restart.h"

#include "exo/abi.h"
#include "exo/kernel/trap.h"
#include "lib/error.h"
#include "machine/trap/fixup.h"

#define SYSCALL_BYTES 2 /* of the instruction */
#define ERROR_USER    4 /* in a page fault's error: it is the user's */

void restart_call(struct trap_frame *f, restart_fn *fn, uint64_t how) {
    uint64_t faults = fixup_last.count;
    long result = fn(f->rdi, f->rsi, f->rdx, f->r10, f->r8, f->r9);
    if (result != -E_FAULT || fixup_last.count == faults) {
        f->rax = (uint64_t)result;
        return;
    }
    f->vector = TRAP_PAGE;
    f->error = fixup_last.error | ERROR_USER;
    f->rip -= SYSCALL_BYTES;
    if (how & EXO_KILL)
        trap_kill(f, fixup_last.address);
    else
        trap_tell(f, fixup_last.address);
}
