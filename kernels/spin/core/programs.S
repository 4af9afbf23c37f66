/* SPDX-License-Identifier: MIT */
/* programs.S -- the programs in the image, as struct program (machine/user/program.h). Their files are found by
 * the assembler's -I (build.mk). */
    .section .rodata, "a"
    .globl programs, programs_end

    .balign 16
programs:
    .asciz "agent"
    .balign 16
    .quad agent, agent_end - agent
programs_end:

    .balign 16
agent:
    .incbin "spin-agent.elf"
agent_end:

    .section .note.GNU-stack, "", @progbits
