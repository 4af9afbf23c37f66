/* SPDX-License-Identifier: MIT */
/* acpi.h -- as much of ACPI as is needed: the tables, the MADT's CPUs and APICs, and power off (the
 * \_S5 package is found in the DSDT's bytes, no AML is run). Tables come from firmware and are
 * checked: lengths, sums, bounds. */
#ifndef MACHINE_ACPI_H
#define MACHINE_ACPI_H

#include "machine/boot.h"

#define ACPI_CPUS_MAX 64

struct acpi_info {
    bool present;
    unsigned cpus;
    uint32_t apic_id[ACPI_CPUS_MAX]; /* of the CPUs that may be used */
    paddr_t local_apic;
    paddr_t io_apic; /* the first; 0: none */
    uint32_t io_apic_gsi;
    uint16_t pm1a_control, pm1b_control; /* ports; 0: none */
    uint8_t s5_a, s5_b;                  /* what to write there to power off */
    uint16_t reset_port;                 /* 0: none */
    uint8_t reset_value;
};
extern struct acpi_info acpi;

void acpi_init(const struct boot_info *boot);
/* Returns only where there is no way to power off. */
void acpi_power_off(void);

#endif
