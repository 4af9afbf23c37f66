/* SPDX-License-Identifier: MIT */
/* transfer_entry.S -- protected control transfer: the processor goes on in another environment, at the
 * place that this one said, and the caller's registers are the message. Nothing is saved: the caller
 * has said where a reply is to go on. (Engler, Kaashoek, O'Toole, SOSP '95, 5.1.3.)
 *
 *   syscall_entry (syscall_entry.S) -> transfer_entry -> the other's transfer_entry or reply_entry */
#include "exo/abi.h"
#include "exo/defence.h"
#include "exo/kernel/entry/env_own.h"
#include "machine/cpu/x86_bits.h"
#include "machine/trap/entry.h"
#include "machine/types.h"

/* In the u-area, from UAREA_TRANSFER and from UAREA_REPLY on: entry, stack, and whether it takes one, or whose. */
#define ENTRY 0
#define STACK 8
#define TAKES 16
#define WORDS (UAREA_WORD_COUNT + 8)

#define OWN_UAREA %gs:(CPU_OWN + 8 * ENV_OWN_UAREA)
#define OWN_ID    %gs:(CPU_OWN + 8 * ENV_OWN_ID)
#define USER_RIP  %gs:(CPU_OWN + 8 * ENV_OWN_SCRATCH)

    .text
    .globl transfer_entry

/* The checks of a request, and a jump where words go along. Nothing has changed then. */
    .macro ASK words
    cmpq $0, UAREA_TRANSFER + TAKES(%rdx)
#if DEFENDED(TRANSFER_TAKES)
    je .Lbusy
#endif
    mov UAREA_TRANSFER + ENTRY(%rdx), %rcx
    cmp user_top(%rip), %rcx
#if DEFENDED(TRANSFER_ENTRY)
    jae .Lrefused
#endif
    mov OWN_UAREA, %rax
    cmpq $0, UAREA_WORD_COUNT(%rax)
    jne \words
    movq $0, UAREA_WORD_COUNT(%rdx)
    .endm

/* In:  after SYSCALL_ENTER; rax EXO_TRANSFER, EXO_TRANSFER_WAIT, EXO_REPLY, or more than these, and in its upper
 *      half an id.
 * Out: in the other environment: rax the caller's id, rcx and r11 the instruction's own, rsp what it set,
 *      all else the caller's. Or in the caller: rax an error, all else as it was.
 * rbx is the other environment, rdx its u-area; segment selectors go over as other registers do. */
transfer_entry:
    push %rbx
    push %rdx
    mov %rcx, USER_RIP
    mov %rax, %rdx
    shr $32, %rdx
    FIND_ENV %edx, %ebx, %rbx
    cmp %edx, ENV_READY_ID(%rbx)
#if DEFENDED(TRANSFER_READY)
    jne .Ldead
#endif
    cmpq $0, env_special(%rip)
    jne .Lspecial
.Lusual:
    mov ENV_UAREA(%rbx), %rdx
    cmp $EXO_TRANSFER_WAIT, %eax
    ja .Lreply
    je .Lwait
    ASK .Lwords
/* Nothing below fails. */
.Ltake:
    movq $0, UAREA_TRANSFER + TAKES(%rdx)
    mov UAREA_TRANSFER + STACK(%rdx), %rax

/* Goes on at rcx with the stack rax. */
.Lgo:
    mov %rax, %gs:CPU_USER_RSP
#if DEFENDED(TRANSFER_ID)
    mov OWN_ID, %eax                /* the caller */
#endif
    mov ENV_READY_ID(%rbx), %r11d
    mov %r11d, OWN_ID
    mov %rdx, OWN_UAREA
    mov %rbx, env_current(%rip)
    incq info + INFO_SWITCHES(%rip)
    mov ENV_LOADS(%rbx), %rbx
    mov %rbx, %cr3
    mov $(RFLAGS_FIXED | RFLAGS_IF), %r11d
    pop %rdx
    pop %rbx
    SYSCALL_RETURN

/* The caller's slices are the other's, until it is replied to. */
.Lwait:
    ASK .Lwait_words
.Lwait_take:
    mov env_current(%rip), %rax
    mov ENV_SEEN(%rax), %rax
    mov ENV_READY_ID(%rbx), %r11d
    mov %r11d, SEEN_WAITS(%rax)
    jmp .Ltake

.Lreply:
    cmp $EXO_REPLY, %eax
    ja .Lnone
    mov OWN_ID, %ecx
    cmp %rcx, UAREA_REPLY + TAKES(%rdx)
#if DEFENDED(TRANSFER_REPLY)
    jne .Lrefused
#endif
    mov UAREA_REPLY + ENTRY(%rdx), %rcx
    cmp user_top(%rip), %rcx
#if DEFENDED(TRANSFER_ENTRY)
    jae .Lrefused
