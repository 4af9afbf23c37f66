/* SPDX-License-Identifier: MIT */
/* programs.S -- the programs in the image, as struct program (machine/user/program.h). Their files are found by
 * the assembler's -I (build.mk). */
    .section .rodata, "a"
    .globl programs, programs_end

    .balign 16
programs:
    .asciz "first"
    .balign 16
    .quad first, first_end - first
programs_end:

    .balign 16
first:
    .incbin "exo-first.elf"
first_end:

    .section .note.GNU-stack, "", @progbits
