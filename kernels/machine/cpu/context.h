/* SPDX-License-Identifier: MIT */
/* context.h -- a place in the kernel to come back to, as setjmp and longjmp. The function that
 * saved it must not have returned. */
#ifndef MACHINE_CONTEXT_H
#define MACHINE_CONTEXT_H

#include <stdint.h>

struct context {
    uint64_t rbx, rbp, r12, r13, r14, r15, rsp, rip;
};

int context_save(struct context *c) __attribute__((returns_twice));
_Noreturn void context_load(const struct context *c);

#endif
