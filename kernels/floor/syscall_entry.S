/* SPDX-License-Identifier: MIT */
/* syscall_entry.S -- the two places where the floor lets `syscall` lead, and the shortest trap handler. */
#include "floor/abi.h"
#include "machine/trap/entry.h"

    .text
/* The instruction pair alone: no stack, no gs, nothing read. rcx and r11 are as syscall left them. */
    .global syscall_bare
syscall_bare:
    sysretq

/* The shortest handler that any kernel could afford: the kernel's gs and stack, one bounded call
 * through a table with the arguments where C wants them, the registers that sysret needs, and a
 * safe return.
 * In: rax number, rdi rsi rdx r10 r8 r9 arguments. Out: rax result. */
    .balign 16
    .global syscall_null
syscall_null:
    SYSCALL_ENTER
    push %rcx
    push %r11
    cmp $CALL_COUNT, %rax
    jae 1f
    mov %r10, %rcx
    call *calls(,%rax,8)
    pop %r11
    pop %rcx
    SYSCALL_RETURN
1:  mov $-CALL_UNKNOWN, %rax
    pop %r11
    pop %rcx
    SYSCALL_RETURN

/* From one address space to the other: what of the two differs changes places. Interrupts are off
 * and nothing is pushed, so the other's stack may stand in rsp here. */
    .balign 16
    .global syscall_cross
syscall_cross:
    xchg %rcx, cross_rip(%rip)
    xchg %rsp, cross_rsp(%rip)
    mov cross_space(%rip), %rax
    xor cross_differ(%rip), %rax
    mov %rax, cross_space(%rip)
    mov %rax, %cr3
    sysretq

    .balign 16
call_nothing:
    ret

/* What `int` costs with nothing behind it. */
    .balign 16
    .global trap_bare
trap_bare:
    iretq

    .section .rodata
    .balign 8
calls:
    .quad call_nothing              /* CALL_NULL */

/* Of the address space that is not running; and what cr3 is loaded with, in which both differ so. */
    .bss
    .balign 8
    .global cross_rip, cross_rsp, cross_space, cross_differ
cross_rip:
    .quad 0
cross_rsp:
    .quad 0
cross_space:
    .quad 0
cross_differ:
    .quad 0

    .section .note.GNU-stack, "", @progbits
