/* SPDX-License-Identifier: MIT */
/* x86.h -- one privileged (or special) instruction is one function, named after it. Intel SDM
 * volume 2 tells the rest. */
#ifndef MACHINE_X86_H
#define MACHINE_X86_H

#include "machine/cpu/x86_bits.h"

#include <stdbool.h>
#include <stdint.h>

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

/* Clears CR0.TS: the FPU's registers may be used. */
static inline void clts(void) {
    __asm__ volatile("clts" : : : "memory");
}

static inline void xsetbv(uint32_t which, uint64_t v) {
    __asm__ volatile("xsetbv" : : "c"(which), "a"((uint32_t)v), "d"((uint32_t)(v >> 32)));
}

static inline void invlpg(uint64_t at) {
    __asm__ volatile("invlpg (%0)" : : "r"(at) : "memory");
}

/* What of the TLB goes: a page of a tag (PCID), all of a tag; global entries stay. */
enum { INVPCID_PAGE, INVPCID_TAG };

static inline void invpcid(uint64_t what, uint64_t tag, uint64_t at) {
    const struct { uint64_t tag, at; } which = {tag, at};
    __asm__ volatile("invpcid %1, %0" : : "r"(what), "m"(which) : "memory");
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

/* False: none was ready. */
static inline bool rdrand(uint64_t *v) {
    bool ready;
    __asm__ volatile("rdrand %0" : "=r"(*v), "=@ccc"(ready));
    return ready;
}

static inline void cpuid(uint32_t leaf, uint32_t subleaf, uint32_t out[4]) {
    __asm__ volatile("cpuid"
                     : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3])
                     : "a"(leaf), "c"(subleaf));
}

/* The number of the lowest bit that is set; undefined for 0. */
static inline uint64_t bsf(uint64_t bits) {
    uint64_t n;
    __asm__("bsf %1, %0" : "=r"(n) : "r"(bits) : "cc");
    return n;
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

/* Opens and closes supervisor access to user pages (SMAP). Only where the CPU has SMAP:
 * see user.c. */
static inline void stac(void) {
    __asm__ volatile("stac" : : : "memory", "cc");
}

static inline void clac(void) {
    __asm__ volatile("clac" : : : "memory", "cc");
}

/* Waits for an interrupt; atomic with the `sti` before it, and interrupts are off again
 * after it. */
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
