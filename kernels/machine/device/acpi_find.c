/* SPDX-License-Identifier: MIT */
/* acpi_find.c -- see acpi_find.h. ACPI specification 6.4, chapters 5.2.5 to 5.2.8. No table leads
 * to another one but root to table and FADT to DSDT, so there is no way in a circle. */
#include "machine/device/acpi_find.h"

#include "lib/string.h"

enum { RSDP_REVISION = 15, RSDP_RSDT = 16, RSDP_LENGTH = 20, RSDP_XSDT = 24 };
enum { RSDP_OLD_LEN = 20, RSDP_LEN = 36 };

static bool sums_to_zero(const uint8_t *bytes, size_t n) {
    uint8_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum = (uint8_t)(sum + bytes[i]);
    return sum == 0;
}

/* The header of whatever table lies there, or null. */
static const uint8_t *header_at(uint64_t at, const char *what, const struct acpi_hooks *hooks) {
    const uint8_t *header = hooks->bytes(at, ACPI_HEADER_LEN);
    if (!header)
        hooks->ignored(what, at, "the processor has no such address");
    return header;
}

/* The table of this signature at this address with its length in *n, or null with a word why. */
static const uint8_t *table_at(uint64_t at, const char *signature, size_t *n,
                               const struct acpi_hooks *hooks) {
    uint32_t len;
    const uint8_t *header = header_at(at, signature, hooks), *table;
    const char *why = NULL;
    if (!header)
        return NULL;
    memcpy(&len, header + 4, sizeof len);
    if (memcmp(header, signature, 4) != 0)
        why = "another table lies there";
    else if (len < ACPI_HEADER_LEN || len > ACPI_LEN_MAX)
        why = "its length is impossible";
    else if (!(table = hooks->bytes(at, len)))
        why = "its end lies behind the processor's last address";
    else if (!acpi_table_valid(table, len, signature))
        why = "its sum is wrong";
    if (why) {
        hooks->ignored(signature, at, why);
        return NULL;
    }
    *n = len;
    return table;
}

/* What has been read of a root's tables. */
struct found {
    bool madt, fadt, hpet;
    unsigned unsound;
};

/* table_at(), which notes what is unsound. */
static const uint8_t *sound_at(uint64_t at, const char *signature, size_t *n, struct found *found,
                               const struct acpi_hooks *hooks) {
    const uint8_t *table = table_at(at, signature, n, hooks);
    found->unsound += !table;
    return table;
}

static void read_fadt(struct acpi_info *a, const uint8_t *table, size_t n,
                      const struct acpi_hooks *hooks) {
    uint64_t dsdt = acpi_read_fadt(a, table, n).at;
    const uint8_t *aml = dsdt ? table_at(dsdt, "DSDT", &n, hooks) : NULL;
    if (!aml || !acpi_read_s5(a, aml, n)) {
        a->pm1a_control = 0; /* without \_S5 there is nothing to write there */
        a->sleep_control = PADDR(0);
    }
}

/* The table at this address, if it is one that we read and have not yet. */
static void read_table(struct acpi_info *a, uint64_t at, struct found *found,
                       const struct acpi_hooks *hooks) {
    const uint8_t *header = header_at(at, "table", hooks), *table;
    size_t n;
    if (!header)
        return;
    if (!found->madt && memcmp(header, "APIC", 4) == 0) {
        if (!(table = sound_at(at, "APIC", &n, found, hooks)))
            return;
        found->madt = true;
        if (!acpi_read_madt(a, table, n))
            hooks->ignored("APIC", at, "from an entry of impossible length on");
    } else if (!found->fadt && memcmp(header, "FACP", 4) == 0) {
        if (!(table = sound_at(at, "FACP", &n, found, hooks)))
            return;
        found->fadt = true;
        read_fadt(a, table, n, hooks);
    } else if (!found->hpet && memcmp(header, "HPET", 4) == 0) {
        if (!(table = sound_at(at, "HPET", &n, found, hooks)))
            return;
        found->hpet = true;
        acpi_read_hpet(a, table, n);
    }
}

