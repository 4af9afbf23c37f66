/* SPDX-License-Identifier: MIT */
/* syscall_entry.S -- where the `syscall` instruction lands: a frame of all registers, the event
 * Trap.Syscall, and back. docs/spin/processes.md, "Hazards of the system call", explains what guards against what. */
#include "machine/trap/entry.h"
#include "spin/core/space/trap_syscall.h"

    .text
    .globl syscall_entry

/* In:  rcx user rip, r11 user rflags, all else the user's; IF, TF, DF, AC and NT clear (SFMASK).
 * Out: rax the result, rcx and r11 as the instruction defines them, all other registers as they were. */
syscall_entry:
    SYSCALL_ENTER
    SYSCALL_FRAME
    mov address_space_current, %rsi
    call *trap_syscall              /* raises Trap.Syscall: rdi the frame, rsi the system */
    cmpl $TRAP_SYSCALL, TF_VECTOR(%rsp)
    jne trap_return                 /* a handler changed where it goes: iretq takes any frame */
    POP_REGISTERS                   /* rcx and r11 are those that SYSCALL_FRAME saved */
    SYSCALL_RETURN_FRAME            /* rcx is canonical: nothing is mapped at USER_TOP */

    .section .note.GNU-stack, "", @progbits
