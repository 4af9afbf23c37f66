/* SPDX-License-Identifier: MIT */
/* acpi.h -- as much of ACPI as is needed: the MADT's CPUs, APICs and lines, two timers, and power
 * off (the \_S5 package is found in the DSDT's bytes, no AML is run). Tables come from firmware and
 * are checked: addresses, lengths, sums. One that cannot be right is ignored with a line. */
#ifndef MACHINE_ACPI_H
#define MACHINE_ACPI_H

#include "machine/boot/boot.h"

#define ACPI_CPUS_MAX     64
#define ACPI_IO_APICS_MAX 16
#define ACPI_ISA_LINES    16
#define ACPI_PM_TIMER_HZ  3579545

/* An I/O APIC; its lines are numbered from gsi on, and its registers tell how many it has. */
struct acpi_io_apic {
    paddr_t at;
    uint32_t gsi;
};

/* Where a line of the ISA bus arrives: its global system interrupt, and how it signals there. */
struct acpi_isa_line {
    uint32_t gsi;
    bool level, low; /* else edge, high */
};

struct acpi_info {
    bool present;
    unsigned cpus;
    uint32_t apic_id[ACPI_CPUS_MAX]; /* of the CPUs that may be used */
    paddr_t local_apic;
    unsigned io_apics;
    struct acpi_io_apic io_apic[ACPI_IO_APICS_MAX];
    struct acpi_isa_line isa[ACPI_ISA_LINES]; /* of use where there is an I/O APIC */
    uint16_t pm1a_control, pm1b_control;      /* ports; 0: none */
    uint8_t s5_a, s5_b;                       /* what to write there to power off */
    paddr_t sleep_control;  /* its register instead, on a machine without PM1; 0: none */
    uint16_t smi_command;   /* the port that turns ACPI mode on; 0: it always is */
    uint8_t acpi_enable;    /* by this byte */
    uint16_t pm_timer;      /* port of a counter of ACPI_PM_TIMER_HZ; 0: none */
    uint32_t pm_timer_mask; /* its bits: 24 or 32 */
    paddr_t hpet;           /* the HPET's registers; 0: none */
    uint16_t reset_port;    /* 0: none */
    uint8_t reset_value;
};
extern struct acpi_info acpi;

void acpi_init(const struct boot_info *boot);
/* Takes the power management registers from the firmware's SMI code, which alone obeys them until
 * then. False: it did not answer. Nothing to do where they are ours already. */
bool acpi_mode_on(void);
/* Returns only where there is no way to power off. */
void acpi_power_off(void);

#endif
