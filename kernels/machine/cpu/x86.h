/* SPDX-License-Identifier: MIT */
/* x86.h -- one privileged (or special) instruction is one function, named after it. Intel SDM
 * volume 2 tells the rest. */
#ifndef MACHINE_X86_H
#define MACHINE_X86_H

#include "machine/cpu/x86_bits.h"

#include <stdbool.h>
#include <stdint.h>

#define READ(function, register_)                                                                  \
    static inline uint64_t function(void) {                                                        \
        uint64_t v;                                                                                \
        __asm__ volatile("mov %%" register_ ", %0" : "=r"(v));                                     \
        return v;                                                                                  \
    }
#define WRITE(function, register_)                                                                 \
    static inline void function(uint64_t v) {                                                      \
        __asm__ volatile("mov %0, %%" register_ : : "r"(v) : "memory");                            \
    }
READ(read_cr0, "cr0")
WRITE(write_cr0, "cr0")
READ(read_cr2, "cr2")
READ(read_cr3, "cr3")
WRITE(write_cr3, "cr3")
READ(read_cr4, "cr4")
WRITE(write_cr4, "cr4")
#undef READ
#undef WRITE

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

#define IN(function, type)                                                                         \
    static inline type function(uint16_t port) {                                                   \
        type v;                                                                                    \
        __asm__ volatile(#function " %1, %0" : "=a"(v) : "Nd"(port) : "memory");                   \
        return v;                                                                                  \
    }
#define OUT(function, type)                                                                        \
    static inline void function(uint16_t port, type v) {                                           \
        __asm__ volatile(#function " %0, %1" : : "a"(v), "Nd"(port) : "memory");                   \
    }
IN(inb, uint8_t)
IN(inw, uint16_t)
IN(inl, uint32_t)
OUT(outb, uint8_t)
OUT(outw, uint16_t)
OUT(outl, uint32_t)
#undef IN
#undef OUT

#endif
