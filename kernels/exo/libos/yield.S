/* SPDX-License-Identifier: MIT */
/* yield.S -- see yield.h. */
#include "exo/abi.h"
#include "exo/defence.h"
#include "exo/libos/keep_vectors.h"
#include "machine/trap/entry.h"

/* rdi: where a slice's end has put the registers. */
    .macro INTERRUPTED
    mov %rsp, %rdi
    cmpb $0, vectors_kept(%rip)
    je 3f
    mov VECTORS(%rsp), %rdi
3:
    .endm

    .text
    .globl exo_env_yield, exo_env_sleep
exo_env_sleep:
    mov $EXO_CALL_ENV_SLEEP, %eax
    jmp give_away
exo_env_yield:
    mov %rdi, %rax
    shl $32, %rax
    jz 1f
    mov %edi, %edx
    cmp %rdx, %rdi
    jne 1f                          /* no id: the kernel says so */
    or $EXO_YIELD, %rax
give_away:
    PUSH_KEPT
    mov uarea(%rip), %rdx
    cmpb $0, vectors_kept(%rip)
    jne with_modes
    mov yield_goes_on(%rip), %rcx
    mov %rcx, UAREA_PROLOGUE_ENTRY(%rdx)
    mov %rsp, UAREA_PROLOGUE_STACK(%rdx)
    syscall                         /* comes back only with an error, or 0 to the caller itself */
yielded:
    POP_KEPT                        /* the slice begins with rax 0 */
    ret
1:  mov $EXO_CALL_ENV_YIELD, %eax
    jmp give_away

/* What a call keeps beside general registers: how floating point rounds, and what traps. */
with_modes:
    sub $8, %rsp
    stmxcsr (%rsp)
    fnstcw 4(%rsp)
    lea modes(%rip), %rcx
    mov %rcx, UAREA_PROLOGUE_ENTRY(%rdx)
    mov %rsp, UAREA_PROLOGUE_STACK(%rdx)
    syscall
    add $8, %rsp
    jmp yielded
modes:
    ldmxcsr (%rsp)
    fldcw 4(%rsp)
    add $8, %rsp
    jmp *yield_goes_on(%rip)
    .globl yield_hooked
yield_hooked:                       /* in place of slice_begun() for each yield: rbx is free, there is a hook */
    sub $8, %rsp
    mov slice_at_begin(%rip), %rbx  /* slice_hooks.c */
1:  mov %rbx, %rdi
    xor %esi, %esi
    call *(%rbx)
    mov 8(%rbx), %rbx
    test %rbx, %rbx
    jnz 1b
    add $8, %rsp
    xor %eax, %eax
    jmp yielded

    .globl slice_ends
/* The slice is over; the stack is the one that was in use. */
slice_ends:
    sub $(EXO_RED_ZONE + 32), %rsp  /* rip and rflags, which the next slice's end changes; and where a slice begins */
    PUSH_REGISTERS
    mov uarea(%rip), %rdx
    mov UAREA_PROLOGUE_ENTRY(%rdx), %rax
    mov %rax, 136(%rsp)
    mov UAREA_PROLOGUE_STACK(%rdx), %rax
    mov %rax, 144(%rsp)
    mov UAREA_EPILOGUE + 24(%rdx), %rax
    mov %rax, 128(%rsp)
    mov UAREA_EPILOGUE + 32(%rdx), %rax
    mov %rax, 120(%rsp)
    cmpb $0, vectors_kept(%rip)
    je 2f
    mov %rsp, %rcx
    sub $(VECTORS + 64), %rsp
    and $-64, %rsp
    mov %rcx, VECTORS(%rsp)
    SAVE_VECTORS
    mov uarea(%rip), %rdx
2:  jmp *slice_goes_off(%rip)
    .globl slice_begin_hooked, slice_end_hooked
slice_end_hooked:
    INTERRUPTED
    mov %rsp, %rbx
    and $-16, %rsp
    call slice_ended                /* slice_hooks.c */
    mov %rbx, %rsp
    mov uarea(%rip), %rdx
slice_over:
    mov slice_goes_on(%rip), %rcx
    mov %rcx, UAREA_PROLOGUE_ENTRY(%rdx)
    mov %rsp, UAREA_PROLOGUE_STACK(%rdx)
    xor %edi, %edi
    mov $EXO_CALL_ENV_YIELD, %eax
    syscall
slice_begin_hooked:
    INTERRUPTED
    mov %rsp, %rbx
    and $-16, %rsp
    call slice_begun
    mov %rbx, %rsp
slice_begins:
    cmpb $0, vectors_kept(%rip)
    je 2f
    RESTORE_VECTORS
    mov VECTORS(%rsp), %rsp
2:
#if DEFENDED(YIELDS)
    mov uarea(%rip), %rdx           /* whoever was about to give the processor away had said where he goes on */
    mov 136(%rsp), %rax
    mov %rax, UAREA_PROLOGUE_ENTRY(%rdx)
    mov 144(%rsp), %rax
    mov %rax, UAREA_PROLOGUE_STACK(%rdx)
#endif
    POP_REGISTERS
    popfq
    ret $(EXO_RED_ZONE + 16)

    .data
    .balign 8
    .globl yield_goes_on, slice_goes_on, slice_goes_off
yield_goes_on:
    .quad yielded
slice_goes_on:
    .quad slice_begins
slice_goes_off:
    .quad slice_over

    .section .note.GNU-stack, "", @progbits
