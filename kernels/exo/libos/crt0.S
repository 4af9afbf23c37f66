/* SPDX-License-Identifier: MIT */
/* crt0.S -- the first instructions of an environment. In: rdi the creator's argument, rsp the top of
 * the stack, everything else 0: rbp too, which ends a back trace. */
    .text
    .globl _start
_start:
    call env_start                  /* start.c; does not return */

    .section .note.GNU-stack, "", @progbits
