/* SPDX-License-Identifier: MIT */
/* vectors_deliver.S -- vector_enter(gate, has_error, registers, after): what the CPU pushes, pushed
 * by hand, then a jump to the gate with every register loaded. The interrupt comes back to
 * `returned` (an exception may leave by trap_catch instead). */
#include "machine/trap/entry.h"

#define VECTOR_ERROR 0x5ec0de

    .text
    .global vector_enter
vector_enter:
    PUSH_KEPT
    push %rcx                       /* after */
    mov %rsp, %rax
    pushq $KERNEL_DATA
    push %rax
    pushfq
    pushq $KERNEL_CODE
    lea returned(%rip), %rax
    push %rax
    test %esi, %esi
    jz 1f
    pushq $VECTOR_ERROR
1:  push %rdi                       /* the gate, taken off again by the ret below */
    mov %rdx, %rax
    mov 0(%rax), %r15
    mov 8(%rax), %r14
    mov 16(%rax), %r13
    mov 24(%rax), %r12
    mov 32(%rax), %r11
    mov 40(%rax), %r10
    mov 48(%rax), %r9
    mov 56(%rax), %r8
    mov 64(%rax), %rbp
    mov 72(%rax), %rdi
    mov 80(%rax), %rsi
    mov 88(%rax), %rdx
    mov 96(%rax), %rcx
    mov 104(%rax), %rbx
    mov 112(%rax), %rax
    ret

returned:
    push %rax
    mov 8(%rsp), %rax               /* after */
    mov %r15, 0(%rax)
    mov %r14, 8(%rax)
    mov %r13, 16(%rax)
    mov %r12, 24(%rax)
    mov %r11, 32(%rax)
    mov %r10, 40(%rax)
    mov %r9, 48(%rax)
    mov %r8, 56(%rax)
    mov %rbp, 64(%rax)
    mov %rdi, 72(%rax)
    mov %rsi, 80(%rax)
    mov %rdx, 88(%rax)
    mov %rcx, 96(%rax)
    mov %rbx, 104(%rax)
    pop %rcx
    mov %rcx, 112(%rax)
    pop %rcx
    POP_KEPT
    ret

    .section .note.GNU-stack, "", @progbits
