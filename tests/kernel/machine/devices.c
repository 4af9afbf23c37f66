/* SPDX-License-Identifier: MIT */
/* devices.c -- what the firmware and the buses tell is read, and makes sense. */
#include "lib/string.h"
#include "machine/device/apic.h"
#include "machine/device/acpi.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"
#include "machine/device/pci.h"
#include "machine/device/timer.h"
#include "machine/device/timer_reference.h"
#include "machine/cpu/x86.h"
#include "measure/bench.h"

CHECK(devices_acpi, "devices/acpi_tells_of_this_cpu_and_how_to_power_off") {
    if (!acpi.present) {
        check_skip(c, "no ACPI tables");
        return;
    }
    CHECK_THAT(c, acpi.cpus >= 1 && acpi.local_apic.at == page_round_down(read_msr(MSR_APIC_BASE)));
    CHECK_THAT(c, acpi.pm1a_control || acpi.sleep_control.at);
}

CHECK(devices_acpi_mode, "devices/acpi_mode_is_on_before_the_machine_is_turned_off") {
    if (!acpi.pm1a_control || !acpi.smi_command) {
        check_skip(c, "the machine has no ACPI mode to turn on");
        return;
    }
    CHECK_THAT(c, acpi_mode_on());
    CHECK_THAT(c, inw(acpi.pm1a_control) & 1); /* SCI_EN */
    CHECK_THAT(c, acpi_mode_on());             /* a second time is nothing */
}

CHECK(devices_pci, "devices/pci_functions_are_found_with_sound_bars") {
    if (!pci_at(0)) {
        check_skip(c, "no PCI bus by ports 0xcf8 and 0xcfc");
        return;
    }
    const struct pci_function *f;
    for (unsigned i = 0; (f = pci_at(i)); i++) {
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

static bool is_listed(const struct pci_function *wanted) {
    const struct pci_function *f;
    for (unsigned i = 0; (f = pci_at(i)); i++)
        if (f->bus == wanted->bus && f->slot == wanted->slot && f->function == wanted->function)
            return true;
    return false;
}

/* All places there can be, whatever the bridges say. */
CHECK(devices_pci_all, "devices/pci_functions_that_answer_are_listed_behind_bridges_too") {
    unsigned answering = 0, listed = 0;
    if (pci_at(PCI_FUNCTIONS_MAX - 1)) {
        check_skip(c, "there may be more functions than there is room for");
        return;
    }
    for (unsigned place = 0; place < 1u << 16; place++) {
        struct pci_function f = {.bus = (uint8_t)(place >> 8),
                                 .slot = (uint8_t)(place >> 3 & 31),
                                 .function = (uint8_t)(place & 7)};
        if (f.function && !(pci_read8(&(struct pci_function){.bus = f.bus, .slot = f.slot}, 0x0e) &
                            0x80)) /* it has one function, which may answer to all numbers */
            continue;
        if (pci_read16(&f, 0) == 0xffff)
            continue;
        answering++;
        if (!is_listed(&f))
            check_fail(c, "%u:%u.%u is not listed", f.bus, f.slot, f.function);
    }
    while (pci_at(listed))
        listed++;
    if (answering != listed)
        check_fail(c, "%u answer, %u are listed", answering, listed);
}

CHECK(devices_pci_capabilities,
      "devices/pci_capabilities_are_listed_where_a_status_tells_of_them") {
    unsigned with = 0;
    const struct pci_function *f;
    for (unsigned i = 0; (f = pci_at(i)); i++) {
        bool told = pci_read16(f, 6) & 0x10 && pci_read8(f, 0x34) >= 0x40;
        with += told;
        if (told != (f->capabilities > 0) ||
            (told && f->capability[0].id != pci_read8(f, pci_read8(f, 0x34) & 0xfcu)))
            check_fail(c, "%u:%u.%u has %u", f->bus, f->slot, f->function, f->capabilities);
    }
    if (!with)
        check_skip(c, "no PCI function of this machine has capabilities");
}

/* The PIT's channel 2 is asked first, by a port that reads as ones where it is missing. */
CHECK(devices_pit, "devices/the_first_clock_begins_where_its_port_answers") {
    if (inb(0x61) == 0xff) {
        check_skip(c, "the machine has no port 0x61");
        return;
    }
    CHECK_THAT(c, timer_references[0].begin() && timer_references[0].wait() > 0);
}

CHECK(devices_timer, "devices/tsc_and_timer_are_calibrated") {
    if (!timer_tsc_hz() && !timer_hz()) {
        check_skip(c, "the machine has no clock of a known rate");
        return;
    }
    CHECK_THAT(c, timer_tsc_hz() > 100000000ul && timer_tsc_hz() < 10000000000ul);
    CHECK_THAT(c, timer_hz() > 1000000ul && timer_hz() < 10000000000ul);
}

/* Under an exact clock they agree to a thousandth; a host that is busy elsewhere may add some. */
CHECK(devices_clocks, "devices/all_clocks_of_a_known_rate_tell_the_same_rate_of_the_TSC") {
    unsigned found = 0;
    for (const struct timer_reference *r = timer_references; r->name; r++) {
        if (!r->begin())
            continue;
        uint64_t tsc = rdtsc(), counts = r->wait();
        tsc = rdtsc() - tsc;
        if (!counts)
            continue;
        found++;
        uint64_t hz = tsc * r->hz() / counts, known = timer_tsc_hz();
        if (hz < known - known / 5 || hz > known + known / 5)
            check_fail(c, "by %s %lu Hz, at boot %lu", r->name, hz, known);
    }
    if (found < 2)
        check_skip(c, "the machine has %u clocks of a known rate", found);
}

CHECK(devices_mapped, "devices/registers_are_mapped_uncached_and_not_executable") {
    volatile uint32_t *registers = apic_registers;
    struct page_mapping m;
    if (!registers) {
        check_skip(c, "the APIC is in x2APIC mode: it has no mapped registers");
        return;
    }
    CHECK_THAT(c, page_walk(&page_table_kernel, (vaddr_t)registers, &m) == 0);
    CHECK_THAT(c, m.rights == (PAGE_WRITE | PAGE_UNCACHED));
}
