/* SPDX-License-Identifier: MIT */
/* signal_entry.S -- where the handler of traps puts the application when a signal has come of its trap: rsp is a struct
 * slice_registers, above which is the red zone, and rdi the signal. */
#include "exo/abi.h"
#include "exo/libos/keep_vectors.h"
#include "machine/trap/entry.h"

    .text
    .globl signal_enter
signal_enter:
    mov %rsp, %rsi
    mov %rsp, %rbx
    and $-64, %rsp
    cld
    mov %rsp, %rbp
    cmpb $0, vectors_kept(%rip)
    je 1f
    sub $VECTORS, %rsp
    SAVE_VECTORS
1:  call signal_entered             /* signal.c */
    cmp %rsp, %rbp
    je 1f
    RESTORE_VECTORS
1:  mov %rbx, %rsp
    POP_REGISTERS
    popfq
    ret $EXO_RED_ZONE

    .section .note.GNU-stack, "", @progbits
