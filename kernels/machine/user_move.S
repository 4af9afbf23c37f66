/* SPDX-License-Identifier: MIT */
/* user_move.S -- the instructions that touch user memory, each with its fixup. */

/* An exception at instruction `at` goes on at `resume` (trap.c). */
.macro FIXUP at, resume
    .pushsection .fixups, "a"
    .quad \at, \resume
    .popsection
.endm

    .text
/* size_t user_move(void *to, const void *from, size_t n): copies n bytes, eight at a time; gives 0, or how many were left
 * when one could not be read or written. Within stac and clac. */
    .global user_move
user_move:
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
    FIXUP 1b, 3b
    FIXUP 2b, 4b

    .section .note.GNU-stack, "", @progbits
