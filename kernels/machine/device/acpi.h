/* SPDX-License-Identifier: MIT */
/* acpi.h -- as much of ACPI as is needed: the MADT's CPUs, APICs and lines, two timers, and power
 * off (the \_S5 package is found in the DSDT's bytes, no AML is run). Tables come from firmware and
 * are checked: addresses, lengths, sums. One that cannot be right is ignored with a line. */
#ifndef MACHINE_ACPI_H
#define MACHINE_ACPI_H

#include "machine/device/acpi_info.h"

extern struct acpi_info acpi;

/* From the root pointer at this address; 0: there is none. */
void acpi_init(paddr_t rsdp);
/* Takes the power management registers from the firmware's SMI code, which alone obeys them until
 * then. False: it did not answer. Nothing to do where they are ours already. */
bool acpi_mode_on(void);
/* Returns only where there is no way to power off. */
void acpi_power_off(void);

#endif
