/* SPDX-License-Identifier: MIT */
/* upcall_handle.h -- the library's side of upcalls: a trap of this environment comes back to it as
 * a call.
 *
 *   the kernel (kernel/upcall.c) -> upcall_entry (upcall_entry.S) -> the handler -> ret: the
 * environment goes on without the kernel */
#ifndef EXO_LIBOS_UPCALL_HANDLE_H
#define EXO_LIBOS_UPCALL_HANDLE_H

#include <stdbool.h>

#include "exo/libos/uarea.h"

/* Everything the environment was when the trap came. A handler may change it, and the environment
 * goes on as it says. */
struct upcall_state {
    struct exo_trap trap;
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t resumed; /* for upcall_entry.S */
};

/* Sends every trap of this environment to fn; null: to the kernel again, which kills it. */
typedef void upcall_fn(struct upcall_state *s);
void upcall_handle(upcall_fn *fn);

/* Runs fn(arg). When it returns: false. When it takes a trap: true, with *caught what it was, and
 * fn is given up. Handlers are as before afterwards. Does not nest. */
bool upcall_catch(struct upcall_state *caught, void (*fn)(void *arg), void *arg);

#endif
