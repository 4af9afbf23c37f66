/* SPDX-License-Identifier: MIT */
/* fork_entry.S -- exos_fork (exos.h): the registers that a call keeps are on the stack before anything is
 * copied, and both processes take them from there. */
#include "machine/trap/entry.h"

    .text
    .globl exos_fork, fork_child
exos_fork:
    PUSH_KEPT
    mov %rsp, %rdi
    sub $8, %rsp
    call fork_from                  /* fork.c: the pid, or an error */
    add $8, %rsp
1:  POP_KEPT
    ret

/* The child's first slice: every register 0, rsp as it was above. */
fork_child:
    sub $8, %rsp
    call registers_take
    add $8, %rsp
    xor %eax, %eax
    jmp 1b

    .section .note.GNU-stack, "", @progbits
