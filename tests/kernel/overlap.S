/* SPDX-License-Identifier: MIT */
/* overlap.S -- a program of two instructions that is never run: build.mk links it to lie where its
 * kernel has already mapped something, and the kernel refuses to load it. */
    .text
    .globl _start
_start:
    ud2
    jmp _start

    .section .note.GNU-stack, "", @progbits
