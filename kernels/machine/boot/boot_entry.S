/* SPDX-License-Identifier: MIT */
/* boot_entry.S -- from the loader to C. Two entries, one for each boot protocol, so that eax
 * need not tell which loader it was; both arrive in 32-bit protected mode without paging, with a
 * pointer to the loader's tables in ebx. The boot page tables map the first 4 GiB three times:
 * where they are (this code runs there), at DIRECT_BASE and, the first, at KERNEL_BASE;
 * page_kernel.c replaces them. */
#include "machine/cpu/segment.h"
#include "machine/types.h"

#define LOW(symbol) (symbol - KERNEL_BASE)
#define PAGE_PRESENT_WRITE 3
#define PAGE_LARGE 0x80
#define BOOT_STACK_SIZE 0x8000

/* The PVH note: type 18 (XEN_ELFNOTE_PHYS32_ENTRY) of "Xen" holds the entry's physical address. */
    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 8, 18
    .asciz "Xen"
    .quad LOW(pvh_entry)

/* The multiboot2 header, with the entry's address (tag 3) and the end tag. */
#define MULTIBOOT2_MAGIC 0xe85250d6
    .section .multiboot2, "a"
    .balign 8
multiboot2_header:
    .long MULTIBOOT2_MAGIC, 0, multiboot2_end - multiboot2_header
    .long 0x100000000 - (MULTIBOOT2_MAGIC + (multiboot2_end - multiboot2_header))
    .short 3, 0
    .long 12, LOW(multiboot2_entry)
    .balign 8
    .short 0, 0
    .long 8
multiboot2_end:

    .section .text.boot, "ax"
    .code32
/* In: ebx the physical address of QEMU's hvm_start_info. */
    .global pvh_entry
pvh_entry:
    mov $LOW(boot_read_pvh), %ebp
    jmp long_mode

/* In: ebx the physical address of the multiboot2 information. */
    .global multiboot2_entry
multiboot2_entry:
    mov $LOW(boot_read_multiboot2), %ebp

/* In: ebx the tables, ebp the physical address of the C function that reads them. Paging is off, so is all else. */
long_mode:
    cli
    cld
    mov $LOW(boot_stack_top), %esp
    call boot_check                 /* does not come back where there is no long mode */
    /* Four page directories of 512 pages of 2 MiB. */
    mov $LOW(boot_directories), %edi
    mov $(PAGE_PRESENT_WRITE | PAGE_LARGE), %eax
    xor %edx, %edx
1:  mov %eax, (%edi)
    mov %edx, 4(%edi)
    add $8, %edi
    add $0x200000, %eax
    jnc 1b                          /* 4 GiB are mapped when the address wraps */

    mov $LOW(boot_low + PAGE_PRESENT_WRITE), %eax
    mov %eax, LOW(boot_root)
    mov %eax, LOW(boot_root) + 8 * ((DIRECT_BASE >> 39) & 511)
    mov $LOW(boot_high + PAGE_PRESENT_WRITE), %eax
    mov %eax, LOW(boot_root) + 8 * 511
    mov $LOW(boot_directories + PAGE_PRESENT_WRITE), %eax
    mov %eax, LOW(boot_high) + 8 * 510
    mov $LOW(boot_low), %edi
    mov $4, %ecx
2:  mov %eax, (%edi)
    add $8, %edi
    add $0x1000, %eax
    dec %ecx
    jnz 2b

    mov $0x20, %eax                 /* CR4.PAE */
    mov %eax, %cr4
    mov $LOW(boot_root), %eax
    mov %eax, %cr3
    mov $0xc0000080, %ecx           /* EFER.LME */
    rdmsr
    or $0x100, %eax
    wrmsr
    mov $0x80000001, %eax           /* CR0: PG, PE; the protections follow in cpu.c */
    mov %eax, %cr0
    lgdt LOW(boot_gdt_pointer)
    ljmp $KERNEL_CODE, $LOW(1f)

    .code64
1:  movabs $2f, %rax
    jmp *%rax
2:  mov $KERNEL_DATA, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    xor %eax, %eax
    mov %eax, %fs
    mov %eax, %gs
    mov $boot_stack_top, %rsp
    xor %edi, %edi
    mov %ebx, %edi                  /* the tables' physical address, zero-extended */
    movslq %ebp, %rsi
    add $KERNEL_BASE, %rsi          /* the function that reads them */
    xor %ebp, %ebp                  /* ends the back trace */
    call machine_start
    ud2

    .section .rodata
    .balign 8
boot_gdt:
    .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
boot_gdt_pointer:
    .short . - boot_gdt - 1
    .quad LOW(boot_gdt)

    .bss
    .balign 0x1000
boot_root: .skip 0x1000
boot_low: .skip 0x1000
boot_high: .skip 0x1000
boot_directories: .skip 4 * 0x1000

/* The stack that kernel_main runs on; the page below it is not mapped (page_kernel.c). */
    .section .bss.stacks, "aw", @nobits
    .balign 0x1000
    .global boot_stack_guard, boot_stack_top
boot_stack_guard: .skip 0x1000
    .skip BOOT_STACK_SIZE
boot_stack_top:

    .section .note.GNU-stack, "", @progbits
