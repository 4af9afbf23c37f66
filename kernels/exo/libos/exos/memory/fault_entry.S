/* SPDX-License-Identifier: MIT */
/* fault_entry.S -- the trap entry of a process: a page of zeroes that is touched, and one to be copied that is
 * written, the short way. What this does not do goes to the complete path (upcall_entry, and handle() in fault.c),
 * which nothing was changed for yet: other traps, a trap within a handler, a page whose frame nobody else has, a
 * frame that is not where it was looked for, what the kernel refuses. */
#include "exo/abi.h"
#include "exo/libos/exos/memory/fault_offsets.h"
#include "exo/libos/exos/page_bits.h"
#include "machine/cpu/trap_frame.h"
#include "machine/trap/entry.h"

#define TRAP(n) (UAREA_TRAP + 8 * (n)) /* of struct exo_trap: address vector error rip rflags rsp */

    .text
    .globl fault_entry, fault_probe, fault_probed
fault_entry:
    cmp %rsp, upcall_top(%rip)
    jne upcall_entry
    push %rsp
    .irp register, rax, rbx, rcx, rdx, rsi, rdi, r8, r9, r10, r11
    push %\register
    .endr
    mov uarea(%rip), %rbx
    cmpq $TRAP_PAGE, TRAP(1)(%rbx)
    jne .Lcomplete
    mov TRAP(0)(%rbx), %rdi
    mov $EXO_TABLES, %rax
    and $-4096, %rdi
    mov %rdi, %rcx
    shr $9, %rcx
fault_probe:                        /* a trap here, where there is no table: on at fault_probed, rax 0 (handle()) */
    mov (%rax, %rcx), %rax
fault_probed:
    test $EXO_PRESENT, %al
    jnz 1f

    mov %eax, %ecx                  /* zeroes */
    and $(EXOS_ZERO | EXOS_PAGED), %ecx
    cmp $EXOS_ZERO, %ecx
    jne .Lcomplete
    mov $(EXO_WRITE | EXO_NO_EXEC), %rcx
    or $(EXO_FRESH | EXO_ABSENT | EXO_ZEROED), %rdi
2:  and %rcx, %rax                  /* bits that the page keeps */
    mov OWN_NEXT_FRAME(%rbx), %rcx  /* the next free frame, if it is in this word */
    cmp OWN_FRAMES(%rbx), %rcx
    jae .Lcomplete
    mov %rcx, %rdx
    mov $EXO_FREE, %rsi
    shr $6, %rdx
    mov (%rsi, %rdx, 8), %rdx
    shr %cl, %rdx
    bsf %rdx, %rdx
    jz .Lcomplete
    add %rdx, %rcx
    lea 1(%rcx), %rdx
    mov %rdx, OWN_NEXT_FRAME(%rbx)
    shl $12, %rcx
    lea EXO_PRESENT(%rax, %rcx), %rax
    push $1
    push %rax
    push %rdi
    mov %rsp, %r10
    mov $1, %r8d
    xor %r9d, %r9d
    xor %esi, %esi
    xor %edx, %edx
    mov $EXO_CALL_PAGE_UPDATE, %eax
    syscall
    add $24, %rsp
    cmp $1, %rax
    jne .Lcomplete
    mov TRAP(5)(%rbx), %rdx
    mov TRAP(4)(%rbx), %rcx
    mov TRAP(3)(%rbx), %rax
    sub $(EXO_RED_ZONE + 16), %rdx
    mov %rcx, (%rdx)
    mov %rax, 8(%rdx)
    mov %rdx, 80(%rsp)              /* above the ten registers */
    mov upcall_top(%rip), %rsi
    jmp upcall_leave_short

1:  mov TRAP(2)(%rbx), %ecx         /* a copy */
    not %ecx
    test $(TRAP_PAGE_PRESENT | TRAP_PAGE_WRITE), %cl
    jnz .Lcomplete
    test $EXO_WRITE, %al
    jnz .Lcomplete
    test $EXOS_COPIED, %eax
    jz .Lcomplete
    mov $EXO_FRAME_OF, %rcx
    mov $(EXO_FRAME + FRAME_REFERENCES), %rdx
    and %rax, %rcx
    shr $FRAME_SHIFT, %rcx
    cmpl $1, (%rdx, %rcx)
    je .Lcomplete
    mov $((EXO_SOFTWARE | EXO_NO_EXEC | EXO_WRITE) & ~EXOS_COPIED), %rcx
    or $EXO_WRITE, %rax
    or $(EXO_FRESH | EXO_COPIED), %rdi
    jmp 2b

.Lcomplete:
    .irp register, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rbx, rax
    pop %\register
    .endr
    add $8, %rsp
    jmp upcall_entry

    .section .note.GNU-stack, "", @progbits
