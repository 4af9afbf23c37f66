/* SPDX-License-Identifier: MIT */
/* cpu.c -- each processor's segments, TSS with its stacks and area at gs, and every protection that
 * CPUID shows, switched on. */
#include "machine/cpu/cpu.h"

#include "machine/cpu/current.h"
#include "machine/cpu/stack.h"
#include "machine/cpu/x86.h"

_Static_assert(sizeof(struct tss) == 104, "the TSS has its hardware's size");
_Static_assert(offsetof(struct cpu, self) == CPU_SELF, "cpu.h");
_Static_assert(offsetof(struct cpu, thread) == CPU_THREAD, "cpu.h");
_Static_assert(offsetof(struct cpu, user_rsp) == CPU_USER_RSP, "cpu.h");
_Static_assert(offsetof(struct cpu, own) == CPU_OWN, "cpu.h");
_Static_assert(offsetof(struct cpu, tss.rsp) == CPU_KERNEL_RSP, "cpu.h");
_Static_assert(offsetof(struct thread, rsp) == THREAD_RSP, "current.h");
_Static_assert(offsetof(struct thread, top) == THREAD_TOP, "current.h");
_Static_assert(offsetof(struct thread, leave) == THREAD_LEAVE, "current.h");
_Static_assert(offsetof(struct thread, enter) == THREAD_ENTER, "current.h");
_Static_assert(offsetof(struct thread, fpu) == THREAD_FPU, "current.h");

struct cpu_features cpu_features;
struct cpu cpus[CPUS];
struct stack ist_stacks[CPUS][IST_STACKS] STACK_SECTION;

extern char boot_stack_guard[], boot_stack_top[];
struct thread boot_thread = {.top = (uint64_t)boot_stack_top, .guard = (uint64_t)boot_stack_guard};

static const uint64_t segments[TSS_SELECTOR / 8] = {
    [KERNEL_CODE / 8] = 0x00af9b000000ffff,
    [KERNEL_DATA / 8] = 0x00cf93000000ffff,
    [USER_DATA / 8] = 0x00cff3000000ffff,
    [USER_CODE / 8] = 0x00affb000000ffff,
};

void cpu_kernel_stack(void *top) {
    struct cpu *c = cpu_this();
    c->thread->top = c->tss.rsp[0] = (uint64_t)top;
}

static void load_gdt(struct cpu *c) {
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) pointer = {sizeof c->gdt - 1, (uint64_t)c->gdt};
    for (unsigned i = 0; i < TSS_SELECTOR / 8; i++)
        c->gdt[i] = segments[i];
    __asm__ volatile("lgdt %0\n\t"
                     "pushq %1\n\tlea 1f(%%rip), %%rax\n\tpush %%rax\n\tlretq\n1:\t"
                     "mov %2, %%ss\n\tmov %3, %%ds\n\tmov %3, %%es\n\tmov %3, %%fs\n\tmov %3, %%gs"
                     :
                     : "m"(pointer), "i"(KERNEL_CODE), "r"(KERNEL_DATA), "r"(0)
                     : "rax", "memory");
}

static void load_tss(struct cpu *c) {
    uint64_t base = (uint64_t)&c->tss, limit = sizeof c->tss - 1;
    for (unsigned i = 0; i < IST_STACKS; i++)
        c->tss.ist[i] = (uint64_t)stack_top(&ist_stacks[c - cpus][i]);
    c->tss.io_map = sizeof c->tss; /* beyond the limit: user mode may use no port */
    c->gdt[TSS_SELECTOR / 8] =
        limit | (base & 0xffffff) << 16 | 0x89ul << 40 | (base >> 24 & 0xff) << 56;
    c->gdt[TSS_SELECTOR / 8 + 1] = base >> 32;
    __asm__ volatile("ltr %w0" : : "r"(TSS_SELECTOR) : "memory");
}

/* A leaf of CPUID; zeros where this CPU has no such leaf. */
static void leaf(uint32_t number, uint32_t out[4]) {
    uint32_t max[4];
    cpuid(number & 0x80000000, 0, max);
    if (max[0] >= number)
        cpuid(number, 0, out);
    else
        out[0] = out[1] = out[2] = out[3] = 0;
}

/* Null, or what is missing of that which nothing here works without; boot_check.S has looked at
 * what comes before long mode. */
static const char *missing(const uint32_t one[4], const uint32_t extended[4]) {
    if (!(one[3] >> 4 & 1))
        return "time stamp counter";
    if (!(one[3] >> 9 & 1))
        return "local APIC";
    if (!(extended[3] >> 11 & 1))
        return "SYSCALL";
    if (!(extended[3] >> 20 & 1))
        return "NX: without it W^X cannot hold";
    return NULL;
}

static const char *find_features(void) {
    uint32_t one[4], seven[4], extended[4], power[4], sizes[4];
    struct cpu_features *f = &cpu_features;
    leaf(1, one);
    leaf(7, seven);
    leaf(0x80000001, extended);
    leaf(0x80000007, power);
    leaf(0x80000008, sizes);

    f->mce = one[3] >> 7 & 1;
    f->pge = one[3] >> 13 & 1;
    f->mca = one[3] >> 14 & 1;
    f->pcid = one[2] >> 17 & 1;
    f->x2apic = one[2] >> 21 & 1;
    f->tsc_deadline = one[2] >> 24 & 1;
    f->rdrand = one[2] >> 30 & 1;
    f->xsave = one[2] >> 26 & 1;
    f->avx = f->xsave && (one[2] >> 28 & 1);
    f->hypervisor = one[2] >> 31 & 1;
    f->smep = seven[1] >> 7 & 1;
    f->invpcid = seven[1] >> 10 & 1;
    f->erms = seven[1] >> 9 & 1;
    f->smap = seven[1] >> 20 & 1;
    f->umip = seven[2] >> 2 & 1;
    f->fsrm = seven[3] >> 4 & 1;
    f->gigabyte_pages = extended[3] >> 26 & 1;
    f->tsc_invariant = power[3] >> 8 & 1;
    f->physical_bits = sizes[0] & 0xff;
    if (f->physical_bits < 32 ||
        f->physical_bits > 52) /* not told; every CPU with long mode has so many */
        f->physical_bits = 36;
    return missing(one, extended);
}

static void protect(void) {
    const struct cpu_features *f = &cpu_features;
    uint64_t cr4 = read_cr4() | (f->pge ? CR4_PGE : 0) | (f->umip ? CR4_UMIP : 0) |
                   (f->smep ? CR4_SMEP : 0) | (f->smap ? CR4_SMAP : 0);
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_NXE);
    write_cr4(cr4);
    /* WP: the kernel obeys read-only pages too. EM: nobody saves the FPU's registers, so nobody may
     * use them. */
    write_cr0((read_cr0() | CR0_WP | CR0_NE | CR0_EM | CR0_AM) & ~(CR0_MP | CR0_TS));
}

const char *cpu_init(void) {
    struct cpu *c = &cpus[0];
    c->self = c;
    c->thread = &boot_thread;
    c->tss.rsp[0] = boot_thread.top;
    load_gdt(c);
    write_msr(MSR_GS_BASE, (uint64_t)c);
    write_msr(MSR_KERNEL_GS_BASE, 0);
    load_tss(c);
    const char *lacks = find_features();
    if (!lacks)
        protect();
    return lacks;
}
