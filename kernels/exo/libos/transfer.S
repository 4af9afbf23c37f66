/* SPDX-License-Identifier: MIT */
/* transfer.S -- see transfer.h. */
#include "exo/abi.h"
#include "machine/trap/entry.h"

#define FROM 48 /* of struct message */

    .macro LOAD_MESSAGE at
    mov 0(\at), %rdi
    mov 8(\at), %rsi
    mov 24(\at), %r8
    mov 32(\at), %r9
    mov 40(\at), %r10
    .endm
    .macro STORE_MESSAGE at
    mov %rdi, 0(\at)
    mov %rsi, 8(\at)
    mov %rdx, 16(\at)
    mov %r8, 24(\at)
    mov %r9, 32(\at)
    mov %r10, 40(\at)
    mov %rax, FROM(\at)
    .endm

/* Slices of its own that come to this environment meanwhile it only gives away. \area: its u-area. */
    .macro IDLE area
    movq $idle, UAREA_PROLOGUE_ENTRY(\area)
    mov %rsp, UAREA_PROLOGUE_STACK(\area)
    .endm

    .text
    .globl transfer_call, transfer_serve

idle:
    xor %edi, %edi
    mov $EXO_CALL_ENV_YIELD, %eax
    syscall
    ud2                             /* the next slice begins at idle again */

transfer_call:
    PUSH_KEPT
    push %rsi
    mov %rdi, %rax
    shl $32, %rax
    or %rdx, %rax
    mov uarea(%rip), %rcx
    mov %rdi, UAREA_REPLY + 16(%rcx)
    lea .Lreplied(%rip), %rdx
    mov %rdx, UAREA_REPLY(%rcx)
    mov %rsp, UAREA_REPLY + 8(%rcx)
    IDLE %rcx
    mov %rsi, %rcx
    LOAD_MESSAGE %rcx
    mov 16(%rcx), %rdx
    syscall                         /* comes back only with an error */
    pop %rsi
    jmp 1f
.Lreplied:
    mov (%rsp), %rcx
    STORE_MESSAGE %rcx
    pop %rsi
    xor %eax, %eax
1:  POP_KEPT
    ret

/* Each message comes to the same stack: a struct message at its top, and fn at work below. */
transfer_serve:
    push %rbx
    push %rbp
    sub $56, %rsp
    mov %rdi, served(%rip)
    mov uarea(%rip), %rcx
    lea .Lasked(%rip), %rdx
    mov %rsp, UAREA_TRANSFER + 8(%rcx)
    mov %rdx, UAREA_TRANSFER(%rcx)
    movq $1, UAREA_TRANSFER + 16(%rcx)
    IDLE %rcx
    jmp idle
.Lasked:
    STORE_MESSAGE %rsp
    mov %rsp, %rdi
    call *served(%rip)
    mov uarea(%rip), %rcx
    IDLE %rcx                       /* a slice that ended within fn has set another place */
    mov FROM(%rsp), %rax
    shl $32, %rax
    or $EXO_REPLY, %rax
    LOAD_MESSAGE %rsp
    mov 16(%rsp), %rdx
    syscall
    add $56, %rsp
    pop %rbp
    pop %rbx
    ret

    .bss
    .balign 8
served:
    .quad 0

    .section .note.GNU-stack, "", @progbits
