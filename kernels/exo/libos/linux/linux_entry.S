/* SPDX-License-Identifier: MIT */
/* linux_entry.S -- where a call of a foreign program comes back to, and where one begins. */
#include "exo/abi.h"

#define REFLECTED_RIP    (UAREA_REFLECT + 32)
#define REFLECTED_RFLAGS (UAREA_REFLECT + 40)
#define REFLECTED_RSP    (UAREA_REFLECT + 48)

    .text
    .globl linux_entry, linux_begin

/* In:  rsp the reflect stack, a multiple of 16; rcx and r11 lost; all other registers the program's.
 * Out: at the instruction after its `syscall`: rax the result, rcx that instruction and r11 the flags, as
 *      Linux has it. Where the program goes on is kept on this stack, for our own slices and traps may come
 *      between. A C function keeps rbx, rbp and r12 to r15. */
linux_entry:
    mov uarea(%rip), %rcx
    pushq REFLECTED_RSP(%rcx)
    pushq REFLECTED_RFLAGS(%rcx)
    pushq REFLECTED_RIP(%rcx)
    push %r9                        /* struct linux_call, and what the program keeps */
    push %r8
    push %r10
    push %rdx
    push %rsi
    push %rdi
    mov %rsp, %rdi
    mov %rax, %rsi
    cld
    sub $8, %rsp
    call linux_call
    add $8, %rsp
    pop %rdi
    pop %rsi
    pop %rdx
    pop %r10
    pop %r8
    pop %r9
    pop %rcx
    mov (%rsp), %r11
    popfq
    pop %rsp
    jmp *%rcx

/* void linux_begin(uint64_t entry, uint64_t stack): every other register 0, as Linux does it. */
linux_begin:
    mov %rsi, %rsp
    push %rdi
    .irp register, eax, ebx, ecx, edx, ebp, esi, edi, r8d, r9d, r10d, r11d, r12d, r13d, r14d, r15d
    xor %\register, %\register
    .endr
    ret

    .section .note.GNU-stack, "", @progbits
