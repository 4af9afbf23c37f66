/* SPDX-License-Identifier: MIT */
/* trap_syscall.c -- see trap_syscall.h. */
#include "spin/core/space/trap_syscall.h"

#include "machine/trap/syscall.h"
#include "spin/core/space/address_space.h"

void syscall_entry(void); /* syscall_entry.S */

MODULE("Trap.Syscall");

EVENT(trap_syscall, "Trap.Syscall", void, (struct trap_frame * f, struct address_space *space)) {
    space->syscall(f);
}

void trap_syscall_ask_space_last(struct change *c) {
    const struct handler_request request = {.handler =
                                                EVENT_HANDLER(trap_syscall, trap_syscall_intrinsic),
                                            .flags = BINDING_CANCEL,
                                            .order = {.place = ORDER_LAST}};
    change_withdraw_intrinsic(c, &event_trap_syscall);
    change_install(c, &event_trap_syscall, &request, NULL);
}

void trap_syscall_init(void) {
    syscall_init(syscall_entry);
}
