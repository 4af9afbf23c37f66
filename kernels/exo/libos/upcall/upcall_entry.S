/* SPDX-License-Identifier: MIT */
/* upcall_entry.S -- where the kernel puts an environment that trapped, and how one gives up what it was
 * doing. */
#include "exo/abi.h"
#include "exo/libos/upcall/upcall_offsets.h"
#include "machine/trap/entry.h"

    .text
    .globl upcall_entry, upcall_leave_short, upcall_run, upcall_abandon

/* In:  rsp the trap stack (upcall_top), or below it, for a trap within a handler, the struct exo_trap; all other
 *      registers as the trap found them, DF and TF clear.
 * Out: resumes as the struct upcall_state says that upcall_handler() saw, in user mode: rflags and rip go
 *      below the red zone of the stack that is resumed, and `popfq; ret $EXO_RED_ZONE` takes them from there.
 *      iretq would need no room on that stack, but QEMU's TCG (7.2) reads the words of a ring-3 iretq
 *      as the supervisor would, which SMAP forbids; and it is the slowest return there is.
 * Of a trap within a handler the two words may lie over what the kernel told of it, which was copied. */
upcall_entry:
    cmp %rsp, upcall_top(%rip)
    push %rsp                       /* room for the stack that is resumed */
    PUSH_REGISTERS
    mov uarea(%rip), %rbx
    lea UAREA_TRAP(%rbx), %rax
    lea STATE_END(%rsp), %rcx
    cmovne %rcx, %rax
    .irp word, 40, 32, 24, 16, 8, 0
    push \word(%rax)
    .endr
    mov %rsp, %rdi                  /* 22 words: a multiple of 16 bytes */
    call *upcall_handler(%rip)
    mov STATE_RIP(%rsp), %rax
    mov STATE_RFLAGS(%rsp), %rcx
    mov STATE_RSP(%rsp), %rdx
    sub $(EXO_RED_ZONE + 16), %rdx
    mov %rcx, (%rdx)
    mov %rax, 8(%rdx)
    mov %rdx, STATE_RESUMED(%rsp)
    add $STATE_TRAP_BYTES, %rsp
    lea (STATE_BYTES - STATE_TRAP_BYTES)(%rsp), %rsi
    cmp %rsi, upcall_top(%rip)
    jne 1f
    mov %rsi, UAREA_TRAP_STACK(%rbx) /* the next trap may come: only the stack that is in use is read from here on */
1:  POP_REGISTERS
    pop %rsp
    popfq                           /* TF, if set, traps after the next instruction: at rip */
    ret $EXO_RED_ZONE

/* The same for who pushed rsp and, from rax to r11, these registers only. In: rsi upcall_top, rbx the u-area. */
upcall_leave_short:
    mov %rsi, UAREA_TRAP_STACK(%rbx)
    .irp register, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rbx, rax
    pop %\register
    .endr
    pop %rsp
    popfq
    ret $EXO_RED_ZONE

/* bool upcall_run(fn, arg): false when fn(arg) returns. Whoever goes to upcall_abandon, with any
 * registers and any stack, makes it return true. */
upcall_run:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    pushfq                          /* fn may leave TF, DF or AC set; 7 pushes keep the alignment */
    mov %rsp, run_rsp(%rip)
    mov %rdi, %rax
    mov %rsi, %rdi
    call *%rax
    xor %eax, %eax
1:  popfq
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
upcall_abandon:
    mov run_rsp(%rip), %rsp
    mov $1, %eax
    jmp 1b

    .bss
    .balign 8
run_rsp:
    .quad 0

    .section .note.GNU-stack, "", @progbits
