/* SPDX-License-Identifier: MIT */
/* acpi_table.c -- see acpi_table.h. ACPI specification 6.4, chapters 5.2.9 (FADT), 5.2.12 (MADT)
 * and 20.2 (AML); the HPET's table by Intel's IA-PC HPET specification 1.0a, chapter 3.2.4. */
#include "machine/device/acpi_table.h"

#include "lib/string.h"

enum { MADT_LOCAL_APIC = 36, MADT_ENTRIES = 44 };
enum { ENTRY_CPU, ENTRY_IO_APIC, ENTRY_OVERRIDE, ENTRY_LOCAL_APIC = 5, ENTRY_X2APIC = 9 };
enum { CPU_USABLE = 3, BUS_ISA = 0 };
/* An override's flags: two bits of polarity, two of trigger. */
enum { SIGNAL_OF_BUS, SIGNAL_HIGH_EDGE, SIGNAL_RESERVED, SIGNAL_LOW_LEVEL };
enum { FADT_DSDT = 40, FADT_SMI = 48, FADT_ENABLE = 52, FADT_PM1A = 64, FADT_PM1B = 68 };
enum { FADT_PM_TIMER = 76, FADT_PM_TIMER_LEN = 91, FADT_FLAGS = 112, FADT_RESET = 116 };
enum { FADT_CENTURY = 108, FADT_RESET_VALUE = 128, FADT_DSDT_64 = 140, FADT_SLEEP = 244 };
#define CMOS_BYTES 128
enum { FLAG_TIMER_32 = 1 << 8, FLAG_RESET = 1 << 10, FLAG_REDUCED = 1 << 20 };
/* A generic address: space, width, two more bytes, then 64 bits of address. */
enum { GENERIC_ADDRESS = 4, SPACE_MEMORY = 0, SPACE_IO = 1 };
enum { HPET_ADDRESS = 40 };
enum { AML_PACKAGE = 0x12, AML_BYTE = 0x0a, AML_ONE = 0x01 };

/* A little-endian number of `width` bytes; 0 where the table ends before it. */
static uint64_t number(const uint8_t *table, size_t n, size_t at, size_t width) {
    uint64_t v = 0;
    if (width > n || at > n - width)
        return 0;
    memcpy(&v, table + at, width);
    return v;
}

bool acpi_table_valid(const uint8_t *table, size_t n, const char *signature) {
    if (n < ACPI_HEADER_LEN || memcmp(table, signature, 4) != 0)
        return false;
    uint64_t len = number(table, n, 4, 4);
    if (len < ACPI_HEADER_LEN || len > n)
        return false;
    uint8_t sum = 0;
    for (size_t i = 0; i < len; i++)
        sum = (uint8_t)(sum + table[i]);
    return sum == 0;
}

static void add_cpu(struct acpi_info *a, uint64_t id, uint64_t flags) {
    if ((flags & CPU_USABLE) && a->cpus < ACPI_CPUS_MAX)
        a->apic_id[a->cpus++] = (uint32_t)id;
}

static void add_io_apic(struct acpi_info *a, uint64_t at, uint64_t gsi) {
    for (unsigned i = 0; i < a->io_apics; i++)
        if (a->io_apic[i].at.at == at)
            return;
    if (at && a->io_apics < ACPI_IO_APICS_MAX)
        a->io_apic[a->io_apics++] = (struct acpi_io_apic){PADDR(at), (uint32_t)gsi};
}

static void override(struct acpi_info *a, const uint8_t *e, size_t len) {
    uint64_t bus = number(e, len, 2, 1), line = number(e, len, 3, 1), flags = number(e, len, 8, 2);
    unsigned polarity = flags & 3, trigger = flags >> 2 & 3;
    if (bus != BUS_ISA || line >= ACPI_ISA_LINES || polarity == SIGNAL_RESERVED ||
        trigger == SIGNAL_RESERVED)
        return;
    a->isa[line] = (struct acpi_isa_line){.gsi = (uint32_t)number(e, len, 4, 4),
                                          .level = trigger == SIGNAL_LOW_LEVEL,
                                          .low = polarity == SIGNAL_LOW_LEVEL};
}

static void read_madt_entry(struct acpi_info *a, const uint8_t *e, size_t len) {
    switch (e[0]) {
    case ENTRY_CPU:
        add_cpu(a, number(e, len, 3, 1), number(e, len, 4, 4));
        break;
    case ENTRY_X2APIC:
        add_cpu(a, number(e, len, 4, 4), number(e, len, 8, 4));
        break;
    case ENTRY_IO_APIC:
        add_io_apic(a, number(e, len, 4, 4), number(e, len, 8, 4));
        break;
    case ENTRY_OVERRIDE:
        override(a, e, len);
        break;
    case ENTRY_LOCAL_APIC:
        a->local_apic = PADDR(number(e, len, 4, 8));
        break;
    default:
        break;
    }
}

