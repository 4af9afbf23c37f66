/* SPDX-License-Identifier: MIT */
/* example_ask.S -- step 4: a control transfer as a procedure call. The kernel saves nothing, so what a C
 * function keeps is kept on this stack; the u-area says where the reply comes to, and whose it may be. */
#include "exo/abi.h"
#include "machine/trap/entry.h"

    .text
    .globl ask
ask:                                /* rdi whom, rsi the word's address, rdx the factor */
    PUSH_KEPT
    push %rsi
    mov uarea(%rip), %rcx
    lea replied(%rip), %rax
    mov %rax, UAREA_REPLY(%rcx)
    mov %rsp, UAREA_REPLY + 8(%rcx)
    mov %rdi, UAREA_REPLY + 16(%rcx)
    mov %rdi, %rax
    shl $32, %rax
    or $EXO_TRANSFER, %rax
    mov (%rsi), %rdi
    mov %rdx, %rsi
    syscall                         /* comes back only with an error, in rax */
    pop %rsi
    jmp 1f
replied:                            /* rsp as it was said; all else is what the other had */
    pop %rsi
    mov %rdi, (%rsi)
    xor %eax, %eax
1:  POP_KEPT
    ret

    .section .note.GNU-stack, "", @progbits
