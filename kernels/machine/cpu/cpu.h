/* SPDX-License-Identifier: MIT */
/* cpu.h -- what CPUID shows, and the per-CPU area at gs. Assembly includes it too.
 *
 * In the kernel gs always points to the CPU's area, in user mode never: whoever comes from user
 * mode does `swapgs` first. */
#ifndef MACHINE_CPU_H
#define MACHINE_CPU_H

/* Offsets into struct cpu, for `%gs:` in assembly. */
#define CPU_SELF       0
#define CPU_KERNEL_RSP 8
#define CPU_USER_RSP   16
#define CPU_OWN        64
#define CPU_OWN_WORDS  16

#ifndef __ASSEMBLER__

#include "machine/types.h"

struct cpu {
    struct cpu *self;
    uint64_t kernel_rsp; /* top of the stack for system calls; user_run and cpu_kernel_stack set it
                            with the TSS */
    uint64_t user_rsp;   /* scratch of the system call's entry */
    uint64_t reserved[5];
    uint64_t own[CPU_OWN_WORDS]; /* the system's, for its fast paths; machine never touches it */
};

/* What the CPU has, by CPUID, and what of it is switched on (all that is found, but for pcid). */
struct cpu_features {
    bool smep, smap, umip, pcid, pge, mce, mca, gigabyte_pages, x2apic, tsc_deadline, tsc_invariant,
        hypervisor, erms, fsrm;
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

/* Where the next entry from user mode puts its stack: top is 16-byte aligned. */
void cpu_kernel_stack(void *top);

#endif
#endif
