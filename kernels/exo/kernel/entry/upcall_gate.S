/* SPDX-License-Identifier: MIT */
/* upcall_gate.S -- traps of environments, taken the short way: nothing is saved but what the upcall
 * tells. What this does not do goes to the complete path, with every register as it was: a trap of
 * the kernel's own, one within a handler, an environment without an entry, an entry that is no
 * address of a user's. */
#include "exo/abi.h"
#include "exo/defence.h"
#include "exo/kernel/entry/env_own.h"
#include "machine/cpu/x86_bits.h"
#include "machine/trap/entry.h"
#include "machine/types.h"

/* The stack of a trap with an error code: error rip cs rflags rsp ss; two registers below them. */
#define F_ERROR  16
#define F_RIP    24
#define F_CS     32
#define F_RFLAGS 40
#define F_RSP    48

#define TRAP_FIELD(n) (UAREA_TRAP + 8 * (n)) /* of struct exo_trap: address vector error rip rflags rsp */

/* In:  as the processor leaves it; the user's gs if cs says so.
 * Out: at the trap entry, in user mode, rsp the trap stack, all other registers as they were. */
.macro UPCALL name, vector, has_error
    .globl upcall_\name
upcall_\name:
    .if !\has_error
    pushq $0
    .endif
    testb $3, (F_CS - 16)(%rsp)
    jz 9f
    swapgs
    push %rax
    push %rbx
    mov %gs:(CPU_OWN + 8 * ENV_OWN_UAREA), %rbx
    cmpq $0, UAREA_TRAP_STACK(%rbx)
    je 8f                           /* within a handler */
    mov UAREA_TRAP_ENTRY(%rbx), %rax
    dec %rax                        /* none becomes the highest address */
    cmp user_last(%rip), %rax
#if DEFENDED(UPCALL_ENTRY)
    jae 8f                          /* iretq to what is no address faults in the kernel */
#endif
    inc %rax
    xchg %rax, F_RIP(%rsp)
    mov %rax, TRAP_FIELD(3)(%rbx)
    mov UAREA_TRAP_STACK(%rbx), %rax
#if DEFENDED(UPCALL_ONCE)
    movq $0, UAREA_TRAP_STACK(%rbx)
#endif
    xchg %rax, F_RSP(%rsp)
    mov %rax, TRAP_FIELD(5)(%rbx)
    .if \vector == TRAP_PAGE
    mov %cr2, %rax
    mov %rax, TRAP_FIELD(0)(%rbx)
    .else
    movq $0, TRAP_FIELD(0)(%rbx)
    .endif
    movq $\vector, TRAP_FIELD(1)(%rbx)
    mov F_ERROR(%rsp), %rax
    mov %rax, TRAP_FIELD(2)(%rbx)
    mov F_RFLAGS(%rsp), %rax
    mov %rax, TRAP_FIELD(4)(%rbx)
    andl $~(RFLAGS_TF | RFLAGS_DF | RFLAGS_AC | RFLAGS_NT), F_RFLAGS(%rsp)
    pop %rbx
    pop %rax
    add $8, %rsp                    /* the error */
    swapgs
    iretq
8:  pop %rbx
    pop %rax
    swapgs
9:
    .if !\has_error
    add $8, %rsp
    .endif
    jmp trap_stubs + \vector * TRAP_STUB_SIZE
.endm

    .text                           /* upcall_divide, upcall_breakpoint ... upcall_page: */
    UPCALL divide, TRAP_DIVIDE, 0
    UPCALL breakpoint, TRAP_BREAKPOINT, 0
    UPCALL overflow, TRAP_OVERFLOW, 0
    UPCALL invalid, TRAP_INVALID, 0
    UPCALL protection, TRAP_PROTECTION, 1
    UPCALL page, TRAP_PAGE, 1
    UPCALL alignment, TRAP_ALIGNMENT, 1

    .section .rodata
    .balign 8
user_last:
    .quad USER_TOP - 1

    .section .note.GNU-stack, "", @progbits
