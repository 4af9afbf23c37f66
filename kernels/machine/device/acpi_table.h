/* SPDX-License-Identifier: MIT */
/* acpi_table.h -- reads single ACPI tables out of bytes that firmware made: pure functions, total
 * on any input, tested and fuzzed on the host. acpi_find.c finds the tables and hands them in. */
#ifndef MACHINE_ACPI_TABLE_H
#define MACHINE_ACPI_TABLE_H

#include "machine/device/acpi_info.h"

#define ACPI_HEADER_LEN 36

/* Whether n bytes begin with a table of this signature whose length fits and whose bytes sum
 * to 0. */
bool acpi_table_valid(const uint8_t *table, size_t n, const char *signature);

/* The MADT: CPUs that may be used, the local APICs' address, every I/O APIC, every source override
 * of the ISA lines. Left out are CPUs and I/O APICs beyond their number, an I/O APIC that is listed
 * already or has no address, and an override of another bus, of a line that ISA does not have, or
 * with a polarity or trigger that is reserved. False: an entry has an impossible length; what
 * stands before it was read. */
bool acpi_read_madt(struct acpi_info *a, const uint8_t *table, size_t n);
/* The FADT: power management and reset registers; the DSDT's address or 0. A port that is none
 * (above 0xffff) counts as absent. */
paddr_t acpi_read_fadt(struct acpi_info *a, const uint8_t *table, size_t n);
/* The DSDT's \_S5 package, found by its bytes: false when there is none. */
bool acpi_read_s5(struct acpi_info *a, const uint8_t *table, size_t n);
/* The HPET's address. */
void acpi_read_hpet(struct acpi_info *a, const uint8_t *table, size_t n);

#endif
