/* SPDX-License-Identifier: MIT */
/* trap_entry.S -- 256 entries, one way in and one way out. An entry makes error code and vector
 * uniform; trap_entry saves the registers as a struct trap_frame and calls trap_dispatch() in
 * trap.c, which calls the vector's handler. */
#include "machine/cpu/x86_bits.h"
#include "machine/trap/entry.h"
#include "machine/types.h"

/* The CPU pushes an error code for these vectors, and for no other. */
#define HAS_ERROR(v) (v == 8 || (v >= 10 && v <= 14) || v == 17 || v == 21 || v == 29 || v == 30)
/* These may arrive between a `syscall` and its `swapgs`; each has a stack of its own. */
#define MAY_COME_ANYWHERE(v) (v == TRAP_DEBUG || v == TRAP_NMI || v == TRAP_DOUBLE || v == TRAP_MACHINE)

    .text
/* Each entry takes TRAP_STUB_SIZE bytes, so that trap.c finds the entry of vector v at trap_stubs +
 * v * TRAP_STUB_SIZE. */
    .balign TRAP_STUB_SIZE
    .global trap_stubs
trap_stubs:
    .set vector, 0
    .rept TRAP_VECTORS
    .balign TRAP_STUB_SIZE
    .if !HAS_ERROR(vector)
    pushq $0
    .endif
    pushq $vector
    .if MAY_COME_ANYWHERE(vector)
    jmp trap_entry_anywhere
    .else
    jmp trap_entry
    .endif
    .set vector, vector + 1
    .endr

/* In:  rsp at vector, error code and the hardware's five words; gs the user's if cs says so.
 * Out: through trap_dispatch(frame) with the kernel's gs and clean flags, then trap_return. */
trap_entry:
    PUSH_REGISTERS
    pushq $RFLAGS_FIXED         /* DF, AC and NT may be the interrupted program's */
    popfq
    testb $3, TF_CS(%rsp)
    jz 1f
    swapgs
1:  mov %rsp, %rdi
    call trap_dispatch

/* Leaves by any frame. In: rsp the frame, gs the kernel's. For a frame of user mode that was
 * altered see user_frame_sanitise. */
    .global trap_return
trap_return:
    cli
    testb $3, TF_CS(%rsp)
    jz 1f
    swapgs
1:  POP_REGISTERS
    add $16, %rsp               /* vector, error */
    iretq

/* As trap_entry, but the interrupted cs does not tell whose gs it is: the base itself does. The
 * kernel's are negative addresses, and user mode cannot set such a base. ebx keeps the answer until
 * the return. */
trap_entry_anywhere:
    PUSH_REGISTERS
    pushq $RFLAGS_FIXED
    popfq
    xor %ebx, %ebx
    mov $MSR_GS_BASE, %ecx
    rdmsr
    test %edx, %edx
    js 1f
    swapgs
    inc %ebx
1:  mov %rsp, %rdi
    call trap_dispatch
    test %ebx, %ebx
    jz 2f
    swapgs
2:  POP_REGISTERS
    add $16, %rsp
    iretq

/* int context_save(struct context *c): 0; and 1 when context_load(c) comes back to it. */
    .global context_save
context_save:
    pop %rdx
    mov %rbx, 0(%rdi)
    mov %rbp, 8(%rdi)
    mov %r12, 16(%rdi)
    mov %r13, 24(%rdi)
    mov %r14, 32(%rdi)
    mov %r15, 40(%rdi)
    mov %rsp, 48(%rdi)
    mov %rdx, 56(%rdi)
    xor %eax, %eax
    jmp *%rdx

/* void context_load(const struct context *c): does not return here. */
    .global context_load
context_load:
    mov 0(%rdi), %rbx
    mov 8(%rdi), %rbp
    mov 16(%rdi), %r12
    mov 24(%rdi), %r13
    mov 32(%rdi), %r14
    mov 40(%rdi), %r15
    mov 48(%rdi), %rsp
    mov $1, %eax
    jmp *56(%rdi)

/* void trap_load_frame(const struct trap_frame *f): leaves by the frame, which may lie anywhere. */
    .global trap_load_frame
trap_load_frame:
    mov %rdi, %rsp
    jmp trap_return

    .section .note.GNU-stack, "", @progbits
