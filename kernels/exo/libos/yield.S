/* SPDX-License-Identifier: MIT */
/* yield.S -- see yield.h. */
#include "exo/abi.h"

    .text
    .globl exo_env_yield
exo_env_yield:
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    mov uarea(%rip), %rdx
    lea 1f(%rip), %rcx
    mov %rcx, UAREA_PROLOGUE_ENTRY(%rdx)
    mov %rsp, UAREA_PROLOGUE_STACK(%rdx)
    mov $EXO_CALL_ENV_YIELD, %eax
    syscall                         /* comes back only with an error, or 0 to the caller itself */
1:  pop %r15                        /* the slice begins with rax 0 */
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret

    .section .note.GNU-stack, "", @progbits
