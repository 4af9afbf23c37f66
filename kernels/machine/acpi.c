/* SPDX-License-Identifier: MIT */
/* acpi.c -- finds the tables from the RSDP on and powers off. ACPI specification 6.4,
 * chapters 5.2.5 to 5.2.8 and 7.4.2. */
#include "machine/acpi.h"

#include "lib/string.h"
#include "machine/acpi_table.h"
#include "machine/log.h"
#include "machine/page.h"
#include "machine/x86.h"

#define TABLE_MAX    0x100000 /* a longer table is not believed */
#define SLEEP_ENABLE (1u << 13)
enum { RSDP_REVISION = 15, RSDP_RSDT = 16, RSDP_XSDT = 24 };

struct acpi_info acpi;

/* Firmware's memory, wherever it lies. */
static const uint8_t *firmware(paddr_t at, size_t len) {
    if (page_is_direct(at, len))
        return direct(at);
    return (const uint8_t *)page_map_device(at, len);
}

/* The table at this address with its length in *n, or null when it is not what it says. */
static const uint8_t *table_at(paddr_t at, const char *signature, size_t *n) {
    uint32_t len;
    if (at.at == 0)
        return NULL;
    const uint8_t *header = firmware(at, ACPI_HEADER_LEN);
    memcpy(&len, header + 4, sizeof len);
    if (memcmp(header, signature, 4) != 0 || len < ACPI_HEADER_LEN || len > TABLE_MAX)
        return NULL;
    const uint8_t *table = firmware(at, len);
    *n = len;
    return acpi_table_valid(table, len, signature) ? table : NULL;
}

static void read_table(paddr_t at) {
    const uint8_t *table;
    size_t n;
    if ((table = table_at(at, "APIC", &n))) {
        acpi_read_madt(&acpi, table, n);
    } else if ((table = table_at(at, "FACP", &n))) {
        paddr_t dsdt = acpi_read_fadt(&acpi, table, n);
        if (!(table = table_at(dsdt, "DSDT", &n)) || !acpi_read_s5(&acpi, table, n))
            acpi.pm1a_control = 0; /* without \_S5 there is nothing to write there */
    }
}

/* Reads every table that a root table points to; its pointers have `width` bytes. */
static bool read_root(paddr_t at, const char *signature, size_t width) {
    size_t n;
    const uint8_t *root = table_at(at, signature, &n);
    if (!root)
        return false;
    for (size_t i = ACPI_HEADER_LEN; i + width <= n; i += width) {
        uint64_t pointer = 0;
        memcpy(&pointer, root + i, width);
        read_table(PADDR(pointer));
    }
    return true;
}

void acpi_init(const struct boot_info *boot) {
    uint64_t xsdt = 0, rsdt = 0;
    if (boot->rsdp.at) {
        const uint8_t *rsdp = firmware(boot->rsdp, ACPI_HEADER_LEN);
        if (memcmp(rsdp, "RSD PTR ", 8) == 0) {
            memcpy(&rsdt, rsdp + RSDP_RSDT, 4);
            if (rsdp[RSDP_REVISION] >= 2)
                memcpy(&xsdt, rsdp + RSDP_XSDT, 8);
        }
    }
    acpi.present = read_root(PADDR(xsdt), "XSDT", 8) || read_root(PADDR(rsdt), "RSDT", 4);
    if (!acpi.present)
        log_line("acpi: no valid tables; no power off by software");
}

void acpi_power_off(void) {
    if (!acpi.pm1a_control)
        return;
    outw(acpi.pm1a_control, (uint16_t)(acpi.s5_a << 10 | SLEEP_ENABLE));
    if (acpi.pm1b_control)
        outw(acpi.pm1b_control, (uint16_t)(acpi.s5_b << 10 | SLEEP_ENABLE));
}
