/* SPDX-License-Identifier: MIT */
/* thread_switch.S -- from one thread's stack to another's. docs/machine.md tells the life of a switch. */
#include "machine/cpu/cpu.h"
#include "machine/cpu/current.h"
#include "machine/memory/page_table.h"
#include "machine/trap/entry.h"

.macro POP_SAVED
    POP_KEPT
    ret
.endm

/* In: rdi from, rsi to, from's registers on its stack. Out: back in to. */
.macro EXCHANGE_STACKS
    mov %rsp, THREAD_RSP(%rdi)
    mov THREAD_RSP(%rsi), %rsp
    mov THREAD_TOP(%rsi), %rax
    mov %rax, %gs:CPU_KERNEL_RSP
    mov %rsi, %gs:CPU_THREAD
    POP_SAVED
.endm

    .text
/* void thread_switch_space(struct thread *from, struct thread *to, const struct page_table *space): both address spaces
 * have the kernel's half, so the stack stays where it is. */
    .global thread_switch_space
thread_switch_space:
    mov PAGE_TABLE_LOADS(%rdx), %rax
    mov %rax, %cr3

/* void thread_switch(struct thread *from, struct thread *to)
 * In:  from is the current thread, interrupts are off.
 * Out: on to's stack, from the call by which it was left; rbx rbp r12-r15 are its own, as C wants them. */
    .global thread_switch
thread_switch:
    PUSH_KEPT
    mov THREAD_LEAVE(%rdi), %eax
    or THREAD_ENTER(%rsi), %eax
    jnz 2f
1:  EXCHANGE_STACKS

/* Both have registers of the FPU, the same ones, and nothing else: what XSAVE is to save stands in both words. */
2:  mov THREAD_LEAVE(%rdi), %eax
    cmp THREAD_ENTER(%rsi), %eax
    jne 3f
    xor %edx, %edx
    xsave64 THREAD_FPU(%rdi)
    xrstor64 THREAD_FPU(%rsi)
    EXCHANGE_STACKS

/* Anything else is switch_words.c's. */
3:  mov %rdi, %rbx
    mov %rsi, %rbp
    sub $8, %rsp                    /* a call's alignment */
    call thread_switch_others
    add $8, %rsp
    mov %rbx, %rdi
    mov %rbp, %rsi
    jmp 1b

/* Where the switch of thread_exit leads, on the stack of the thread that goes on: rbx is the one
 * that ended, behind lies what this one saved. */
    .global thread_exited
thread_exited:
    mov %rbx, %rdi
    sub $8, %rsp                    /* a call's alignment */
    call thread_free
    add $8, %rsp
    POP_SAVED

/* Where the first switch to a thread leads (thread_create): rbx its function, r12 what it is called with, rbp 0,
 * which ends a back trace. */
    .global thread_begin
thread_begin:
    mov %r12, %rdi
    call *%rbx
    call thread_has_returned

    .section .note.GNU-stack, "", @progbits
