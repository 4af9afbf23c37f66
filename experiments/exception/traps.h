/* SPDX-License-Identifier: MIT */
/* traps.h -- the instructions that trap. Each leaves in rax what a handler puts there, the clock
 * where the handler began; a handler that goes on behind the instruction adds its bytes, but for a
 * breakpoint, whose trap comes behind it anyway. */
#ifndef EXPERIMENTS_EXCEPTION_TRAPS_H
#define EXPERIMENTS_EXCEPTION_TRAPS_H

#include <stdbool.h>
#include <stdint.h>

/* X(kind, instruction, bytes to go on by) */
#define TRAPS(X)                                                                                   \
    X(divide, "div %%esi", 2)                                                                      \
    X(overflow, ".byte 0xcd, 0x04", 0) /* int 4: a trap, too */                                    \
    X(breakpoint, "int3", 0)                                                                       \
    X(invalid, "ud2", 2)                                                                           \
    X(page_fault, ".byte 0x48, 0x89, 0x07", 3) /* mov %rax, (%rdi) */                              \
    X(unaligned, ".byte 0x48, 0x89, 0x07", 3)

/* The first page is nobody's. An address that is there, and odd. */
#define NOWHERE 8
static inline __attribute__((always_inline)) uint64_t odd(void) {
    static uint64_t somewhere[2];
    return (uint64_t)somewhere + 1;
}

/* Where the last two kinds store; whether a trap for unaligned addresses is asked for. */
#define AT(kind)      (KIND_IS_##kind == KIND_IS_unaligned ? odd() : NOWHERE)
#define CHECKED(kind) (KIND_IS_##kind == KIND_IS_unaligned)
enum {
#define TRAP_KIND(kind, instruction, bytes) KIND_IS_##kind,
    TRAPS(TRAP_KIND)
#undef TRAP_KIND
};

/* rflags.AC: an unaligned address traps, where the processor does that (QEMU 7.2's TCG does not).
 * The red zone is left alone. */
static inline __attribute__((always_inline)) void check_alignment(bool checked) {
    uint64_t flags;
    __asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\tpop %0" : "=r"(flags) : : "memory");
    flags = checked ? flags | 1 << 18 : flags & ~(1ul << 18);
    __asm__ volatile("push %0\n\tpopfq\n\tlea 128(%%rsp), %%rsp" : : "r"(flags) : "memory", "cc");
}

/* Executes it; rdi is the address that the last two store to. */
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

/* Samples of a trap; `stop` ends the bracket. traps_unaligned() is whoever measures': whether such
 * an address traps here. */
#define SAMPLES(kind, stop)                                                                        \
    if (CHECKED(kind) && !traps_unaligned()) {                                                     \
        bench_skip(b, "the processor raises no alignment trap");                                   \
        return;                                                                                    \
    }                                                                                              \
    while (bench_next(b)) {                                                                        \
        if (CHECKED(kind))                                                                         \
            check_alignment(true);                                                                 \
        bench_start(b);                                                                            \
        uint64_t end = trap_##kind(AT(kind));                                                      \
        stop;                                                                                      \
        if (CHECKED(kind))                                                                         \
            check_alignment(false);                                                                \
    }

#endif
