/* SPDX-License-Identifier: MIT */
/* apic.c -- the local APIC, in x2APIC mode (MSRs) where the CPU has it, else through its registers.
 * Intel SDM volume 3, chapter 10. */
#include "machine/device/apic.h"

#include "machine/cpu/cpu.h"
#include "machine/cpu/trap_frame.h"
#include "machine/cpu/x86.h"
#include "machine/device/acpi.h"
#include "machine/memory/page.h"
#include "machine/report/log.h"

#define APIC_BASE_ENABLE (1ul << 11)
#define APIC_BASE_X2     (1ul << 10)
#define APIC_BASE_FRAME  0x000ffffffffff000ul
#define SPURIOUS_ENABLE  0x100

volatile uint32_t *apic_registers;

uint32_t apic_read(unsigned offset) {
    return apic_registers ? apic_registers[offset / 4]
                          : (uint32_t)read_msr(MSR_X2APIC + offset / 16);
}

void apic_write(unsigned offset, uint32_t v) {
    if (apic_registers)
        apic_registers[offset / 4] = v;
    else
        write_msr(MSR_X2APIC + offset / 16, v);
}

uint32_t apic_own_number(void) {
    return apic_read(APIC_NUMBER) >> (apic_registers ? 24 : 0);
}

void apic_send(uint32_t number, uint32_t command) {
    if (!apic_registers) { /* one MSR of 64 bits */
        write_msr(MSR_X2APIC + APIC_COMMAND / 16, (uint64_t)number << 32 | command);
        return;
    }
    apic_write(APIC_COMMAND_TO, number << 24);
    apic_write(APIC_COMMAND, command);
}

bool apic_is_pending(unsigned vector) {
    return apic_read(APIC_REQUESTS + vector / 32 * 0x10) >> vector % 32 & 1;
}

void apic_init(void) {
    uint64_t base = read_msr(MSR_APIC_BASE) | APIC_BASE_ENABLE;
    write_msr(MSR_APIC_BASE, base);
    if (acpi.local_apic.at && acpi.local_apic.at != (base & APIC_BASE_FRAME))
        log_line("apic: ACPI says %#lx, the processor says %#lx, where it is", acpi.local_apic.at,
                 base & APIC_BASE_FRAME);
    if (cpu_features.x2apic)
        write_msr(MSR_APIC_BASE, base | APIC_BASE_X2);
    else
        apic_registers = page_map_device(PADDR(base & APIC_BASE_FRAME), PAGE_SIZE);
    apic_write(APIC_TASK_PRIORITY, 0);
    apic_write(APIC_LVT_TIMER, APIC_LVT_MASKED);
    apic_write(APIC_LVT_LINT0, APIC_LVT_MASKED); /* the PIC's line */
    apic_write(APIC_LVT_ERROR, APIC_LVT_MASKED);
    apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | TRAP_SPURIOUS);
    apic_eoi();
}
