/* SPDX-License-Identifier: MIT */
/* types.h -- the two kinds of address. A physical address is a structure of one number, so that the
 * compiler refuses to take one for a virtual address; virtual addresses are plain numbers (user
 * space) or pointers (the kernel's own).
 *
 * The kernel's half of every address space is the same (docs/machine.md draws it):
 *   DIRECT_BASE   all physical memory, never executable, the image's text and constants read-only
 * there too
 *   DEVICE_BASE   device registers, uncached
 *   STACKS_BASE   threads' stacks; in the same top-level entry as the registers
 *   KERNEL_BASE   the image itself: virtual address = physical address + KERNEL_BASE
 *   CODE_BASE     code made while the system runs, within reach of the image's calls */
#ifndef MACHINE_TYPES_H
#define MACHINE_TYPES_H

#define PAGE_SHIFT    12
#define PAGE_SIZE     (1 << PAGE_SHIFT)
#define DIRECT_BASE   0xffff800000000000
#define DEVICE_BASE   0xffffc00000000000
#define STACKS_BASE   0xffffc04000000000
#define KERNEL_BASE   0xffffffff80000000
#define CODE_BASE     0xffffffffc0000000
#define CODE_WINDOW   0x4000000    /* bytes */
#define STACKS_WINDOW 0x4000000000 /* bytes */
/* User addresses lie below. The last page of the lower half is left out: a `syscall` in it would
 * return to a non-canonical address, which sysret takes as a fault in the kernel (docs/machine.md,
 * "Hazards"). */
#define USER_TOP 0x00007ffffffff000

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t at;
} paddr_t;
typedef uint64_t vaddr_t;

#define PADDR(number) ((paddr_t){number})

static inline paddr_t paddr_add(paddr_t p, uint64_t bytes) {
    return PADDR(p.at + bytes);
}

/* Where the kernel reads and writes physical memory; valid for RAM only. */
static inline void *direct(paddr_t p) {
    return (void *)(DIRECT_BASE + p.at);
}

/* The physical address of something in the image or in the direct map. */
static inline paddr_t physical(const void *p) {
    uint64_t at = (uint64_t)p;
    return PADDR(at >= KERNEL_BASE ? at - KERNEL_BASE : at - DIRECT_BASE);
}

static inline uint64_t page_round_down(uint64_t at) {
    return at & -(uint64_t)PAGE_SIZE;
}

static inline uint64_t page_round_up(uint64_t at) {
    return page_round_down(at + PAGE_SIZE - 1);
}

#endif
#endif
