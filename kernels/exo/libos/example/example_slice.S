/* SPDX-License-Identifier: MIT */
/* example_slice.S -- step 5: a slice's end, and giving the processor away. Both leave what the environment
 * needs on the stack in use and say where the next slice begins. */
#include "exo/abi.h"
#include "machine/trap/entry.h"

/* Where PUSH_REGISTERS of 15 words leaves what comes before it. */
#define RFLAGS 120
#define RIP    128
#define ENTRY  136
#define STACK  144

    .text
    .globl slice_ends, give_away

/* The slice is over. All registers are as they were, and so is the stack; the u-area has rip and rflags. Where a
 * slice was to begin is saved, too, for the end may come within give_away. */
slice_ends:
    sub $(EXO_RED_ZONE + 32), %rsp
    PUSH_REGISTERS
    mov uarea(%rip), %rdx
    mov UAREA_EPILOGUE + 24(%rdx), %rax
    mov %rax, RIP(%rsp)
    mov UAREA_EPILOGUE + 32(%rdx), %rax
    mov %rax, RFLAGS(%rsp)
    mov UAREA_PROLOGUE_ENTRY(%rdx), %rax
    mov %rax, ENTRY(%rsp)
    mov UAREA_PROLOGUE_STACK(%rdx), %rax
    mov %rax, STACK(%rsp)
    lea slice_begins(%rip), %rax
    mov %rax, UAREA_PROLOGUE_ENTRY(%rdx)
    mov %rsp, UAREA_PROLOGUE_STACK(%rdx)
    xor %edi, %edi                  /* to nobody in particular: the next position's slice begins */
    mov $EXO_CALL_ENV_YIELD, %eax
    syscall
slice_begins:                       /* every register is 0 but rsp */
    mov uarea(%rip), %rdx
    mov ENTRY(%rsp), %rax
    mov %rax, UAREA_PROLOGUE_ENTRY(%rdx)
    mov STACK(%rsp), %rax
    mov %rax, UAREA_PROLOGUE_STACK(%rdx)
    POP_REGISTERS
    popfq
    ret $(EXO_RED_ZONE + 16)

/* rdi: the number of env_yield or env_sleep. */
give_away:
    PUSH_KEPT
    mov uarea(%rip), %rdx
    lea 1f(%rip), %rax
    mov %rax, UAREA_PROLOGUE_ENTRY(%rdx)
    mov %rsp, UAREA_PROLOGUE_STACK(%rdx)
    mov %rdi, %rax
    xor %edi, %edi
    syscall                         /* comes back here only with an error */
1:  POP_KEPT                        /* a slice begins with rax 0 */
    ret

    .section .note.GNU-stack, "", @progbits
