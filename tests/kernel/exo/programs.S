/* SPDX-License-Identifier: MIT */
/* programs.S -- the programs in the test image, as struct program (machine/user/program.h): the system's own, and
 * those that misbehave. Their files are found by the assembler's -I (build.mk). */
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
    .asciz "overlap-info"
    .balign 16
    .quad overlap_info, overlap_info_end - overlap_info
    .asciz "overlap-stack"
    .balign 16
    .quad overlap_stack, overlap_stack_end - overlap_stack
programs_end:

    .balign 16
first:
    .incbin "exo-first.elf"
first_end:
    .balign 16
attacker:
    .incbin "attacker-exo.elf"
attacker_end:
    .balign 16
overlap_info:
    .incbin "overlap-info.elf"
overlap_info_end:
    .balign 16
overlap_stack:
    .incbin "overlap-stack.elf"
overlap_stack_end:

    .section .note.GNU-stack, "", @progbits
