/* SPDX-License-Identifier: MIT */
/* reflect_entry.S -- where the `syscall` instruction of an environment that reflects lands (reflect.h). */
#include "exo/abi.h"
#include "exo/defence.h"
#include "exo/kernel/entry/env_own.h"
#include "machine/cpu/x86_bits.h"
#include "machine/trap/entry.h"
#include "machine/types.h"

/* In the u-area, from UAREA_REFLECT on. */
#define ENTRY        (UAREA_REFLECT)
#define STACK        (UAREA_REFLECT + 8)
#define NATIVE_FIRST (UAREA_REFLECT + 16)
#define NATIVE_BYTES (UAREA_REFLECT + 24)
#define RIP          (UAREA_REFLECT + 32)
#define RFLAGS       (UAREA_REFLECT + 40)
#define RSP          (UAREA_REFLECT + 48)

    .text
    .globl reflect_entry

/* In:  as syscall_entry.
 * Out: a native call: as syscall_entered wants it. Any other: at the environment's reflect_entry with its
 *      reflect_stack, rcx and r11 the instruction's own, all other registers as they were. An entry that is no
 *      address of a user's becomes USER_TOP, where nothing is: that is a fault of the environment's.
 * The u-area is reached by the direct map, so nothing here faults; each of its words is read once. */
reflect_entry:
    SYSCALL_ENTER
    push %rcx
    push %rbx
    mov %gs:(CPU_OWN + 8 * ENV_OWN_UAREA), %rbx
    sub NATIVE_FIRST(%rbx), %rcx
    cmp NATIVE_BYTES(%rbx), %rcx
    mov 8(%rsp), %rcx
    jb .Lnative
    mov %rcx, RIP(%rbx)
    mov %r11, RFLAGS(%rbx)
    mov %gs:CPU_USER_RSP, %rcx
    mov %rcx, RSP(%rbx)
    mov STACK(%rbx), %rcx
    mov %rcx, %gs:CPU_USER_RSP
    mov ENTRY(%rbx), %rcx
#if DEFENDED(REFLECT_ENTRY)
    cmp user_top(%rip), %rcx
    cmovae user_top(%rip), %rcx
#endif
    mov $(RFLAGS_FIXED | RFLAGS_IF), %r11d
    pop %rbx
    SYSCALL_RETURN

.Lnative:
    pop %rbx
    add $8, %rsp
    jmp syscall_entered

    .section .rodata
    .balign 8
user_top:
    .quad USER_TOP

    .section .note.GNU-stack, "", @progbits
