/* SPDX-License-Identifier: MIT */
/* cpu.h -- what CPUID shows, and the per-CPU area at gs. Assembly includes it too.
 *
 * In the kernel gs always points to the CPU's area, in user mode never: whatever comes from user
 * mode does `swapgs` first. */
#ifndef MACHINE_CPU_H
#define MACHINE_CPU_H

/* Offsets into struct cpu, for `%gs:` in assembly. */
#define CPU_SELF       0
#define CPU_THREAD     8
#define CPU_USER_RSP   16
#define CPU_OWN        64
#define CPU_OWN_WORDS  16
#define CPU_KERNEL_RSP 200

/* Processors that are used. */
#define CPUS 1

#ifndef __ASSEMBLER__

#include "machine/cpu/segment.h"
#include "machine/types.h"

struct thread;

/* The task state segment, as the hardware has it: the stacks of entries. */
struct tss {
    uint32_t reserved0;
    uint64_t rsp[3]; /* rsp[0]: of every entry from user mode, `syscall` too */
    uint64_t reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3, io_map;
} __attribute__((packed, aligned(4)));

/* All that a processor has of its own. */
struct cpu {
    struct cpu *self;
    struct thread *thread; /* that runs on it */
    uint64_t user_rsp;     /* scratch of the system call's entry */
    uint64_t reserved[5];
    uint64_t own[CPU_OWN_WORDS]; /* the system's, for its fast paths; machine never touches it */
    uint32_t padding;            /* so that tss.rsp is aligned */
    struct tss tss;
    uint64_t gdt[TSS_SELECTOR / 8 + 2];
};
extern struct cpu cpus[CPUS];

/* What the CPU has, by CPUID, and what of it is switched on: all that is found, pcid by
 * page_flush.c. */
struct cpu_features {
    bool smep, smap, umip, pcid, invpcid, pge, mce, mca, gigabyte_pages, x2apic, tsc_deadline,
        tsc_invariant, hypervisor, erms, fsrm, xsave, avx, rdrand;
    unsigned physical_bits; /* of a physical address */
};
extern struct cpu_features cpu_features;

static inline struct cpu *cpu_this(void) {
    struct cpu *c;
    __asm__("mov %%gs:0, %0" : "=r"(c));
    return c;
}

/* Segments, stacks for entries, and every protection that CPUID shows. Null, or what this processor
 * has not and nothing here works without. */
const char *cpu_init(void);

/* Where the next entry from user mode of the current thread puts its stack: top is 16-byte aligned.
 * Interrupts are off. */
void cpu_kernel_stack(void *top);

#endif
#endif
