/* SPDX-License-Identifier: MIT */
/* trap_syscall.h -- the event Trap.Syscall, raised by each `syscall` instruction:
 *
 *   syscall_entry (syscall_entry.S) -> trap_syscall, by its cell -> the address space's own handler
 *
 * A handler finds the user's registers in f: the number in rax, arguments in rdi rsi rdx r10 r8 r9,
 * and puts its result into rax. Whoever changes any other register says so with
 * trap_syscall_changed(). */
#ifndef SPIN_CORE_TRAP_SYSCALL_H
#define SPIN_CORE_TRAP_SYSCALL_H

/* In a frame's vector: not only rax was changed, so the return must be iretq. */
#define TRAP_SYSCALL_CHANGED 258

#ifndef __ASSEMBLER__

#include "machine/trap/trap.h"
#include "machine/user/user.h"
#include "spin/core/event.h"
#include "spin/core/space/address_space.h"

/* Raised with the system of the address space that is loaded, address_space_current. */
EVENT_DECLARE(trap_syscall, void, (struct trap_frame * f, const struct call_system *system));

/* Points the `syscall` instruction here. */
void trap_syscall_init(void);

/* Steps of a change by the event's module: the address space's own handler, which is the intrinsic
 * one and so the first, becomes the last, for what nobody else has handled. */
void trap_syscall_ask_space_last(struct change *c);

/* After any change of f but to rax: makes it safe to return to, whatever it holds. */
static inline void trap_syscall_changed(struct trap_frame *f) {
    user_frame_sanitise(f);
    f->vector = TRAP_SYSCALL_CHANGED;
}

#endif
#endif
