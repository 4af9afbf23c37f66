/* SPDX-License-Identifier: MIT */
/* start.S -- where a new environment begins: the slice that begins it finds every register 0, and at
 * rsp the struct exo_start that its builder put there. */
#include "exo/abi.h"

    .text
    .globl system_start
system_start:
    mov START_UAREA(%rsp), %rax
    mov %rax, uarea(%rip)
    mov (%rsp), %rdi
    mov 8(%rsp), %rsi
    lea START_WORDS(%rsp), %rdx
    jmp _start

/* The highest page that a program may have; nothing is mapped between it and the u-areas. */
    .globl system_highest
    .set system_highest, EXO_UAREAS - 2 * 4096

    .section .note.GNU-stack, "", @progbits
