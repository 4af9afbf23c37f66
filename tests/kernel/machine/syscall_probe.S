/* SPDX-License-Identifier: MIT */
/* syscall_probe.S -- see syscall_probe.h. */
#include "machine/trap/entry.h"

    .text
    .global syscall_probe_return
syscall_probe_return:
    SYSCALL_ENTER
    SYSCALL_RETURN

    .global syscall_probe_frame
syscall_probe_frame:
    SYSCALL_ENTER
    pushfq
    pop %rsi
    SYSCALL_FRAME                   /* rsi is as pushed: it was ours to lose */
    call syscall_probe_take
    jmp trap_return

    .section .note.GNU-stack, "", @progbits
