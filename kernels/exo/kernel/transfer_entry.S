/* SPDX-License-Identifier: MIT */
/* transfer_entry.S -- protected control transfer: the processor goes on in another environment, at the
 * place that this one said, and the caller's registers are the message. Nothing is saved: the caller
 * has said where a reply is to go on. (Engler, Kaashoek, O'Toole, SOSP '95, 5.1.3.)
 *
 *   syscall_entry (syscall_entry.S) -> transfer_entry -> the other's transfer_entry or reply_entry */
#include "exo/abi.h"
#include "exo/kernel/env_own.h"
#include "machine/cpu/x86_bits.h"
#include "machine/trap/entry.h"
#include "machine/types.h"

/* In the u-area, from UAREA_TRANSFER and from UAREA_REPLY on: entry, stack, and who is refused. */
#define ENTRY 0
#define STACK 8
#define GUARD 16
#define WORDS (UAREA_WORD_COUNT + 8)

#define OWN_UAREA %gs:(CPU_OWN + 8 * ENV_OWN_UAREA)

    .text
    .globl transfer_entry

/* In:  after SYSCALL_ENTER; rax EXO_TRANSFER, EXO_TRANSFER_WAIT or EXO_REPLY, and in its upper half an id.
 * Out: in the other environment: rax the caller's id, rcx and r11 the instruction's own, rsp what it set,
 *      all else the caller's. Or in the caller: rax an error, all else as it was. */
transfer_entry:
    push %rbx
    push %rdx
    push %rcx
    push %r11
    mov %rax, %rcx
    shr $32, %rcx
    mov %ecx, %r11d
    and $(EXO_ENVS - 1), %r11d
    shl $ENV_SHIFT, %r11
    add $envs, %r11                 /* the other environment */
    mov ENV_SEEN(%r11), %rbx
    test %rbx, %rbx
    jz .Ldead
    cmp %ecx, SEEN_ID(%rbx)
    jne .Ldead
    cmpl $SEEN_READY, SEEN_STATE(%rbx)
    jne .Ldead
    cmpl $0, slice_late(%rip)
    jne .Lagain
    mov OWN_UAREA, %rdx
    cmpq $EXO_WORDS, UAREA_WORD_COUNT(%rdx)
    ja .Ltoo_long
    mov ENV_UAREA(%r11), %rbx
    mov env_current(%rip), %rdx
    mov ENV_SEEN(%rdx), %rdx        /* the caller, in the table */
    cmp $EXO_REPLY, %eax
    je .Lreply

    cmpq $0, UAREA_TRANSFER + GUARD(%rbx)
    jne .Lbusy
    mov UAREA_TRANSFER + ENTRY(%rbx), %rcx
    test %rcx, %rcx
    jz .Lrefused
    cmp user_top(%rip), %rcx
    jae .Lrefused
    movq $1, UAREA_TRANSFER + GUARD(%rbx)
    cmp $EXO_TRANSFER_WAIT, %eax
    jne 1f
    mov ENV_SEEN(%r11), %rax
    mov SEEN_ID(%rax), %eax
    mov %eax, SEEN_WAITS(%rdx)
1:  mov UAREA_TRANSFER + STACK(%rbx), %rax

/* Goes on at rcx with the stack rax in the environment r11, whose u-area is rbx. */
.Lgo:
    mov %rax, %gs:CPU_USER_RSP
    mov SEEN_ID(%rdx), %eax         /* the caller's id */
    mov OWN_UAREA, %rdx
    cmpq $0, UAREA_WORD_COUNT(%rdx)
    jne .Lwords
    movq $0, UAREA_WORD_COUNT(%rbx)
.Lwords_over:
    mov %rbx, OWN_UAREA
    mov %r11, env_current(%rip)
    incq info + INFO_SWITCHES(%rip)
    mov %ds, %ebx                   /* user code may have loaded selectors: nothing of it goes over */
    mov %es, %edx
    or %edx, %ebx
    mov %fs, %edx
    or %edx, %ebx
    mov %gs, %edx
    or %edx, %ebx
    jnz .Lselectors
.Lload:
    mov ENV_LOADS(%r11), %rbx
    mov %rbx, %cr3
    mov $(RFLAGS_FIXED | RFLAGS_IF), %r11d
    mov 16(%rsp), %rdx
    mov 24(%rsp), %rbx
    SYSCALL_RETURN

.Lreply:
    mov SEEN_ID(%rdx), %ecx
    cmp %rcx, UAREA_REPLY + GUARD(%rbx)
    jne .Lrefused
    mov UAREA_REPLY + ENTRY(%rbx), %rcx
    cmp user_top(%rip), %rcx
    jae .Lrefused
    movq $0, UAREA_REPLY + GUARD(%rbx)
    mov ENV_SEEN(%r11), %rax
    movl $0, SEEN_WAITS(%rax)
    mov OWN_UAREA, %rax
    movq $0, UAREA_TRANSFER + GUARD(%rax)
    mov UAREA_REPLY + STACK(%rbx), %rax
    jmp .Lgo

/* From the u-area rdx to the u-area rbx. */
.Lwords:
    push %rsi
    push %rdi
    mov UAREA_WORD_COUNT(%rdx), %rdi
    mov %rdi, UAREA_WORD_COUNT(%rbx)
    movq $0, UAREA_WORD_COUNT(%rdx)
1:  mov WORDS - 8(%rdx, %rdi, 8), %rsi
    mov %rsi, WORDS - 8(%rbx, %rdi, 8)
    dec %rdi
    jnz 1b
    pop %rdi
    pop %rsi
    jmp .Lwords_over

.Lselectors:
    .irp register, rax, rcx, rsi, rdi, r8, r9, r10, r11
    push %\register
    .endr
    call selectors_make_null
    .irp register, r11, r10, r9, r8, rdi, rsi, rcx, rax
    pop %\register
    .endr
    jmp .Lload

.Ldead:
    mov $-ERROR_DEAD, %rax
    jmp 1f
.Lagain:
    mov $-ERROR_AGAIN, %rax
    jmp 1f
.Ltoo_long:
    mov $-ERROR_TOO_LONG, %rax
    jmp 1f
.Lbusy:
    mov $-ERROR_BUSY, %rax
    jmp 1f
.Lrefused:
    mov $-ERROR_PERM, %rax
1:  pop %r11
    pop %rcx
    pop %rdx
    pop %rbx
    SYSCALL_RETURN

    .section .rodata
    .balign 8
user_top:
    .quad USER_TOP

    .section .note.GNU-stack, "", @progbits
