/* SPDX-License-Identifier: MIT */
/* vfork_entry.S -- exos_vfork (exos.h): the child goes on with this stack and may write over all of it that is
 * below the caller's, so what the parent needs to go on is kept elsewhere. */
#include "machine/trap/entry.h"

    .text
    .globl exos_vfork, vfork_return
exos_vfork:
    PUSH_KEPT
    mov %rsp, %rdi
    sub $8, %rsp
    call vfork_from                 /* vfork.c: 0, or an error */
    add $56, %rsp                   /* the registers are as they were */
    ret

/* vfork_return(kept, value): out of the exos_vfork that kept these: r15 r14 r13 r12 rbp rbx, where
 * it returns to, and rsp there. */
vfork_return:
    mov 0(%rdi), %r15
    mov 8(%rdi), %r14
    mov 16(%rdi), %r13
    mov 24(%rdi), %r12
    mov 32(%rdi), %rbp
    mov 40(%rdi), %rbx
    mov 56(%rdi), %rsp
    mov %rsi, %rax
    jmp *48(%rdi)

    .section .note.GNU-stack, "", @progbits
