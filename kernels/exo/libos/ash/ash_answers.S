/* SPDX-License-Identifier: MIT */
/* ash_answers.S -- the handlers of this folder, as objects. */
.macro handler name
.section .rodata
.globl ash_\name, ash_\name\()_end
.balign 8
ash_\name:
    .incbin "guest/ash/\name\().o"
ash_\name\()_end:
.endm

    handler icmp_answer
    handler udp_answer
    handler count
    handler answer
    handler copies
    handler tally
    handler forward

.section .note.GNU-stack, "", @progbits
