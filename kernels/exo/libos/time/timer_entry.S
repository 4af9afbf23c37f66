/* SPDX-License-Identifier: MIT */
/* timer_entry.S -- where the kernel puts an environment whose timer is due: on the stack that was in use. */
#include "exo/abi.h"
#include "machine/trap/entry.h"

    .text
    .globl timer_fires
timer_fires:
    sub $(EXO_RED_ZONE + 32), %rsp  /* rip and rflags, which are the next timer's; and where a slice begins, which
                                       a yield in the handler changes */
    PUSH_REGISTERS
    mov uarea(%rip), %rdx
    mov UAREA_TIMED(%rdx), %rax
    mov %rax, 128(%rsp)
    mov UAREA_TIMED + 8(%rdx), %rax
    mov %rax, 120(%rsp)
    mov UAREA_PROLOGUE_ENTRY(%rdx), %rax
    mov %rax, 136(%rsp)
    mov UAREA_PROLOGUE_STACK(%rdx), %rax
    mov %rax, 144(%rsp)
    mov %rsp, %rdi
    mov %rsp, %rbx
    and $-16, %rsp
    call timer_run                  /* timer.c */
    mov %rbx, %rsp
    mov uarea(%rip), %rdx
    mov 136(%rsp), %rax
    mov %rax, UAREA_PROLOGUE_ENTRY(%rdx)
    mov 144(%rsp), %rax
    mov %rax, UAREA_PROLOGUE_STACK(%rdx)
    POP_REGISTERS
    popfq
    ret $(EXO_RED_ZONE + 16)

    .section .note.GNU-stack, "", @progbits
