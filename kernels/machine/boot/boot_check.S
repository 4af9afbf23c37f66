/* SPDX-License-Identifier: MIT */
/* boot_check.S -- does this machine have what the way into long mode takes, and is the image whole? Without the
 * questions it would end in a triple fault, which resets the machine without a word. What 64-bit code needs beyond that
 * cpu.c asks for. */
#include "machine/cpu/x86_bits.h"
#include "machine/report/exit.h"
#include "machine/types.h"

#define LOW(symbol) (symbol - KERNEL_BASE)
#define COM1 0x3f8
#define LINE_IDLE 0x40
#define LINE_READY 0x20
#define PATTERN 0x5aa5c33c               /* what neither missing memory nor a fresh page reads as */
#define CPUID_1_NEEDED (1 << 5 | 1 << 6)        /* edx: MSR, PAE */
#define CPUID_LONG_MODE (1 << 29)               /* edx of leaf 0x80000001 */

    .section .text.boot, "ax"
    .code32
/* In: 32-bit protected mode, flat segments, a stack. Out: ebx, ebp kept. Comes back only where long mode can be
 * entered. */
    .global boot_check
boot_check:
    mov $LOW(no_memory), %esi       /* the stack is the last of the image: it does not hold, if that reaches beyond */
    push $PATTERN
    pop %eax
    cmp $PATTERN, %eax
    jne refuse

    /* In little memory QEMU copies the archive, or the firmware itself, over the image's end. The loader left that
     * zeros, and the page tables and all static data count on it; but for the stack's two words nothing
     * was used yet. */
    mov $LOW(written_over), %esi
    movl $0, -4(%esp)
    pop %edx
    movl $0, -4(%esp)
    mov $LOW(bss_start), %edi
    mov $LOW(image_end), %ecx
    sub %edi, %ecx
    shr $2, %ecx
    xor %eax, %eax
    repe scasl
    jne refuse
    push %edx

    push %ebx
    mov $LOW(no_cpuid), %esi
    pushf                           /* a processor that can change the flag ID has CPUID */
    pop %ecx
    mov %ecx, %eax
    xor $RFLAGS_ID, %eax
    push %eax
    popf
    pushf
    pop %eax
    xor %ecx, %eax
    test $RFLAGS_ID, %eax
    jz refuse

    mov $LOW(no_long_mode), %esi
    mov $0x80000000, %eax
    cpuid
    cmp $0x80000001, %eax
    jb refuse
    mov $0x80000001, %eax
    cpuid
    test $CPUID_LONG_MODE, %edx
    jz refuse

    mov $LOW(no_pae), %esi
    mov $1, %eax
    cpuid
    and $CPUID_1_NEEDED, %edx
    cmp $CPUID_1_NEEDED, %edx
    jne refuse
    pop %ebx
    ret

/* In: esi the sentence. Says it on the first serial line (as serial.c would) and ends the machine by isa-debug-exit, or
 * it stands. */
refuse:
    mov $LOW(line_settings), %edi
1:  movzwl (%edi), %edx             /* port and byte, up to port 0 */
    mov 2(%edi), %al
    test %edx, %edx
    jz 2f
    out %al, %dx
    add $4, %edi
    jmp 1b
2:  mov $COM1 + 5, %dx
3:  in %dx, %al
    test $LINE_READY, %al
    jz 3b
    lodsb
    test %al, %al
    jz 4f
    mov $COM1, %dx
    out %al, %dx
    jmp 2b
4:  in %dx, %al
    test $LINE_IDLE, %al
    jz 4b
    mov $EXIT_PORT, %dx
    mov $EXIT_PANIC, %eax
    out %eax, %dx
5:  cli
    hlt
    jmp 5b

    .balign 4                       /* not in .rodata: it stands farther from the image's end here */
line_settings:                      /* no interrupts, 115200 baud, 8N1, DTR and RTS */
    .short COM1 + 1, 0, COM1 + 3, 0x80, COM1, 1, COM1 + 1, 0, COM1 + 3, 3, COM1 + 4, 3, 0, 0
no_memory: .asciz "\npanic: this machine's memory ends within the kernel's image\n"
written_over: .asciz "\npanic: this machine's memory is too small: the end of the kernel's image was written over\n"
no_cpuid: .asciz "\npanic: this processor has no CPUID: exospin runs on x86-64 only\n"
no_long_mode: .asciz "\npanic: this processor has no long mode (64 bits): exospin runs on x86-64 only\n"
no_pae: .asciz "\npanic: this processor has no PAE or no MSRs: exospin runs on x86-64 only\n"

    .section .note.GNU-stack, "", @progbits
