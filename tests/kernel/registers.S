/* SPDX-License-Identifier: MIT */
/* registers.S -- see registers.h. */
#include "machine/trap/entry.h"

    .text
    .globl registers_around_syscall, registers_syscall_return
registers_around_syscall:
    PUSH_KEPT
    pushfq
    mov %rsi, saved_out(%rip)
    mov %rsp, saved_rsp(%rip)
    pushfq
    or %rdx, (%rsp)
    mov 0(%rdi), %rax
    mov 8(%rdi), %rbx
    mov 16(%rdi), %rcx
    mov 24(%rdi), %rdx
    mov 32(%rdi), %rsi
    mov 48(%rdi), %rbp
    mov 56(%rdi), %r8
    mov 64(%rdi), %r9
    mov 72(%rdi), %r10
    mov 80(%rdi), %r11
    mov 88(%rdi), %r12
    mov 96(%rdi), %r13
    mov 104(%rdi), %r14
    mov 112(%rdi), %r15
    mov 40(%rdi), %rdi
    popfq
    syscall
registers_syscall_return:
    mov %rax, saved_rax(%rip)
    mov saved_out(%rip), %rax
    mov %rbx, 8(%rax)
    mov %rcx, 16(%rax)
    mov %rdx, 24(%rax)
    mov %rsi, 32(%rax)
    mov %rdi, 40(%rax)
    mov %rbp, 48(%rax)
    mov %r8, 56(%rax)
    mov %r9, 64(%rax)
    mov %r10, 72(%rax)
    mov %r11, 80(%rax)
    mov %r12, 88(%rax)
    mov %r13, 96(%rax)
    mov %r14, 104(%rax)
    mov %r15, 112(%rax)
    mov saved_rax(%rip), %rcx
    mov %rcx, 0(%rax)
    mov %rsp, %rcx
    mov saved_rsp(%rip), %rsp       /* from here on a stack again */
    pushfq
    pop %rdx
    sub %rsp, %rcx
    mov %rcx, 120(%rax)
    mov %rdx, %rax
    popfq
    POP_KEPT
    ret

    .bss
    .balign 8
saved_out:
    .quad 0
saved_rsp:
    .quad 0
saved_rax:
    .quad 0

    .section .note.GNU-stack, "", @progbits
