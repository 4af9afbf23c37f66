/* SPDX-License-Identifier: MIT */
/* trap_syscall.c -- see trap_syscall.h. */
#include "spin/core/space/trap_syscall.h"

#include "machine/trap/syscall.h"
#include "spin/core/space/address_space.h"

void syscall_entry(void); /* syscall_entry.S */

MODULE("Trap.Syscall");

EVENT(trap_syscall, "Trap.Syscall", void,
      (struct trap_frame * f, const struct call_system *system)) {
    call_system_handler(system)(f);
}

void trap_syscall_ask_space_last(struct change *c) {
    const struct handler_request request = {.handler =
                                                EVENT_HANDLER(trap_syscall, trap_syscall_intrinsic),
                                            .flags = BINDING_CANCEL,
                                            .order = {.place = ORDER_LAST}};
    change_withdraw_intrinsic(c, &event_trap_syscall);
    change_install(c, &event_trap_syscall, &request, NULL);
}

/* The guard that is imposed on whoever is not this module. */
static bool is_of_space(void *asked_for, struct trap_frame *f, const struct call_system *system) {
    (void)f;
    return system == asked_for;
}

/* Who asks for an address space, in its credentials, handles the calls that are raised there, and
 * asks while it is the current one: so nobody extends another's. */
static bool allows(void *unused, struct change_request *request) {
    (void)unused;
    const struct address_space *space = request->credentials;
    if (request->handler && (!space || space != address_space_current))
        return false;
    return impose_guard(request, (struct procedure)EVENT_GUARD_WITH(trap_syscall, is_of_space,
                                                                    (void *)&space->system));
}

void trap_syscall_init(void) {
    event_authorize(THIS_MODULE, allows);
    syscall_init(syscall_entry);
}
