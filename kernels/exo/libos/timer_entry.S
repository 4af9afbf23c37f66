/* SPDX-License-Identifier: MIT */
/* timer_entry.S -- where the kernel puts an environment whose timer is due: on the stack that was in use. */
#include "exo/abi.h"
#include "machine/trap/entry.h"

    .text
    .globl timer_fires
timer_fires:
    sub $(EXO_RED_ZONE + 16), %rsp  /* rip and rflags: the u-area's words are the next timer's */
    PUSH_REGISTERS
    mov uarea(%rip), %rdx
    mov UAREA_TIMED(%rdx), %rax
    mov %rax, 128(%rsp)
    mov UAREA_TIMED + 8(%rdx), %rax
    mov %rax, 120(%rsp)
    mov %rsp, %rbx
    and $-16, %rsp
    call timer_run                  /* timer.c */
    mov %rbx, %rsp
    POP_REGISTERS
    popfq
    ret $EXO_RED_ZONE

    .section .note.GNU-stack, "", @progbits