/* Reads every table that a root table points to; its pointers have `width` bytes. */
static bool read_root(struct acpi_info *a, uint64_t at, const char *signature, size_t width,
                      const struct acpi_hooks *hooks) {
    struct found found = {.madt = false};
    size_t n;
    const uint8_t *root = at ? table_at(at, signature, &n, hooks) : NULL;
    if (!root)
        return false;
    size_t end = n - (n - ACPI_HEADER_LEN) % width;
    if (end > ACPI_HEADER_LEN + ACPI_TABLES_MAX * width) {
        end = ACPI_HEADER_LEN + ACPI_TABLES_MAX * width;
        hooks->ignored(signature, at, "from its 257th pointer on");
    }
    for (size_t i = ACPI_HEADER_LEN; i < end; i += width) {
        uint64_t pointer = 0;
        if (found.unsound == ACPI_UNSOUND_MAX) {
            hooks->ignored(signature, at, "what follows its 8th unsound table");
            break;
        }
        memcpy(&pointer, root + i, width);
        read_table(a, pointer, &found, hooks);
    }
    return true;
}

/* What of addresses came out must be ones that the processor has, and where registers can be:
 * a driver that writes to them must not write to our memory. */
static void check_address(paddr_t *at, const char *what, const struct acpi_hooks *hooks) {
    const char *why = NULL;
    if (!at->at)
        return;
    if (!hooks->bytes(at->at, PAGE_SIZE))
        why = "the processor has no such address";
    else if (hooks->is_ram(at->at, PAGE_SIZE))
        why = "RAM lies there";
    if (!why)
        return;
    hooks->ignored(what, at->at, why);
    *at = PADDR(0);
}

/* Those whose addresses stand keep their order. */
static void check_io_apics(struct acpi_info *a, const struct acpi_hooks *hooks) {
    unsigned kept = 0;
    for (unsigned i = 0; i < a->io_apics; i++) {
        check_address(&a->io_apic[i].at, "I/O APIC", hooks);
        if (a->io_apic[i].at.at)
            a->io_apic[kept++] = a->io_apic[i];
    }
    a->io_apics = kept;
}

void acpi_find(struct acpi_info *a, uint64_t at, const struct acpi_hooks *hooks) {
    uint64_t xsdt = 0, rsdt = 0;
    uint32_t len = 0;
    const uint8_t *rsdp = hooks->bytes(at, RSDP_LEN), *whole;
    if (!rsdp) {
        hooks->ignored("RSDP", at, "the processor has no such address");
        return;
    }
    if (memcmp(rsdp, "RSD PTR ", 8) != 0 || !sums_to_zero(rsdp, RSDP_OLD_LEN)) {
        hooks->ignored("RSDP", at, "its signature or sum is wrong");
        return;
    }
    memcpy(&rsdt, rsdp + RSDP_RSDT, 4);
    if (rsdp[RSDP_REVISION] >= 2) {
        memcpy(&len, rsdp + RSDP_LENGTH, sizeof len);
        whole = len >= RSDP_LEN && len <= PAGE_SIZE ? hooks->bytes(at, len) : NULL;
        if (whole && sums_to_zero(whole, len))
            memcpy(&xsdt, rsdp + RSDP_XSDT, 8);
        else
            hooks->ignored("RSDP", at, "the length or the sum of its longer form is wrong");
    }
    a->present = read_root(a, xsdt, "XSDT", 8, hooks) || read_root(a, rsdt, "RSDT", 4, hooks);
    check_io_apics(a, hooks);
    check_address(&a->local_apic, "local APIC", hooks);
    check_address(&a->hpet, "HPET", hooks);
    check_address(&a->sleep_control, "sleep control register", hooks);
}
