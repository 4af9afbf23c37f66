/* SPDX-License-Identifier: MIT */
/* hostile.c -- see hostile.h. User code. System call 0 is `null` on each of our kernels. */
#include "hostile.h"

char hostile_data[16] __attribute__((aligned(16))) = {(char)0xc3}; /* ret */

const uint64_t hostile_numbers[HOSTILE_NUMBERS] = {0x7fffffff, 0x80000000, 1ul << 32,
                                                   1ul << 61,  1ul << 63,  -1ul};

const struct hostile_buffer hostile_buffers[HOSTILE_BUFFERS] = {
    {0, 1},
    {HOSTILE_KERNEL, 16},
    {HOSTILE_PHYSICAL, 16},
    {HOSTILE_ODD, 16},
    {USER_TOP, 1},
    {USER_TOP - 8, 16},
    {-8ul, 16}, /* wraps around */
    {-1ul, 1},
    {0x10000000, 64}, /* unmapped */
};

const uint64_t hostile_lengths[HOSTILE_LENGTHS] = {1025, 4096, 1ul << 32, 1ul << 63, -1ul};

#define HOSTILE_ATTEMPT(name) static void attempt_##name(void *unused __attribute__((unused)))

/* One instruction (or a few) that take no operand from C. */
#define HOSTILE_ASM(name, text)                                                                    \
    HOSTILE_ATTEMPT(name) {                                                                        \
        __asm__ volatile(text : : : "rax", "rcx", "rdx", "r11", "memory", "cc");                   \
    }

static void read_byte(uint64_t at) {
    (void)*(const volatile char *)at;
}

static void write_byte(uint64_t at) {
    __asm__ volatile("movb $1, (%0)" : : "r"(at) : "memory");
}

static void jump(uint64_t at) {
    __asm__ volatile("call *%0" : : "r"(at) : "memory");
}

HOSTILE_ASM(invalid_instruction, "ud2")
HOSTILE_ASM(divide_by_zero, "xor %%eax, %%eax\n\txor %%edx, %%edx\n\tdiv %%eax")
HOSTILE_ASM(floating_point, "fninit")
HOSTILE_ASM(halt, "hlt")
HOSTILE_ASM(clear_interrupts, "cli")
HOSTILE_ASM(port_write, "outb %%al, $0x80")
HOSTILE_ASM(model_register_write, "mov $0xc0000082, %%ecx\n\txor %%eax, %%eax\n\twrmsr") /* LSTAR */
HOSTILE_ASM(page_table_load, "mov %%rax, %%cr3")
HOSTILE_ASM(swap_gs, "swapgs")
HOSTILE_ASM(gs_base_write, "wrgsbase %%rax")
HOSTILE_ASM(descriptor_table_store, "sub $16, %%rsp\n\tsgdt (%%rsp)\n\tadd $16, %%rsp")
/* Vector 0: an error code of index * 8 + 2 tells the others apart, but QEMU (7.2) says index * 16
 * + 2. */
HOSTILE_ASM(kernel_vector, "int $0")
HOSTILE_ASM(kernel_selector_jump,
            "mov $0x800400000, %%rax\n\tpush %%rax\n\tljmpl *(%%rsp)") /* 8:0x400000 */
HOSTILE_ASM(single_step_syscall, "xor %%eax, %%eax\n\tpushfq\n\torl $0x100, (%%rsp)\n\t"
                                 "popfq\n\tsyscall\n\tnop")
HOSTILE_ASM(kernel_stack_syscall, "mov $0xffffffff80201000, %%rsp\n\txor %%eax, %%eax\n\t"
                                  "syscall\n\tud2")
HOSTILE_ASM(kernel_push, "mov $0xffffffff80201000, %%rsp\n\tpush %%rax")

HOSTILE_ATTEMPT(null_write) {
    write_byte(0);
}
HOSTILE_ATTEMPT(kernel_read) {
    read_byte(HOSTILE_KERNEL);
}
HOSTILE_ATTEMPT(kernel_write) {
    write_byte(HOSTILE_KERNEL);
}
HOSTILE_ATTEMPT(kernel_jump) {
    jump(HOSTILE_TEXT);
}
HOSTILE_ATTEMPT(direct_map_read) {
    read_byte(HOSTILE_PHYSICAL);
}
HOSTILE_ATTEMPT(own_text_write) {
    write_byte(HOSTILE_OWN_TEXT);
}
HOSTILE_ATTEMPT(own_data_jump) {
    jump((uint64_t)hostile_data);
}
HOSTILE_ATTEMPT(non_canonical_jump) {
    jump(HOSTILE_ODD);
}
HOSTILE_ATTEMPT(non_canonical_read) {
    read_byte(HOSTILE_ODD);
}

/* The last two bytes of user space: the call comes back to USER_TOP, where nothing is. sysret gets
 * a canonical address; were the page above mapped, a call there would come back to a non-canonical
 * one. */
__asm__(".section .highest, \"ax\"\n\t"
        ".globl hostile_highest\nhostile_highest:\n\t"
        ".skip 4090, 0xcc\n\t"
        "nop\n\tnop\n\t"
        "xor %eax, %eax\n\t"
        "syscall\n\t"
        ".text");

HOSTILE_ATTEMPT(highest_page_syscall) {
    uint64_t at;
    __asm__("movabs $hostile_highest + 4090, %0" : "=r"(at)); /* too far for the compiler's */
    jump(at);
}

const struct hostile_case hostile_cases[HOSTILE_COUNT] = {
#define HOSTILE_CASE(name, vector, error, address)                                                 \
    [HOSTILE_##name] = {#name, attempt_##name, vector, error, address},
    HOSTILE(HOSTILE_CASE)
#undef HOSTILE_CASE
};
