/* SPDX-License-Identifier: MIT */
/* thread_switch.S -- see thread.c. */
#include "machine/trap/entry.h"

    .text
    .globl thread_switch, thread_first
thread_switch:
    PUSH_KEPT
    mov %rsp, (%rdi)
    mov %rsi, %rsp
    POP_KEPT
    ret
thread_first:
    call thread_run                 /* thread.c; does not return */

    .section .note.GNU-stack, "", @progbits
