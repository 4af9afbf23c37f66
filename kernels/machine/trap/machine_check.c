/* SPDX-License-Identifier: MIT */
/* machine_check.c -- see machine_check.h. */
#include "machine/trap/machine_check.h"

#include "lib/format.h"
#include "machine/cpu/cpu.h"
#include "machine/cpu/x86.h"

#define BANKS_MASK         0xff /* of MSR_MCG_CAP */
#define CAP_HAS_CONTROL    (1 << 8)
#define STATUS_VALID       (1ul << 63)
#define STATUS_HAS_ADDRESS (1ul << 58)

static unsigned banks;

void machine_check_init(void) {
    if (!cpu_features.mce)
        return;
    if (cpu_features.mca) {
        uint64_t cap = read_msr(MSR_MCG_CAP);
        banks = cap & BANKS_MASK;
        if (cap & CAP_HAS_CONTROL)
            write_msr(MSR_MCG_CTL, ~0ul);
    }
    for (unsigned i = 0; i < banks; i++) {
        write_msr(MSR_MC_CTL(i), ~0ul);
        write_msr(MSR_MC_STATUS(i), 0); /* what an earlier boot left */
    }
    write_cr4(read_cr4() | CR4_MCE);
}

void machine_check_text(char *into, size_t size) {
    size_t length = 0;
    for (unsigned i = 0; i < banks && length < size; i++) {
        uint64_t status = read_msr(MSR_MC_STATUS(i));
        if (!(status & STATUS_VALID))
            continue;
        length +=
            (size_t)format_text(into + length, size - length, ", bank %u status %#lx", i, status);
        if ((status & STATUS_HAS_ADDRESS) && length < size)
            length += (size_t)format_text(into + length, size - length, " address %#lx",
                                          read_msr(MSR_MC_ADDRESS(i)));
    }
}
