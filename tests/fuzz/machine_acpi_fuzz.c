/* SPDX-License-Identifier: MIT */
/* machine_acpi_fuzz.c -- any bytes as ACPI tables, singly and as the memory in which the RSDP leads
 * to others: read within their bounds, and only sane numbers come out. */
#include "machine/device/acpi_find.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BASE = 0x1000, ASKED_MAX = 4 * ACPI_TABLES_MAX };
static uint8_t *memory; /* a copy of the input, so that a read past its end is seen */
static size_t memory_len;
static unsigned asked;

static const uint8_t *bytes(uint64_t at, size_t len) {
    if (++asked > ASKED_MAX)
        abort();
    if (at < BASE || at - BASE > memory_len || len > memory_len - (at - BASE))
        return NULL;
    return memory + (at - BASE);
}

/* Every other page is RAM. */
static bool is_ram(uint64_t at, size_t len) {
    return len == PAGE_SIZE && at / PAGE_SIZE % 2;
}

static void ignored(const char *what, uint64_t at, const char *why) {
    (void)at;
    if (!*what || !*why)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct acpi_hooks hooks = {.bytes = bytes, .is_ram = is_ram, .ignored = ignored};
    struct acpi_info a = {0}, found = {0};
    memory = malloc(size ? size : 1);
    if (!memory)
        return 0;
    memory_len = size;
    memcpy(memory, data, size);
    acpi_table_valid(memory, size, "APIC");
    acpi_read_madt(&a, memory, size);
    acpi_read_fadt(&a, memory, size);
    acpi_read_s5(&a, memory, size);
    acpi_read_hpet(&a, memory, size);
    asked = 0;
    acpi_find(&found, BASE, &hooks);
    if (a.cpus > ACPI_CPUS_MAX || found.cpus > ACPI_CPUS_MAX || a.io_apics > ACPI_IO_APICS_MAX ||
        found.io_apics > ACPI_IO_APICS_MAX)
        abort();
    for (unsigned i = 0; i < a.io_apics; i++)
        if (!a.io_apic[i].at.at)
            abort();
    free(memory);
    return 0;
}
