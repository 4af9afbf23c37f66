/* SPDX-License-Identifier: MIT */
/* debug_agent.S -- what the clone of a debugged process does in each slice: reads one word. Its page is mapped there
 * as it is here, so it refers to nothing. In: rsp at: an address, the word there, the debugger's id. */
#include "exo/abi.h"

    .text
    .balign 64
    .globl debug_agent
debug_agent:
    mov (%rsp), %rax
    mov (%rax), %rax
    mov %rax, 8(%rsp)
    mov 16(%rsp), %rax
    shl $32, %rax
    or $EXO_YIELD, %rax
    syscall                         /* the next slice begins above */
    ud2

    .section .note.GNU-stack, "", @progbits
