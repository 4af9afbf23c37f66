/* SPDX-License-Identifier: MIT */
/* yield_entry.S -- directed yield, the short way: the other environment begins at its prologue entry, in
 * user mode, all registers 0 but rsp. Nothing is saved. What this does not do goes to the complete path
 * (sys_env_yield, env_calls.c): an id of nobody or of the caller, a slice that is over, what ends with the
 * caller's turn (env_turn), ended environments that are to be freed. */
#include "exo/abi.h"
#include "exo/defence.h"
#include "exo/kernel/entry/env_own.h"
#include "machine/cpu/x86_bits.h"
#include "machine/trap/entry.h"
#include "machine/types.h"

    .text
    .globl yield_entry

/* In:  after SYSCALL_ENTER; rax EXO_YIELD, and in its upper half an id.
 * Out: as env_yield. rdi is the id, rdx the environment, r8 its u-area, r9 its entry. */
yield_entry:
    mov %rax, %rdi
    shr $32, %rdi
    FIND_ENV %edi, %edx, %rdx
#if DEFENDED(YIELD_READY)
    cmp %edi, ENV_READY_ID(%rdx)
    jne .Lcomplete
#endif
    cmpq $0, env_special(%rip)
    jne .Lcomplete
    cmpb $0, env_turn(%rip)
    jne .Lcomplete
    cmpq $0, info + INFO_UNFREED(%rip)
    jne .Lcomplete
    mov env_current(%rip), %rsi
    cmp %rdx, %rsi
    je .Lcomplete
    mov ENV_UAREA(%rdx), %r8
    mov UAREA_PROLOGUE_ENTRY(%r8), %r9
    cmp user_top(%rip), %r9
    jae .Lcomplete
    mov %ds, %eax                   /* selectors_used() of machine/cpu/selectors.h */
    mov %es, %r10d
    or %r10d, %eax
    mov %fs, %r10d
    or %r10d, %eax
    mov %gs, %r10d
    or %r10d, %eax
    jnz .Lcomplete
    mov ENV_SEEN(%rsi), %rsi        /* neither sleeps: one runs, the other is woken */
    movw $0, SEEN_ASLEEP(%rsi)
    mov ENV_SEEN(%rdx), %rsi
    movw $0, SEEN_ASLEEP(%rsi)
    mov %r8, %gs:(CPU_OWN + 8 * ENV_OWN_UAREA)
    mov %rdi, %gs:(CPU_OWN + 8 * ENV_OWN_ID)
    mov %rdx, env_current(%rip)
    incq info + INFO_SWITCHES(%rip)
    mov UAREA_PROLOGUE_STACK(%r8), %rax
    mov %rax, %gs:CPU_USER_RSP
    mov ENV_LOADS(%rdx), %rdx
    mov %rdx, %cr3
    mov %r9, %rcx
    mov $(RFLAGS_FIXED | RFLAGS_IF), %r11d
#if DEFENDED(YIELD_CLEARS)
    .irp register, eax, ebx, edx, ebp, esi, edi, r8d, r9d, r10d, r12d, r13d, r14d, r15d
    xor %\register, %\register
    .endr
#endif
    SYSCALL_RETURN

.Lcomplete:
    mov $EXO_CALL_ENV_YIELD, %eax
    .irp register, edx, esi, r8d, r9d, r10d /* nothing of the kernel's goes back with an error */
    xor %\register, %\register
    .endr
    jmp syscall_complete

    .section .rodata
    .balign 8
user_top:
    .quad USER_TOP

    .section .note.GNU-stack, "", @progbits
