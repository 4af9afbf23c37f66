/* SPDX-License-Identifier: MIT */
/* registers.h -- what a system call does to the caller's registers, seen from user code. */
#ifndef TESTS_REGISTERS_H
#define TESTS_REGISTERS_H

#include <stdint.h>

/* In the order of registers.S. */
enum {
    REGISTER_rax,
    REGISTER_rbx,
    REGISTER_rcx,
    REGISTER_rdx,
    REGISTER_rsi,
    REGISTER_rdi,
    REGISTER_rbp,
    REGISTER_r8,
    REGISTER_r9,
    REGISTER_r10,
    REGISTER_r11,
    REGISTER_r12,
    REGISTER_r13,
    REGISTER_r14,
    REGISTER_r15,
    REGISTER_rsp_moved, /* rsp after the call less rsp before it */
    REGISTERS
};

/* Loads every register from `in` (rsp_moved is not read) and the bits of `flags` into rflags, makes
 * the call, and stores what all of them hold then, unseen by C. The flags afterwards are given
 * back; those of the caller are as they were. */
uint64_t registers_around_syscall(const uint64_t in[REGISTERS], uint64_t out[REGISTERS],
                                  uint64_t flags);
/* Where the call in it comes back to. */
extern const char registers_syscall_return[];

#endif
