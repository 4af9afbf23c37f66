/* SPDX-License-Identifier: MIT */
/* acpi_find.h -- from the RSDP to the tables, through addresses that firmware made up. Pure but for
 * its two hooks, so tested and fuzzed on the host. */
#ifndef MACHINE_ACPI_FIND_H
#define MACHINE_ACPI_FIND_H

#include "machine/device/acpi_table.h"

/* A root table points to some twenty; more than this many are not looked at. */
#define ACPI_TABLES_MAX 256
#define ACPI_LEN_MAX    0x100000 /* bytes of a table; a longer one is not believed */
/* After so many unsound tables the rest of a root is not looked at. */
#define ACPI_UNSOUND_MAX 8

struct acpi_hooks {
    /* `len` bytes of physical memory, for good, or null where the processor has no such address. */
    const uint8_t *(*bytes)(uint64_t at, size_t len);
    /* Whether any of these bytes, a page at most, are RAM: then no registers lie there. */
    bool (*is_ram)(uint64_t at, size_t len);
    /* What lies there was ignored, and why. */
    void (*ignored)(const char *what, uint64_t at, const char *why);
};

/* Fills *a (zeroed) from the tables that the RSDP at this address leads to. Of tables that come
 * twice the first sound one counts. */
void acpi_find(struct acpi_info *a, uint64_t rsdp, const struct acpi_hooks *hooks);

#endif
