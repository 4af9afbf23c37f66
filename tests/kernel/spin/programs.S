/* SPDX-License-Identifier: MIT */
/* programs.S -- the programs in the test image, as struct program (machine/user/program.h): the system's own, and
 * those that misbehave. Their files are found by the assembler's -I (build.mk). */
    .section .rodata, "a"
    .globl programs, programs_end

    .balign 16
programs:
    .asciz "agent"
    .balign 16
    .quad agent, agent_end - agent
    .asciz "attacker"
    .balign 16
    .quad attacker, attacker_end - attacker
    .asciz "overlap-stack"
    .balign 16
    .quad overlap_stack, overlap_stack_end - overlap_stack
programs_end:

    .balign 16
agent:
    .incbin "spin-agent.elf"
agent_end:
    .balign 16
attacker:
    .incbin "attacker-spin.elf"
attacker_end:
    .balign 16
overlap_stack:
    .incbin "overlap-stack.elf"
overlap_stack_end:

    .section .note.GNU-stack, "", @progbits
