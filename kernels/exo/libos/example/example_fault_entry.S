/* SPDX-License-Identifier: MIT */
/* example_fault_entry.S -- step 3: where the kernel puts this environment when it trapped, on the stack of
 * traps, with all registers as the trap found them. What a C function loses is saved; then what was interrupted
 * goes on, without a call: flags and address are put below the red zone of its stack, and taken from there. */
#include "exo/abi.h"

/* In struct exo_trap. */
#define RIP    (UAREA_TRAP + 24)
#define RFLAGS (UAREA_TRAP + 32)
#define RSP    (UAREA_TRAP + 40)

    .text
    .globl fault_entry
fault_entry:
    cmp %rsp, fault_stack_top(%rip) /* on another stack: a fault within the handler */
    jne fault_in_fault              /* example_fault.c */
    push %rsp                       /* room for the stack that goes on */
    .irp register, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
    push %\register
    .endr
    call fault_handle               /* example_fault.c */
    mov uarea(%rip), %rcx
    mov RSP(%rcx), %rdx
    sub $(EXO_RED_ZONE + 16), %rdx
    mov RFLAGS(%rcx), %rax
    mov %rax, (%rdx)
    mov RIP(%rcx), %rax
    mov %rax, 8(%rdx)
    mov %rdx, 72(%rsp)
    lea 80(%rsp), %rdx
    mov %rdx, UAREA_TRAP_STACK(%rcx) /* the next trap may come */
    .irp register, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
    pop %\register
    .endr
    pop %rsp
    popfq
    ret $EXO_RED_ZONE

    .section .note.GNU-stack, "", @progbits
