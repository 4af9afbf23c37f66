/* SPDX-License-Identifier: MIT */
/* signal_entry.S -- where the handler of traps puts the application when a signal has come of its trap: rsp is a struct
 * slice_registers, above which is the red zone, and rdi the signal. */
#include "exo/abi.h"
#include "machine/trap/entry.h"

    .text
    .globl signal_enter
signal_enter:
    mov %rsp, %rsi
    mov %rsp, %rbx
    and $-16, %rsp
    cld
    call signal_entered             /* signal.c */
    mov %rbx, %rsp
    POP_REGISTERS
    popfq
    ret $EXO_RED_ZONE

    .section .note.GNU-stack, "", @progbits
