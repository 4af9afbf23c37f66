/* SPDX-License-Identifier: MIT */
/* program.S -- the ring-3 program's ELF file inside the image; build.mk tells the assembler where it is. */
    .section .rodata
    .balign 16
    .global user_program_image, user_program_image_end
user_program_image:
    .incbin "floor-user.elf"
user_program_image_end:

    .section .note.GNU-stack, "", @progbits
