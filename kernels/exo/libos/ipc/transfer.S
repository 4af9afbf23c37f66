/* SPDX-License-Identifier: MIT */
/* transfer.S -- see transfer.h. */
#include "exo/abi.h"
#include "exo/defence.h"
#include "machine/trap/entry.h"

#define FROM 48 /* of struct message */
/* transfer_wait.c holds the compiler to these. */
#define ERROR_AGAIN 15
#define ERROR_FAULT 4

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

/* Where a slice begins that comes to this environment meanwhile. \area: its u-area. */
    .macro MEANWHILE at, area
    movq $\at, UAREA_PROLOGUE_ENTRY(\area)
    mov %rsp, UAREA_PROLOGUE_STACK(\area)
    .endm

/* After a refusal nobody may reply: one whose reply was given up before still could. Loses rcx. */
    .macro WAIT_FOR_NOBODY
    mov uarea(%rip), %rcx
    movq $0, UAREA_REPLY + 16(%rcx)
    .endm

/* A reply by that environment goes on at `at`; loses rcx. r11: the u-area. */
    .macro WAIT_FOR env, at
    mov \env, UAREA_REPLY + 16(%r11)
    lea \at(%rip), %rcx
    mov %rcx, UAREA_REPLY(%r11)
    mov %rsp, UAREA_REPLY + 8(%r11)
    .endm

    .text
    .globl transfer_call, transfer_call_trusting, transfer_serve, transfer_abandon

/* One that serves gives it away. */
idle:
    xor %edi, %edi
    mov $EXO_CALL_ENV_YIELD, %eax
    syscall
    ud2                             /* the next slice begins at idle again */

/* One that waits for a reply gives it to who is to reply, unless it is to wait no longer. */
waiting:
    call transfer_waiting
    test %rax, %rax
    jnz .Lfailed
    mov uarea(%rip), %rcx
    mov UAREA_REPLY + 16(%rcx), %rdi
    MEANWHILE waiting, %rcx
    mov $EXO_CALL_ENV_YIELD, %eax
    syscall
    jmp waiting                     /* there is no such environment, or no more of this slice */

transfer_call:
    PUSH_KEPT
    mov %rdi, %rbp                  /* a refusal leaves these two as they are */
    mov %rdi, %rbx
    push %rsi
    shl $32, %rbx
    or %rdx, %rbx
.Lcall:
    mov (%rsp), %rcx
    LOAD_MESSAGE %rcx               /* first: it may fault, and the handler may do what it likes */
    mov 16(%rcx), %rdx
    mov uarea(%rip), %r11
    WAIT_FOR %rbp, .Lreplied
    MEANWHILE waiting, %r11
    mov %rbx, %rax
    syscall                         /* comes back only with an error */
    WAIT_FOR_NOBODY
    cmp $-ERROR_AGAIN, %rax
    jne .Lfailed
    xor %edi, %edi                  /* the slice is over, and whoever owns it yields */
    call exo_env_yield
    jmp .Lcall
.Lfailed:
    pop %rcx
    jmp 1f
.Lreplied:
    pop %rcx
    STORE_MESSAGE %rcx
    xor %eax, %eax
1:  POP_KEPT
    ret

/* The other keeps the registers that a C call keeps. */
transfer_call_trusting:
    push %rsi
    mov %rdi, %rax
    mov uarea(%rip), %r11
    mov %rdi, UAREA_REPLY + 16(%r11)
    shl $32, %rax
    or %rdx, %rax
    mov %rsi, %rcx
    LOAD_MESSAGE %rcx
    mov 16(%rcx), %rdx
    lea .Ltrusted(%rip), %rcx
    mov %rcx, UAREA_REPLY(%r11)
    mov %rsp, UAREA_REPLY + 8(%r11)
    MEANWHILE idle, %r11
    syscall
    WAIT_FOR_NOBODY
    pop %rcx
    ret
.Ltrusted:
    pop %rcx
    STORE_MESSAGE %rcx
    xor %eax, %eax
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
    MEANWHILE idle, %rcx
    jmp idle
.Lasked:
    STORE_MESSAGE %rsp
    mov %rsp, %rdi
    call *served(%rip)
.Lreply:
    mov FROM(%rsp), %rax
    shl $32, %rax
    or $EXO_REPLY, %rax
    LOAD_MESSAGE %rsp
    mov 16(%rsp), %rdx
    mov uarea(%rip), %rcx
    MEANWHILE idle, %rcx            /* a slice that ended within fn has set another place */
    syscall
    cmp $-ERROR_AGAIN, %rax
    je .Lnext_slice
    add $56, %rsp
    pop %rbp
    pop %rbx
    ret
/* A message whose fn is given up, on any stack, is replied to with an error. */
transfer_abandon:
    mov uarea(%rip), %rcx
    mov UAREA_TRANSFER + 8(%rcx), %rsp
    movq $-ERROR_FAULT, (%rsp)
#if DEFENDED(METHOD_CLEAR)
    .irp register, ebx, ebp, r12d, r13d, r14d, r15d
    xor %\register, %\register      /* what fn had in them is not the caller's to see */
    .endr
#endif
    jmp .Lreply
.Lnext_slice:
    xor %edi, %edi
    call exo_env_yield
    jmp .Lreply

    .bss
    .balign 8
served:
    .quad 0

    .section .note.GNU-stack, "", @progbits