bool acpi_read_madt(struct acpi_info *a, const uint8_t *table, size_t n) {
    static const uint8_t least[] = {
        [ENTRY_CPU] = 8,         [ENTRY_IO_APIC] = 12, [ENTRY_OVERRIDE] = 10,
        [ENTRY_LOCAL_APIC] = 12, [ENTRY_X2APIC] = 16,
    };
    a->local_apic = PADDR(number(table, n, MADT_LOCAL_APIC, 4));
    for (unsigned line = 0; line < ACPI_ISA_LINES; line++)
        a->isa[line] = (struct acpi_isa_line){.gsi = line};
    for (size_t at = MADT_ENTRIES; at + 2 <= n;) {
        uint8_t type = table[at], len = table[at + 1];
        if (len < 2 || len > n - at || (type < sizeof least && len < least[type]))
            return false;
        read_madt_entry(a, table + at, len);
        at += len;
    }
    return true;
}

static uint16_t port(const uint8_t *table, size_t n, size_t at, size_t width) {
    uint64_t v = number(table, n, at, width);
    return v <= UINT16_MAX ? (uint16_t)v : 0;
}

paddr_t acpi_read_fadt(struct acpi_info *a, const uint8_t *table, size_t n) {
    uint64_t flags = number(table, n, FADT_FLAGS, 4);
    uint64_t century = number(table, n, FADT_CENTURY, 1);
    a->rtc_century = century < CMOS_BYTES ? (uint8_t)century : 0;
    if (!(flags & FLAG_REDUCED)) {
        a->smi_command = port(table, n, FADT_SMI, 4);
        a->acpi_enable = (uint8_t)number(table, n, FADT_ENABLE, 1);
        a->pm1a_control = port(table, n, FADT_PM1A, 4);
        a->pm1b_control = port(table, n, FADT_PM1B, 4);
        if (number(table, n, FADT_PM_TIMER_LEN, 1) == 4)
            a->pm_timer = port(table, n, FADT_PM_TIMER, 4);
        a->pm_timer_mask = flags & FLAG_TIMER_32 ? UINT32_MAX : 0xffffff;
    } else if (number(table, n, FADT_SLEEP, 1) == SPACE_MEMORY) {
        a->sleep_control = PADDR(number(table, n, FADT_SLEEP + GENERIC_ADDRESS, 8));
    }
    if ((flags & FLAG_RESET) && number(table, n, FADT_RESET, 1) == SPACE_IO) {
        a->reset_port = port(table, n, FADT_RESET + GENERIC_ADDRESS, 8);
        a->reset_value = (uint8_t)number(table, n, FADT_RESET_VALUE, 1);
    }
    uint64_t wide = number(table, n, FADT_DSDT_64, 8);
    return PADDR(wide ? wide : number(table, n, FADT_DSDT, 4));
}

/* One element of a package: a byte constant with its prefix, or 0 and 1, which are opcodes of their
 * own. */
static bool read_element(const uint8_t *table, size_t n, size_t *at, uint8_t *v) {
    if (*at < n && table[*at] <= AML_ONE) {
        *v = table[(*at)++];
        return true;
    }
    if (n - *at >= 2 && *at < n && table[*at] == AML_BYTE) {
        *v = table[*at + 1];
        *at += 2;
        return true;
    }
    return false;
}

bool acpi_read_s5(struct acpi_info *a, const uint8_t *table, size_t n) {
    for (size_t i = ACPI_HEADER_LEN; i + 7 < n; i++) {
        if (memcmp(table + i, "_S5_", 4) != 0 || table[i + 4] != AML_PACKAGE)
            continue;
        /* The package's length takes 1 to 4 bytes (the first byte's two high bits say how many
         * more), then comes the number of elements, then they. */
        size_t at = i + 5 + 1 + (table[i + 5] >> 6) + 1;
        if (read_element(table, n, &at, &a->s5_a) && read_element(table, n, &at, &a->s5_b))
            return true;
    }
    return false;
}

void acpi_read_hpet(struct acpi_info *a, const uint8_t *table, size_t n) {
    if (number(table, n, HPET_ADDRESS, 1) == SPACE_MEMORY)
        a->hpet = PADDR(number(table, n, HPET_ADDRESS + GENERIC_ADDRESS, 8));
}
