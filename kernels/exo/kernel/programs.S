/* SPDX-License-Identifier: MIT */
/* programs.S -- the programs in the image, as struct program (machine/program.h). Their files are found by
 * the assembler's -I (build.mk). */
    .section .rodata, "a"
    .globl programs, programs_end

    .balign 16
programs:
    .asciz "first"
    .balign 16
    .quad first, first_end - first
    .asciz "attacker"
    .balign 16
    .quad attacker, attacker_end - attacker
programs_end:

    .balign 16
first:
    .incbin "exo-first.elf"
first_end:
    .balign 16
attacker:
    .incbin "attacker-exo.elf"
attacker_end:

    .section .note.GNU-stack, "", @progbits
