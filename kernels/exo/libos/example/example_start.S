/* SPDX-License-Identifier: MIT */
/* example_start.S -- step 1. Where the first slice begins: every register is 0 but rsp, and at rsp lies the
 * struct exo_start that the kernel put there. */
#include "exo/abi.h"

    .text
    .globl system_start
system_start:
    mov START_UAREA(%rsp), %rdi
    mov %rdi, uarea(%rip)
    jmp example_main                /* which ends by a call, not by a return */

    .section .note.GNU-stack, "", @progbits
