/* SPDX-License-Identifier: MIT */
/* trap_syscall.c -- see trap_syscall.h. */
#include "spin/core/space/trap_syscall.h"

#include "machine/trap/syscall.h"
#include "spin/core/space/address_space.h"

void syscall_entry(void); /* syscall_entry.S */

MODULE("Trap.Syscall");

EVENT(trap_syscall, "Trap.Syscall", void, (struct trap_frame * f)) {
    address_space_current->syscall(f);
}

void trap_syscall_init(void) {
    syscall_init(syscall_entry);
}
