/* SPDX-License-Identifier: MIT */
/* fill_commit.S -- see fault.h. */
#include "exo/abi.h"

#define NOTED (EXO_ACCESSED | EXO_DIRTY)

    .text
    .globl fill_commit, fill_commit_check, fill_commit_call
fill_commit:
    mov %rdx, %r10                  /* the vector */
    mov %rcx, %r8                   /* its length */
    mov %rdi, %r11
    mov %rsi, %rcx
    xor %edi, %edi
    xor %esi, %esi
    xor %edx, %edx
    xor %r9d, %r9d
fill_commit_check:
    mov (%r11), %rax
    xor %rcx, %rax
    test $~NOTED, %rax
    jnz 1f
    mov $EXO_CALL_PAGE_UPDATE, %eax
fill_commit_call:
    syscall
    ret
1:  xor %eax, %eax
    ret

    .section .note.GNU-stack, "", @progbits
