/* SPDX-License-Identifier: MIT */
/* syscall.c -- see syscall.h. */
#include "machine/trap/syscall.h"

#include "machine/cpu/segment.h"
#include "machine/cpu/x86.h"

void syscall_init(void (*entry)(void)) {
    /* syscall loads cs from bits 47:32 (and ss behind it); sysret loads ss from bits 63:48 plus 8,
     * cs plus 16. */
    write_msr(MSR_STAR, (uint64_t)(USER_DATA - 8) << 48 | (uint64_t)KERNEL_CODE << 32);
    write_msr(MSR_LSTAR, (uint64_t)entry);
    write_msr(MSR_SFMASK, RFLAGS_IF | RFLAGS_TF | RFLAGS_DF | RFLAGS_AC | RFLAGS_NT);
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE);
}
