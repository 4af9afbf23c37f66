/* SPDX-License-Identifier: MIT */
/* linux_abi.h -- what programs for Linux on x86-64 expect, as far as a personality of ours answers
 * them: calls and errors by their numbers, and what lies on the stack when a program begins.
 *
 * A call's number is in rax, its arguments in rdi rsi rdx r10 r8 r9; rax comes back with a result
 * or a negative error; rcx and r11 are lost, all other registers are kept. */
#ifndef LIB_LINUX_ABI_H
#define LIB_LINUX_ABI_H

#include <stddef.h>
#include <stdint.h>

#define LINUX_CALLS(X)                                                                             \
    X(write, 1)                                                                                    \
    X(getpid, 39)                                                                                  \
    X(exit, 60)

enum linux_number {
#define LINUX_CALL_ENUM(name, number) LINUX_##name = (number),
    LINUX_CALLS(LINUX_CALL_ENUM)
#undef LINUX_CALL_ENUM
};

#define LINUX_EPERM  1
#define LINUX_EBADF  9
#define LINUX_ENOMEM 12
#define LINUX_EFAULT 14
#define LINUX_EINVAL 22
#define LINUX_ENOSYS 38

/* Linux's number for an error of ours (lib/error.h), both negative. */
long linux_error(long error);

/* Of the auxiliary vector. */
#define LINUX_AT_NULL   0
#define LINUX_AT_PAGESZ 6
#define LINUX_AT_ENTRY  9

/* Writes what a program finds at rsp when it begins (System V ABI, 3.4.1) to the end of the `bytes`
 * bytes at `stack`, which the program sees from `at` on: the number of arguments, their addresses,
 * 0, no environment, the auxiliary vector, and the arguments themselves. Gives the program's rsp, a
 * multiple of 16, or 0 where there is no room. */
uint64_t linux_start(void *stack, size_t bytes, uint64_t at, const char *const argument[],
                     unsigned count, uint64_t entry);

#endif
