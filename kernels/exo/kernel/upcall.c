/* SPDX-License-Identifier: MIT */
/* upcall.c -- see upcall.h. Nothing here trusts entry or stack: a push goes through copy_to_user(),
 * and the frame is sanitised, so that a bad entry faults in user mode, where it becomes the next
 * upcall, until the stack is full and the environment is killed. */
#include "exo/kernel/upcall.h"

#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "machine/user/user.h"

bool upcall_deliver(const struct env *e, struct trap_frame *f, uint64_t address) {
    struct exo_uarea *u = e->uarea;
    const struct exo_trap trap = {.address = address,
                                  .vector = f->vector,
                                  .error = f->error,
                                  .rip = f->rip,
                                  .rflags = f->rflags,
                                  .rsp = f->rsp};
    uint64_t entry = u->trap_entry, stack = u->trap_stack;
    if (!entry)
        return false;
    if (stack) {
        u->trap = trap;
        u->trap_stack = 0;
    } else {
        stack = (f->rsp - EXO_RED_ZONE - sizeof trap) & -16ul;
        if (copy_to_user(stack, &trap, sizeof trap))
            return false;
    }
    f->rip = entry;
    f->rsp = stack;
    f->rflags &= ~(RFLAGS_TF | RFLAGS_DF | RFLAGS_AC | RFLAGS_NT);
    user_frame_sanitise(f);
    return true;
}

extern void upcall_divide(void), upcall_breakpoint(void), upcall_overflow(void),
    upcall_invalid(void), upcall_protection(void), upcall_page(void), upcall_alignment(void);

void upcall_init(void) {
    trap_gate(TRAP_DIVIDE, upcall_divide);
    trap_gate(TRAP_BREAKPOINT, upcall_breakpoint);
    trap_gate(TRAP_OVERFLOW, upcall_overflow);
    trap_gate(TRAP_INVALID, upcall_invalid);
    trap_gate(TRAP_PROTECTION, upcall_protection);
    trap_gate(TRAP_PAGE, upcall_page);
    trap_gate(TRAP_ALIGNMENT, upcall_alignment);
}
