/* SPDX-License-Identifier: MIT */
/* user.h -- to user mode and back, and the only way the kernel touches user memory through user
 * addresses. */
#ifndef MACHINE_USER_H
#define MACHINE_USER_H

#include "machine/trap/trap.h"

/* Makes a frame that starts user code: all registers 0 but rip, rsp and rflags (IF set when
 * interrupts is true). */
void user_frame_init(struct trap_frame *f, vaddr_t rip, vaddr_t rsp, bool interrupts);

/* Makes any frame safe to leave the kernel with: user selectors, no privileged flag, and a rip
 * outside user space becomes USER_TOP, which is never mapped, so that the fault is the user's.
 * trap_return does not do this for the handlers: call it whenever rip, cs, ss or rflags of a user
 * frame were taken from somewhere else than the hardware. */
void user_frame_sanitise(struct trap_frame *f);

/* Leaves for user mode by iretq with all registers of f, after user_frame_sanitise. The kernel
 * stack for the next entry is what cpu_kernel_stack said last. */
_Noreturn void user_enter(struct trap_frame *f);

/* The same as a call: runs user code until somebody in the kernel says user_return(value), which
 * this then gives back. Traps and system calls in between run on this stack, below this call. f is
 * where user_run copies from; it is not changed. One at a time a thread. Interrupts are off when it
 * returns. */
uint64_t user_run(struct trap_frame *f);
_Noreturn void user_return(uint64_t value);

/* Copies n bytes between kernel memory and the loaded address space's user part. 0, or -E_FAULT
 * when part of the user range lies outside user space, is not mapped, or (copy_to_user) not
 * writable for the user; then some bytes may have been copied. The pages need the user's rights:
 * nothing of the kernel's is ever read or written through `from` or `to`. */
int copy_from_user(void *to, vaddr_t from, size_t n);
int copy_to_user(vaddr_t to, const void *from, size_t n);

/* Copies a string of at most size - 1 bytes and a NUL. Its length, or -E_FAULT, or -E_TOO_LONG. */
long copy_string_from_user(char *to, vaddr_t from, size_t size);

#endif
