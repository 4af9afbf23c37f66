/* SPDX-License-Identifier: MIT */
/* worker_entry.S -- where a worker begins, and where its slices end and begin again: as in yield.S, but for the
 * u-area, which is found from the stack. */
#include "exo/abi.h"
#include "exo/libos/events/worker.h"
#include "machine/trap/entry.h"

    .text
    .globl worker_begins, worker_ends
worker_begins:
    pop %rdi
    pop %rax
    sub $16, %rsp
    call *%rax
    ud2

worker_ends:
    sub $(EXO_RED_ZONE + 16), %rsp
    PUSH_REGISTERS
    mov %rsp, %rdx
    and $-WORKER_STACK, %rdx
    mov (%rdx), %rdx
    mov UAREA_EPILOGUE + 24(%rdx), %rax
    mov %rax, 128(%rsp)
    mov UAREA_EPILOGUE + 32(%rdx), %rax
    mov %rax, 120(%rsp)
    lea 1f(%rip), %rcx
    mov %rcx, UAREA_PROLOGUE_ENTRY(%rdx)
    mov %rsp, UAREA_PROLOGUE_STACK(%rdx)
    xor %edi, %edi
    mov $EXO_CALL_ENV_YIELD, %eax
    syscall
1:  POP_REGISTERS
    popfq
    ret $EXO_RED_ZONE

    .section .note.GNU-stack, "", @progbits
