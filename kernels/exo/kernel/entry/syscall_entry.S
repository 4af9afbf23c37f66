/* SPDX-License-Identifier: MIT */
/* syscall_entry.S -- where the `syscall` instruction lands. Each line that guards against a hazard
 * names it; docs/exo.md, "Hazards of the system call", tells the rest. */
#include "exo/abi.h"
#include "machine/trap/entry.h"

    .text
    .globl syscall_entry, syscall_entered, syscall_complete

/* In:  rax number, rdi rsi rdx r10 r8 r9 arguments, rcx user rip, r11 user rflags; the user's stack;
 *      IF, TF, DF, AC and NT clear (SFMASK).
 * Out: rax result; rbx rbp rsp r12-r15 as they were; rdi rsi rdx r8 r9 r10 zero, so that nothing of
 *      the kernel's is in them. A C function keeps rbx rbp r12-r15 by the ABI: they hold the user's own.
 * The stack is 16-aligned when a C function begins: two pushes and the call. */
syscall_entry:
    SYSCALL_ENTER
syscall_entered:                    /* reflect_entry.S goes on here */
    cmp $EXO_QUICK_COUNT, %rax      /* unsigned: -1 is no index either */
    jae 1f
    push %rcx
    push %r11
    mov %r10, %rcx                  /* the fourth argument, where C wants it */
    call *syscall_quick(, %rax, 8)
    pop %r11
    pop %rcx
    xor %edi, %edi
    xor %esi, %esi
    xor %edx, %edx
    xor %r8d, %r8d
    xor %r9d, %r9d
    xor %r10d, %r10d
    SYSCALL_RETURN                  /* rcx is canonical: nothing is mapped at USER_TOP */

/* Every other number: a directed yield or a control transfer, or a frame of all registers, which C may
 * exchange for another environment's. */
1:  cmp $EXO_YIELD, %eax            /* the upper half of rax is an id */
    je yield_entry
    ja transfer_entry
syscall_complete:
    SYSCALL_FRAME
    call syscall_frame
    jmp trap_return                 /* iretq: takes any rip */

    .section .note.GNU-stack, "", @progbits
