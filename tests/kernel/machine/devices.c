/* SPDX-License-Identifier: MIT */
/* devices.c -- what the firmware and the buses tell is read, and makes sense. */
#include "lib/string.h"
#include "machine/acpi.h"
#include "machine/frame.h"
#include "machine/page.h"
#include "machine/pci.h"
#include "machine/timer.h"
#include "measure/bench.h"

CHECK(devices_acpi, "devices/acpi_tells_of_this_cpu_and_how_to_power_off") {
    if (!acpi.present) {
        check_skip(c, "no ACPI tables");
        return;
    }
    CHECK_THAT(c, acpi.cpus >= 1 && acpi.local_apic.at != 0);
    CHECK_THAT(c, acpi.pm1a_control != 0);
}

CHECK(devices_pci, "devices/pci_functions_are_found_with_sound_bars") {
    if (pci_count() == 0) {
        check_skip(c, "no PCI bus by ports 0xcf8 and 0xcfc");
        return;
    }
    CHECK_THAT(c, pci_at(pci_count()) == NULL);
    for (unsigned i = 0; i < pci_count(); i++) {
        const struct pci_function *f = pci_at(i);
        unsigned from = 0;
        CHECK_THAT(c, f->vendor != 0xffff);
        CHECK_THAT(c, pci_find(&from, f->vendor, f->device) != NULL);
        for (unsigned b = 0; b < 6; b++) {
            uint64_t len = f->bar[b].len;
            CHECK_THAT(c, (len & (len - 1)) == 0); /* a power of two, or 0 */
            CHECK_THAT(c, len == 0 || f->bar[b].at % len == 0);
        }
        for (unsigned k = 0; k < f->capabilities; k++)
            CHECK_THAT(c, pci_capability(f, f->capability[k].id, 0) >= 0x40);
    }
}

CHECK(devices_timer, "devices/tsc_and_timer_are_calibrated") {
    CHECK_THAT(c, timer_tsc_hz() > 100000000ul && timer_tsc_hz() < 10000000000ul);
    CHECK_THAT(c, timer_hz() > 1000000ul && timer_hz() < 10000000000ul);
}

CHECK(devices_mapped, "devices/registers_are_mapped_uncached_and_not_executable") {
    volatile uint32_t *registers = apic_registers();
    struct page_mapping m;
    if (!registers) {
        check_skip(c, "the APIC is in x2APIC mode: it has no mapped registers");
        return;
    }
    CHECK_THAT(c, page_walk(&page_table_kernel, (vaddr_t)registers, &m) == 0);
    CHECK_THAT(c, m.rights == PAGE_WRITE);
}
