/* SPDX-License-Identifier: MIT */
/* upcall_entry.S -- where the kernel puts an environment that trapped, and how one gives up what it was
 * doing. */
    .text
    .globl upcall_entry, upcall_run, upcall_abandon

/* In:  rsp struct exo_upcall (16-aligned), all other registers as the trap found them, DF and TF clear.
 * Out: resumes as the struct upcall_state says that upcall_dispatch() saw, by iretq in user mode. */
upcall_entry:
    push %rax
    push %rbx
    push %rcx
    push %rdx
    push %rsi
    push %rdi
    push %rbp
    push %r8
    push %r9
    push %r10
    push %r11
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, %rdi
    mov %rsp, %rbx                  /* 15 pushes: 8 off a multiple of 16 */
    and $-16, %rsp
    call upcall_dispatch
    mov %rbx, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rbp
    pop %rdi
    pop %rsi
    pop %rdx
    pop %rcx
    pop %rbx
    pop %rax
    add $24, %rsp                   /* address, vector, error */
    iretq

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
