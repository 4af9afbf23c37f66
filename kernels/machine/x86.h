/* SPDX-License-Identifier: MIT */
/* x86.h -- one privileged (or special) instruction is one function, named after it. Intel SDM
 * volume 2 tells the rest. */
#ifndef MACHINE_X86_H
#define MACHINE_X86_H

#include <stdint.h>

#define CR0_WP    (1ul << 16)
#define CR0_TS    (1ul << 3)
#define CR4_PGE   (1ul << 7)
#define CR4_UMIP  (1ul << 11)
#define CR4_PCIDE (1ul << 17)
#define CR4_SMEP  (1ul << 20)
#define CR4_SMAP  (1ul << 21)

#define RFLAGS_FIXED (1ul << 1)
#define RFLAGS_CF    (1ul << 0)
#define RFLAGS_TF    (1ul << 8)
#define RFLAGS_IF    (1ul << 9)
#define RFLAGS_DF    (1ul << 10)
#define RFLAGS_IOPL  (3ul << 12)
#define RFLAGS_NT    (1ul << 14)
#define RFLAGS_AC    (1ul << 18)

#define MSR_APIC_BASE      0x1b
#define MSR_TSC_DEADLINE   0x6e0
#define MSR_X2APIC         0x800 /* + register / 16 */
#define MSR_EFER           0xc0000080
#define MSR_STAR           0xc0000081
#define MSR_LSTAR          0xc0000082
#define MSR_SFMASK         0xc0000084
#define MSR_GS_BASE        0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102
#define EFER_SCE           (1ul << 0)
#define EFER_NXE           (1ul << 11)

static inline uint64_t read_cr0(void) {
    uint64_t v;
    __asm__ volatile("mov %%cr0, %0" : "=r"(v));
    return v;
}

static inline void write_cr0(uint64_t v) {
    __asm__ volatile("mov %0, %%cr0" : : "r"(v) : "memory");
}

static inline uint64_t read_cr2(void) {
    uint64_t v;
    __asm__ volatile("mov %%cr2, %0" : "=r"(v));
    return v;
}

static inline uint64_t read_cr3(void) {
    uint64_t v;
    __asm__ volatile("mov %%cr3, %0" : "=r"(v));
    return v;
}

static inline void write_cr3(uint64_t v) {
    __asm__ volatile("mov %0, %%cr3" : : "r"(v) : "memory");
}

static inline uint64_t read_cr4(void) {
    uint64_t v;
    __asm__ volatile("mov %%cr4, %0" : "=r"(v));
    return v;
}

static inline void write_cr4(uint64_t v) {
    __asm__ volatile("mov %0, %%cr4" : : "r"(v) : "memory");
}

static inline void invlpg(uint64_t at) {
    __asm__ volatile("invlpg (%0)" : : "r"(at) : "memory");
}

static inline uint64_t read_msr(uint32_t msr) {
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static inline void write_msr(uint32_t msr, uint64_t v) {
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)v), "d"((uint32_t)(v >> 32)) : "memory");
}

static inline uint64_t rdtsc(void) {
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

static inline void cpuid(uint32_t leaf, uint32_t subleaf, uint32_t out[4]) {
    __asm__ volatile("cpuid"
                     : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3])
                     : "a"(leaf), "c"(subleaf));
}

static inline uint64_t read_rflags(void) {
    uint64_t v;
    __asm__ volatile("pushfq\n\tpop %0" : "=r"(v) : : "memory");
    return v;
}

static inline void sti(void) {
    __asm__ volatile("sti" : : : "memory");
}

static inline void cli(void) {
    __asm__ volatile("cli" : : : "memory");
}

/* Opens and closes supervisor access to user pages (SMAP). Only where the CPU has SMAP: see user.c.
 */
static inline void stac(void) {
    __asm__ volatile("stac" : : : "memory", "cc");
}

static inline void clac(void) {
    __asm__ volatile("clac" : : : "memory", "cc");
}

/* Waits for an interrupt; atomic with the `sti` before it, and interrupts are off again after it.
 */
static inline void sti_hlt_cli(void) {
    __asm__ volatile("sti\n\thlt\n\tcli" : : : "memory");
}

static inline void pause(void) {
    __asm__ volatile("pause" : : : "memory");
}

static inline uint8_t inb(uint16_t port) {
    uint8_t v;
    __asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port) : "memory");
    return v;
}

static inline uint16_t inw(uint16_t port) {
    uint16_t v;
    __asm__ volatile("inw %1, %0" : "=a"(v) : "Nd"(port) : "memory");
    return v;
}

static inline uint32_t inl(uint16_t port) {
    uint32_t v;
    __asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port) : "memory");
    return v;
}

static inline void outb(uint16_t port, uint8_t v) {
    __asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void outw(uint16_t port, uint16_t v) {
    __asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void outl(uint16_t port, uint32_t v) {
    __asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

#endif
