/* SPDX-License-Identifier: MIT */
/* example_child_page.S -- step 4: all of the child's code, one page of it. What it knows is in registers, in
 * one word of the shared page, and in the u-area that its maker filled. */
#include "exo/abi.h"

    .text
    .globl child_page, child_asked, child_runs, child_slice_ends
    .balign 4096
child_page:

/* A transfer: rax who asks, rdi and rsi what. The reply is their product. */
child_asked:
    imul %rsi, %rdi
    shl $32, %rax
    or $EXO_REPLY, %rax
    syscall                         /* comes back only with an error: nobody is there any more */
    jmp child_slice_ends

/* A slice of its own, from its first instruction on: it counts. rsp: the shared page's end. */
child_runs:
    and $-4096, %rsp
1:  incq (%rsp)
    jmp 1b

/* And its end. Nothing needs to be saved: the next one begins at child_runs again. */
child_slice_ends:
    xor %edi, %edi
    mov $EXO_CALL_ENV_YIELD, %eax
    syscall
    ud2
    .balign 4096

    .section .note.GNU-stack, "", @progbits
