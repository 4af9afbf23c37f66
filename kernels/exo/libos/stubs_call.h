/* SPDX-License-Identifier: MIT */
/* stubs_call.h -- of stubs.h, how a system call is made. */
#ifndef EXO_LIBOS_STUBS_CALL_H
#define EXO_LIBOS_STUBS_CALL_H

#include <stdint.h>

#define SYSCALL static inline __attribute__((always_inline)) long

/* The kernel clears the argument registers on its way out, so each is an output too. */
SYSCALL syscall0(uint64_t number) {
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number)
                     : "rdi", "rsi", "rdx", "rcx", "r8", "r9", "r10", "r11", "memory");
    return result;
}

SYSCALL syscall1(uint64_t number, uint64_t a) {
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result), "+D"(a)
                     : "0"(number)
                     : "rsi", "rdx", "rcx", "r8", "r9", "r10", "r11", "memory");
    return result;
}

SYSCALL syscall2(uint64_t number, uint64_t a, uint64_t b) {
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result), "+D"(a), "+S"(b)
                     : "0"(number)
                     : "rdx", "rcx", "r8", "r9", "r10", "r11", "memory");
    return result;
}

SYSCALL syscall3(uint64_t number, uint64_t a, uint64_t b, uint64_t c) {
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result), "+D"(a), "+S"(b), "+d"(c)
                     : "0"(number)
                     : "rcx", "r8", "r9", "r10", "r11", "memory");
    return result;
}

SYSCALL syscall4(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    register uint64_t r10 __asm__("r10") = d;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result), "+D"(a), "+S"(b), "+d"(c), "+r"(r10)
                     : "0"(number)
                     : "rcx", "r8", "r9", "r11", "memory");
    return result;
}

SYSCALL syscall5(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    register uint64_t r10 __asm__("r10") = d;
    register uint64_t r8 __asm__("r8") = e;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result), "+D"(a), "+S"(b), "+d"(c), "+r"(r10), "+r"(r8)
                     : "0"(number)
                     : "rcx", "r9", "r11", "memory");
    return result;
}

SYSCALL syscall6(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                 uint64_t f) {
    register uint64_t r10 __asm__("r10") = d;
    register uint64_t r8 __asm__("r8") = e;
    register uint64_t r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result), "+D"(a), "+S"(b), "+d"(c), "+r"(r10), "+r"(r8), "+r"(r9)
                     : "0"(number)
                     : "rcx", "r11", "memory");
    return result;
}

#endif
