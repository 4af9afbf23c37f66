/* SPDX-License-Identifier: MIT */
/* fork_entry.S -- exos_fork (exos.h): the registers that a call keeps are on the stack before anything is
 * copied, and both processes take them from there. */
    .text
    .globl exos_fork, fork_child
exos_fork:
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, %rdi
    sub $8, %rsp
    call fork_from                  /* fork.c: the pid, or an error */
    add $8, %rsp
1:  pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret

/* The child's first slice: every register 0, rsp as it was above. */
fork_child:
    jmp 1b

    .section .note.GNU-stack, "", @progbits
