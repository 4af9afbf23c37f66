/* SPDX-License-Identifier: MIT */
/* stubs.h -- the system calls as functions. What each does, its errors and its cost:
 * docs/spin/processes.md; numbers: abi.h. A result below 0 is -E_SOMETHING of lib/error.h. */
#ifndef SPIN_USER_STUBS_H
#define SPIN_USER_STUBS_H

#include <stddef.h>
#include <stdint.h>

#include "spin/abi.h"

#define SYSCALL static inline __attribute__((always_inline)) long

SYSCALL syscall0(uint64_t number) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "0"(number) : "rcx", "r11", "memory");
    return result;
}

SYSCALL syscall1(uint64_t number, uint64_t a) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "0"(number), "D"(a) : "rcx", "r11", "memory");
    return result;
}

SYSCALL syscall2(uint64_t number, uint64_t a, uint64_t b) {
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number), "D"(a), "S"(b)
                     : "rcx", "r11", "memory");
    return result;
}

SYSCALL syscall3(uint64_t number, uint64_t a, uint64_t b, uint64_t c) {
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return result;
}

SYSCALL syscall4(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    register uint64_t r10 __asm__("r10") = d;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                     : "rcx", "r11", "memory");
    return result;
}

SYSCALL syscall5(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    register uint64_t r10 __asm__("r10") = d;
    register uint64_t r8 __asm__("r8") = e;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}

SYSCALL syscall6(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                 uint64_t f) {
    register uint64_t r10 __asm__("r10") = d;
    register uint64_t r8 __asm__("r8") = e;
    register uint64_t r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

SYSCALL spin_null(void) {
    return syscall0(SPIN_CALL_null);
}

SYSCALL spin_arguments(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
    return syscall6(SPIN_CALL_arguments, a, b, c, d, e, f);
}

SYSCALL spin_console_write(const void *text, size_t length) {
    return syscall2(SPIN_CALL_console_write, (uint64_t)text, length);
}

SYSCALL spin_console_record(const void *body, size_t length) {
    return syscall2(SPIN_CALL_console_record, (uint64_t)body, length);
}

SYSCALL spin_extend(const char *name) {
    return syscall1(SPIN_CALL_extend, (uint64_t)name);
}

/* Comes back with an error only; calls begin at the entry, which ends them by spin_reply(). */
SYSCALL spin_serve(const char *name, void (*entry)(uint64_t a, uint64_t b, uint64_t c)) {
    return syscall2(SPIN_CALL_serve, (uint64_t)name, (uint64_t)entry);
}

SYSCALL spin_connect(const char *name) {
    return syscall1(SPIN_CALL_connect, (uint64_t)name);
}

SYSCALL spin_call(long service, uint64_t a, uint64_t b, uint64_t c) {
    return syscall4(SPIN_CALL_call, (uint64_t)service, a, b, c);
}

SYSCALL spin_reply(uint64_t result) {
    return syscall1(SPIN_CALL_reply, result);
}

static inline _Noreturn void spin_exit(uint64_t status) {
    syscall1(SPIN_CALL_exit, status);
    __builtin_unreachable();
}

#undef SYSCALL
#endif
