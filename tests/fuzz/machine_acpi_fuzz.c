/* SPDX-License-Identifier: MIT */
/* machine_acpi_fuzz.c -- any bytes as ACPI tables: read within their bounds, and only sane numbers
 * come out. */
#include "machine/acpi_table.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct acpi_info a = {0};
    uint8_t *copy = malloc(size + 1); /* so that a read past the end is seen */
    if (!copy)
        return 0;
    memcpy(copy, data, size);
    copy = realloc(copy, size ? size : 1);
    acpi_table_valid(copy, size, "APIC");
    acpi_read_madt(&a, copy, size);
    acpi_read_fadt(&a, copy, size);
    acpi_read_s5(&a, copy, size);
    if (a.cpus > ACPI_CPUS_MAX)
        abort();
    free(copy);
    return 0;
}
