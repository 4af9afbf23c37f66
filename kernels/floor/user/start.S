/* SPDX-License-Identifier: MIT */
/* start.S -- the first instruction of the ring-3 program. In: rdi, rsi and rdx as floor/abi.h says, rbp 0, which ends a back
 * trace, rsp 8 below a multiple of 16, as after a call. */
    .text
    .global _start
_start:
    jmp program_main                /* agent.c; does not return */

    .section .note.GNU-stack, "", @progbits
