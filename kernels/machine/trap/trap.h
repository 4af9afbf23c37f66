/* SPDX-License-Identifier: MIT */
/* trap.h -- every entry into the kernel but the system call: exceptions, interrupts, `int`. All 256
 * vectors go through one table; each saves and names every register. A handler runs with interrupts
 * off, may change the frame, and returns to it. Assembly includes this header for the offsets
 * (entry.h has the macros).
 *
 *   trap_entry (trap_entry.S) -> trap_dispatch (trap.c) -> the vector's handler */
#ifndef MACHINE_TRAP_H
#define MACHINE_TRAP_H

#define TRAP_DIVIDE     0
#define TRAP_DEBUG      1
#define TRAP_NMI        2
#define TRAP_BREAKPOINT 3
#define TRAP_OVERFLOW   4
#define TRAP_INVALID    6
#define TRAP_NO_FPU     7
#define TRAP_DOUBLE     8
#define TRAP_TSS        10
#define TRAP_SEGMENT    11
#define TRAP_STACK      12
#define TRAP_PROTECTION 13
#define TRAP_PAGE       14
#define TRAP_FPU        16
#define TRAP_ALIGNMENT  17
#define TRAP_MACHINE    18
#define TRAP_SIMD       19
#define TRAP_EXCEPTIONS 32 /* below: the CPU's own; from here on: interrupts */
#define TRAP_TIMER      0xf0
#define TRAP_SPURIOUS   0xff
#define TRAP_VECTORS    256
#define TRAP_SYSCALL    256 /* in a frame that a system call's entry made; no vector */
#define TRAP_PANIC      257 /* in a frame that trap_catch gives back; no vector */

/* Bits of a page fault's error code. */
#define TRAP_PAGE_PRESENT 1
#define TRAP_PAGE_WRITE   2
#define TRAP_PAGE_USER    4
#define TRAP_PAGE_FETCH   16

#define TF_RDI    72
#define TF_RSI    80
#define TF_RAX    112
#define TF_VECTOR 120
#define TF_ERROR  128
#define TF_RIP    136
#define TF_CS     144
#define TF_SIZE   176

#define TRAP_STUB_SIZE 16 /* bytes of one vector's entry in trap_entry.S */

#ifndef __ASSEMBLER__

#include "machine/types.h"

struct trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error; /* error is 0 where the CPU gives none */
    uint64_t rip, cs, rflags, rsp, ss;
};

/* Every register of a frame by its name, for reports: X(rip) X(rflags)... */
/* clang-format off */
#define TRAP_REGISTERS(X)                                                    \
    X(rip) X(rflags) X(rsp) X(rbp) X(rax) X(rbx) X(rcx) X(rdx) X(rsi) X(rdi) \
    X(r8) X(r9) X(r10) X(r11) X(r12) X(r13) X(r14) X(r15) X(cs) X(ss)
/* clang-format on */

typedef void trap_fn(struct trap_frame *f);

/* Gives the vector to fn; null takes it away again. Of the exceptions (vectors below 32) a handler
 * gets those of user mode only: the kernel's own end in a fixup, in trap_catch or in a panic.
 * Interrupts come from both modes. */
void trap_handle(unsigned vector, trap_fn *fn);

/* Who gets what no handler was given for, when it comes from user mode (the system kills the
 * program). Without one it is a panic. */
void trap_handle_rest(trap_fn *fn);

/* Lets user mode raise the vector by `int` (breakpoint and overflow may be from the start). */
void trap_allow_user(unsigned vector);

/* Points the vector's gate at code of one's own: entry is an assembly label that must itself save
 * what it uses, mind gs, and iretq. For what must cost no more than the hardware (the floor). null
 * restores the table's entry. */
void trap_gate(unsigned vector, void (*entry)(void));

static inline bool trap_from_user(const struct trap_frame *f) {
    return f->cs & 3;
}

/* The vector's name: "page fault", "interrupt", "panic"... */
const char *trap_name(unsigned vector);

/* Leaves by the frame, which may be of either mode and lie anywhere. Interrupts must be off. */
_Noreturn void trap_load_frame(const struct trap_frame *f);

/* Runs fn(arg). When it returns: false. When it takes an exception in kernel mode, or panics: true,
 * with the frame in *caught (vector TRAP_PANIC for a panic: its message is panic_message()). What
 * fn left half done stays so. Nests. */
bool trap_catch(struct trap_frame *caught, void (*fn)(void *arg), void *arg);

#endif
#endif
