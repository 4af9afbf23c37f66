/* SPDX-License-Identifier: MIT */
/* user_move.S -- the instructions that touch user memory, each with its fixup. */
#include "machine/cpu/trap_frame.h"

/* A page fault of the instruction `at`, within `bytes` from the user address in the register that a
 * trap frame has at `user`, goes on at `resume` (struct fixup, fixup.h). */
.macro FIXUP at, resume, user, bytes
    .pushsection .fixups, "a"
    .quad \at, \resume, \user, \bytes
    .popsection
.endm

/* size_t NAME(void *to, const void *from, size_t n): copies n bytes, eight at a time; gives 0, or
 * how many were left when the byte of the user's could not be read or written. Within stac and
 * clac. */
.macro MOVE name, user
    .global \name
\name:
    mov %rdx, %rcx
    shr $3, %rcx
    and $7, %edx
1:  rep movsq
    mov %edx, %ecx
2:  rep movsb
    xor %eax, %eax
    ret
3:  lea (%rdx,%rcx,8), %rax
    ret
4:  mov %rcx, %rax
    ret
    FIXUP 1b, 3b, \user, 8
    FIXUP 2b, 4b, \user, 1
.endm

    .text
    MOVE user_move_in, TF_RSI
    MOVE user_move_out, TF_RDI

    .section .note.GNU-stack, "", @progbits
