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

    .section .note.GNU-stack, "", @progbits
