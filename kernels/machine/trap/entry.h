/* SPDX-License-Identifier: MIT */
/* entry.h -- assembly macros for entries and returns. A system's syscall_entry begins with
 * SYSCALL_ENTER; a fast path then does its work and ends with SYSCALL_RETURN; everything else goes
 * on with SYSCALL_FRAME, which makes the same frame that a trap makes, calls C, and leaves by `jmp
 * trap_return`, which takes any frame. */
#ifndef MACHINE_ENTRY_H
#define MACHINE_ENTRY_H

#include "machine/cpu/cpu.h"
#include "machine/cpu/segment.h"
#include "machine/trap/trap.h"

/* What follows is assembly. */
/* clang-format off */

/* In:  rcx user rip, r11 user rflags, rsp still the user's; interrupts off (SFMASK).
 * Out: rsp the CPU's kernel stack, gs the CPU's area; the user's rsp in %gs:CPU_USER_RSP. No other register is changed. */
.macro SYSCALL_ENTER
    swapgs
    mov %rsp, %gs:CPU_USER_RSP
    mov %gs:CPU_KERNEL_RSP, %rsp
.endm

/* Back to user mode with sysret. In: rcx and r11 as the syscall gave them, %gs:CPU_USER_RSP untouched since. Only for a return
 * to where the call came from: rcx is then canonical, as user code never lies in the last page of the lower half.
 * A handler that leaves secrets in rdx, rsi, rdi, r8 to r10 clears them before. */
.macro SYSCALL_RETURN
    mov %gs:CPU_USER_RSP, %rsp
    swapgs
    sysretq
.endm

/* The same from a frame of SYSCALL_FRAME on the kernel's stack, whose registers are popped: rsp at its vector. For kernels in which another
 * thread's call may have come in between. */
.macro SYSCALL_RETURN_FRAME
    mov (TF_RSP - TF_VECTOR)(%rsp), %rsp
    swapgs
    sysretq
.endm

.macro PUSH_REGISTERS
    push %rax
    push %rbx
    push %rcx
    push %rdx
    push %rsi
    push %rdi
    push %rbp
    push %r8
    push %r9
    push %r10
    push %r11
    push %r12
    push %r13
    push %r14
    push %r15
.endm

/* The registers that a C call keeps, but for rsp. */
.macro PUSH_KEPT
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
.endm

.macro POP_KEPT
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
.endm

.macro POP_REGISTERS
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rbp
    pop %rdi
    pop %rsi
    pop %rdx
    pop %rcx
    pop %rbx
    pop %rax
.endm

/* After SYSCALL_ENTER, with nothing pushed. Out: rsp and rdi the struct trap_frame, vector TRAP_SYSCALL, stack aligned for a
 * call into C. End with `jmp trap_return` with rsp at the frame. */
.macro SYSCALL_FRAME
    pushq $USER_DATA
    pushq %gs:CPU_USER_RSP
    push %r11
    pushq $USER_CODE
    push %rcx
    pushq $0
    pushq $TRAP_SYSCALL
    PUSH_REGISTERS
    mov %rsp, %rdi
    cld
.endm

#endif
