/* SPDX-License-Identifier: MIT */
/* trap_frame.h -- what an entry into the kernel leaves on the stack: every register, and which of
 * the 256 vectors it was. Assembly includes this header for the numbers and offsets. */
#ifndef MACHINE_TRAP_FRAME_H
#define MACHINE_TRAP_FRAME_H

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
#define TF_RSP    160
#define TF_SIZE   176

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stdint.h>

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

static inline bool trap_from_user(const struct trap_frame *f) {
    return f->cs & 3;
}

#endif
#endif