#endif
    mov OWN_UAREA, %rax
    cmpq $0, UAREA_WORD_COUNT(%rax)
    jne .Lreply_words
    movq $0, UAREA_WORD_COUNT(%rdx)
.Lreply_take:
    movq $1, UAREA_TRANSFER + TAKES(%rax)
#if DEFENDED(TRANSFER_ONCE)
    movq $0, UAREA_REPLY + TAKES(%rdx)
#endif
    mov ENV_SEEN(%rbx), %rax
    movl $0, SEEN_WAITS(%rax)
    mov UAREA_REPLY + STACK(%rdx), %rax
    jmp .Lgo

.Lwords:
    call words
    jmp .Ltake
.Lwait_words:
    call words
    jmp .Lwait_take
.Lreply_words:
    call words
    jmp .Lreply_take

/* Words go from the u-area rax to the u-area rdx. Does not return where they are too many. Their number is read
 * once more, and once: what was not 0 before may be anything. */
words:
    push %rsi
    push %rdi
    mov UAREA_WORD_COUNT(%rax), %rdi
    dec %rdi
#if DEFENDED(TRANSFER_WORDS)
    cmp $(EXO_WORDS - 1), %rdi
    ja 2f
#endif
    movq $0, UAREA_WORD_COUNT(%rax)
    lea 1(%rdi), %rsi
    mov %rsi, UAREA_WORD_COUNT(%rdx)
1:  mov WORDS(%rax, %rdi, 8), %rsi
    mov %rsi, WORDS(%rdx, %rdi, 8)
    dec %rdi
    jns 1b
    pop %rdi
    pop %rsi
    ret
2:  pop %rdi
    pop %rsi
    add $8, %rsp
    mov $-ERROR_TOO_LONG, %rax
    jmp .Lback

    .macro LOAD_SPECIAL env         /* loses rcx and rdx */
    push %rax
    mov ENV_FS_BASE(\env), %rax
    mov %rax, %rdx
    shr $32, %rdx
    mov $MSR_FS_BASE, %ecx
    wrmsr
#if DEFENDED(REFLECT_TRANSFER)
    movzbl ENV_REFLECTS(\env), %ecx
    cmp %cl, reflecting(%rip)
    je 8f
    mov %cl, reflecting(%rip)
    mov reflect_entries(, %rcx, 8), %rax
    mov %rax, %rdx
    shr $32, %rdx
    mov $MSR_LSTAR, %ecx
    wrmsr
8:
#endif
    pop %rax
    .endm

/* The slice is over, devices have not heard of all that was sent, or somebody has a base of fs or reflects. Base and
 * reflecting are the other's from here on, the base also where both have the same, for the caller may have loaded a
 * selector. */
.Lspecial:
#if DEFENDED(TRANSFER_NUMBER)
    cmp $EXO_REPLY, %eax            /* no call: all stays the caller's */
    ja .Lnone
#endif
    cmpl $0, SPECIAL_LATE + env_special(%rip)
#if DEFENDED(TRANSFER_LATE)
    jne .Lagain
#endif
    cmpw $0, SPECIAL_UNTOLD + env_special(%rip)
#if DEFENDED(TRANSFER_TELLS)
    jne .Luntold
#endif
.Lload:
    LOAD_SPECIAL %rbx
    jmp .Lusual

/* Devices are to hear of what the caller sent, before another has the processor. */
.Luntold:
    .irp register, rax, rsi, rdi, r8, r9, r10
    push %\register
    .endr
    call *env_tell(%rip)
    .irp register, r10, r9, r8, rdi, rsi, rax
    pop %\register
    .endr
    cmpw $0, SPECIAL_USERS + env_special(%rip)
    jne .Lload
    jmp .Lusual

/* No number of a call: the complete path says so. */
.Lnone:
    pop %rdx
    pop %rbx
    mov USER_RIP, %rcx
    jmp syscall_complete

.Ldead:
    cmp $EXO_REPLY, %eax
    ja .Lnone
    mov $-ERROR_DEAD, %rax
    jmp .Lback
.Lagain:
    mov $-ERROR_AGAIN, %rax
    jmp .Lback
.Lbusy:
    mov $-ERROR_BUSY, %rax
    cmpq $0, UAREA_TRANSFER + ENTRY(%rdx)
    jne .Lback
.Lrefused:
    mov $-ERROR_PERM, %rax
.Lback:
    cmpw $0, SPECIAL_USERS + env_special(%rip)
    je 1f
    mov env_current(%rip), %rbx
    LOAD_SPECIAL %rbx
1:  mov USER_RIP, %rcx
    pop %rdx
    pop %rbx
    SYSCALL_RETURN

    .section .rodata
    .balign 8
user_top:
    .quad USER_TOP

    .section .note.GNU-stack, "", @progbits
