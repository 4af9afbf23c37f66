/* SPDX-License-Identifier: MIT */
/* apic.h -- registers of the local APIC by their offset, in either of its modes; for timer.c and
 * the code that sends interrupts or ends them. */
#ifndef MACHINE_APIC_H
#define MACHINE_APIC_H

#include "machine/cpu/x86.h"

#define APIC_NUMBER        0x20
#define APIC_TASK_PRIORITY 0x80
#define APIC_EOI           0xb0
#define APIC_SPURIOUS      0xf0
#define APIC_REQUESTS      0x200 /* eight registers of 32 vectors */
#define APIC_COMMAND       0x300
#define APIC_COMMAND_TO    0x310
#define APIC_LVT_TIMER     0x320
#define APIC_LVT_LINT0     0x350
#define APIC_LVT_ERROR     0x370
#define APIC_TIMER_INITIAL 0x380
#define APIC_TIMER_CURRENT 0x390
#define APIC_TIMER_DIVIDE  0x3e0
#define APIC_SEND_NMI      0x4400
#define APIC_SEND_SELF     0x44000 /* and the vector; whose number is told is not asked */
#define APIC_LVT_MASKED    0x10000
#define APIC_LVT_DEADLINE  0x40000

void apic_init(void);

uint32_t apic_read(unsigned offset);
void apic_write(unsigned offset, uint32_t v);

/* The APIC number of the CPU that asks. */
uint32_t apic_own_number(void);
/* Sends an interrupt to the CPU with this APIC number, which may be our own. */
void apic_send(uint32_t number, uint32_t command);

/* Whether an interrupt of this vector has come that is not taken yet. */
bool apic_is_pending(unsigned vector);

/* The registers of the xAPIC, mapped; null when the CPU runs in x2APIC mode, where they
 * are MSRs. */
extern volatile uint32_t *apic_registers;

/* End of interrupt: after every interrupt that came by the APIC (TRAP_SPURIOUS excepted). */
static inline void apic_eoi(void) {
    if (apic_registers)
        apic_registers[APIC_EOI / 4] = 0;
    else
        write_msr(MSR_X2APIC + APIC_EOI / 16, 0);
}

#endif
