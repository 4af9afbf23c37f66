/* SPDX-License-Identifier: MIT */
/* trap.h -- every entry into the kernel but the system call: exceptions, interrupts, `int`. All 256
 * vectors go through one table; each saves and names every register. A handler runs with interrupts
 * off, may change the frame, and returns to it. Assembly includes this header for the offsets
 * (entry.h has the macros).
 *
 *   trap_entry (trap_entry.S) -> trap_dispatch (trap.c) -> the vector's handler */
#ifndef MACHINE_TRAP_H
#define MACHINE_TRAP_H

#include "machine/cpu/trap_frame.h"

#define TRAP_STUB_SIZE 16 /* bytes of one vector's entry in trap_entry.S */

#ifndef __ASSEMBLER__

#include "machine/types.h"

typedef void trap_fn(struct trap_frame *f);

void trap_table_init(void);

/* Gives the vector to fn; null takes it away again. Of the exceptions (vectors below 32) a handler
 * gets those of user mode only: the kernel's own end in a fixup, in trap_catch or in a panic, but
 * for the steps of trap_handle_step.
 * Interrupts come from both modes. */
void trap_handle(unsigned vector, trap_fn *fn);

/* The receiver of the kernel's own debug traps: one after each instruction of code whose frame has
 * RFLAGS_TF, until the handler takes it out. Null: they are exceptions as others. */
void trap_handle_step(trap_fn *fn);

/* The receiver of traps that have no handler, when it comes from user mode (the system kills the
 * program). Without one it is a panic. */
void trap_handle_rest(trap_fn *fn);

/* Lets user mode raise the vector by `int` (breakpoint and overflow may be from the start). */
void trap_allow_user(unsigned vector);

/* Points the vector's gate at code of one's own: entry is an assembly label that must itself save
 * what it uses, mind gs, and iretq. For what must cost no more than the hardware (the floor). null
 * restores the table's entry. */
void trap_gate(unsigned vector, void (*entry)(void));

/* How often the local APIC said TRAP_SPURIOUS: an interrupt went away before it was taken. */
uint64_t trap_spurious(void);

/* The vector's name: "page fault", "interrupt", "panic"... */
const char *trap_name(unsigned vector);

/* Leaves by the frame, which may be of either mode and lie anywhere. Interrupts must be off. */
_Noreturn void trap_load_frame(const struct trap_frame *f);

#endif
#endif
