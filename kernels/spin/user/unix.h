/* SPDX-License-Identifier: MIT */
/* unix.h -- the calls of processes of the Unix model as functions. What each does, its errors and
 * its cost: docs/spin/processes.md; numbers: unix_abi.h. A result below 0 is -E_SOMETHING of
 * lib/error.h. */
#ifndef SPIN_USER_UNIX_H
#define SPIN_USER_UNIX_H

#include "spin/unix_abi.h"
#include "spin/user/stubs.h"

static inline long unix_fork(void) {
    return syscall0(UNIX_CALL_fork);
}

static inline long unix_exec(const char *program, uint64_t a, const char *words) {
    return syscall3(UNIX_CALL_exec, (uint64_t)program, a, (uint64_t)words);
}

static inline long unix_wait(uint64_t *status) {
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result), "=d"(*status)
                     : "0"(UNIX_CALL_wait)
                     : "rcx", "r11", "memory");
    return result;
}

static inline long unix_kill(long pid) {
    return syscall1(UNIX_CALL_kill, (uint64_t)pid);
}

static inline long unix_getpid(void) {
    return syscall0(UNIX_CALL_getpid);
}

static inline long unix_map(const char *file, uint64_t write, uint64_t *bytes) {
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result), "=d"(*bytes)
                     : "0"(UNIX_CALL_map), "D"(file), "S"(write)
                     : "rcx", "r11", "memory");
    return result;
}

#endif
