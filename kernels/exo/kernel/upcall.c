/* SPDX-License-Identifier: MIT */
/* upcall.c -- see upcall.h. Nothing here trusts entry or stack: a push goes through copy_to_user(),
 * and the frame is sanitised, so that a bad entry faults in user mode, where it becomes the next
 * upcall, until the stack is full and the environment is killed. */
#include "exo/kernel/upcall.h"

#include "lib/error.h"
#include "machine/user/user.h"
#include "machine/cpu/x86.h"

/* Where the frame goes: at the stack's top, or below what is in use where the trap came on the
 * upcall stack itself, so that a nested upcall never writes over the frame before it. */
static vaddr_t upcall_place(const struct upcall *u, vaddr_t rsp) {
    bool nested = rsp >= u->stack && rsp - u->stack <= u->stack_len;
    vaddr_t top = nested ? rsp - EXO_RED_ZONE : u->stack + u->stack_len;
    return (top - sizeof(struct exo_upcall)) & -16ul;
}

bool upcall_deliver(const struct env *e, struct trap_frame *f, uint64_t address) {
    if (!e->upcall.entry)
        return false;
    struct exo_upcall frame = {.address = address,
                               .vector = f->vector,
                               .error = f->error,
                               .rip = f->rip,
                               .rflags = f->rflags,
                               .rsp = f->rsp};
    vaddr_t at = upcall_place(&e->upcall, f->rsp);
    if (at < e->upcall.stack || at > e->upcall.stack + e->upcall.stack_len ||
        copy_to_user(at, &frame, sizeof frame))
        return false;
    f->rip = e->upcall.entry;
    f->rsp = at;
    f->rflags &= ~(RFLAGS_TF | RFLAGS_DF | RFLAGS_AC | RFLAGS_NT);
    user_frame_sanitise(f);
    return true;
}

/* Sends the caller's traps to entry, on the stack of stack_len bytes at stack; entry 0: to
 * nobody. 0, or -E_INVALID where entry or stack lies outside user space. Neither need be mapped:
 * see above. */
long sys_upcall_set(uint64_t entry, uint64_t stack, uint64_t stack_len) {
    if (entry >= USER_TOP || stack >= USER_TOP || stack_len > USER_TOP - stack)
        return -E_INVALID;
    env_current->upcall = (struct upcall){entry, stack, stack_len};
    return 0;
}
