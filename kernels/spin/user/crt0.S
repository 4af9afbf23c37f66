/* SPDX-License-Identifier: MIT */
/* crt0.S -- the first instructions of a user process. In: rdi, rsi and rdx what process_run() was given,
 * rsp the top of the stack, everything else 0: rbp too, which ends a back trace. */
    .text
    .globl _start
_start:
    call process_start              /* start.c; does not return */

    .section .note.GNU-stack, "", @progbits
