/* SPDX-License-Identifier: MIT */
/* traps.h -- the instructions that trap. Each leaves in rax what a handler puts there, the clock
 * where the handler began; a handler that goes on behind the instruction adds its bytes, but for a
 * breakpoint, whose trap comes behind it anyway. */
#ifndef EXPERIMENTS_EXCEPTION_TRAPS_H
#define EXPERIMENTS_EXCEPTION_TRAPS_H

#include <stdint.h>

/* X(kind, instruction, bytes to go on by) */
#define TRAPS(X)                                                                                   \
    X(divide, "div %%esi", 2)                                                                      \
    X(overflow, ".byte 0xcd, 0x04", 0) /* int 4: a trap, too */                                    \
    X(breakpoint, "int3", 0)                                                                       \
    X(invalid, "ud2", 2)                                                                           \
    X(page_fault, ".byte 0x48, 0x89, 0x07", 3) /* mov %rax, (%rdi) */

/* Executes it; rdi is the address that page_fault stores to. */
#define TRAP_DEFINE(kind, instruction, bytes)                                                      \
    static inline __attribute__((always_inline)) uint64_t trap_##kind(uint64_t at) {               \
        uint64_t rax = 0;                                                                          \
        __asm__ volatile(instruction                                                               \
                         : "+a"(rax), "+D"(at)                                                     \
                         : "d"(0), "S"(0)                                                          \
                         : "rcx", "memory", "cc");                                                 \
        return rax;                                                                                \
    }
TRAPS(TRAP_DEFINE)

#endif
