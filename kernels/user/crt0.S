/* SPDX-License-Identifier: MIT */
/* crt0.S -- the first instructions of a program in ring 3, and its last. In: rdi, rsi and rdx as program_main()
 * wants them, rsp a multiple of 16, rbp 0, which ends a back trace. */
    .text
    .globl _start
_start:
    call program_main
    mov %rax, %rdi
    call program_exit               /* does not return */

    .section .note.GNU-stack, "", @progbits
