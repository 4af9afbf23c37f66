/* SPDX-License-Identifier: MIT */
/* acpi.c -- hands firmware's memory to the reader of tables (acpi_find.h) and powers off. ACPI
 * specification 6.4, chapters 4.8 and 7.4.2. */
#include "machine/device/acpi.h"

#include "machine/cpu/cpu.h"
#include "machine/cpu/x86.h"
#include "machine/device/acpi_find.h"
#include "machine/memory/page.h"
#include "machine/report/log.h"

/* PM1 control registers and the sleep control register of machines without them. */
#define PM1_ACPI_MODE     1u
#define PM1_SLEEP_ENABLE  (1u << 13)
#define PM1_SLEEP_TYPE(n) (((n)&7u) << 10)
#define SLEEP_CONTROL(n)  ((uint8_t)(((n)&7u) << 2 | 1 << 5))
#define MODE_PATIENCE     1000000 /* reads of the register; the SMI code is done long before */

struct acpi_info acpi;
static volatile uint8_t *sleep_control;

/* Firmware's memory, wherever it lies. Nothing beyond the processor's addresses is touched: that
 * would be a fault. acpi_find() asks for some 20 MiB at most (ACPI_UNSOUND_MAX tables of
 * ACPI_LEN_MAX in each root), far below what the device window has. */
static const uint8_t *firmware(uint64_t at, size_t len) {
    uint64_t limit = 1ul << cpu_features.physical_bits;
    if (at >= limit || len > limit - at)
        return NULL;
    if (page_is_direct(PADDR(at), len))
        return direct(PADDR(at));
    return (const uint8_t *)page_map_device(PADDR(at), len);
}

static bool is_ram(uint64_t at, size_t len) {
    return page_is_direct(PADDR(at), 1) || page_is_direct(PADDR(at + len - 1), 1);
}

static void say_ignored(const char *what, uint64_t at, const char *why) {
    log_line("acpi: %s at %#lx is ignored: %s", what, at, why);
}

void acpi_init(paddr_t rsdp) {
    static const struct acpi_hooks hooks = {
        .bytes = firmware, .is_ram = is_ram, .ignored = say_ignored};
    if (rsdp.at)
        acpi_find(&acpi, rsdp.at, &hooks);
    if (!acpi.present)
        log_line("acpi: no valid tables; no power off by software");
    if (acpi.sleep_control.at)
        sleep_control = page_map_device(acpi.sleep_control, 1);
}

bool acpi_mode_on(void) {
    if (!acpi.pm1a_control || (inw(acpi.pm1a_control) & PM1_ACPI_MODE) || !acpi.smi_command)
        return true;
    outb(acpi.smi_command, acpi.acpi_enable);
    for (unsigned left = MODE_PATIENCE; left; left--)
        if (inw(acpi.pm1a_control) & PM1_ACPI_MODE)
            return true;
    return false;
}

static void sleep_by(uint16_t port, unsigned type) {
    unsigned others = inw(port) & ~(PM1_SLEEP_TYPE(7) | PM1_SLEEP_ENABLE);
    outw(port, (uint16_t)(others | PM1_SLEEP_TYPE(type) | PM1_SLEEP_ENABLE));
}

void acpi_power_off(void) {
    if (sleep_control)
        *sleep_control = SLEEP_CONTROL(acpi.s5_a);
    if (!acpi.pm1a_control)
        return;
    acpi_mode_on(); /* where it does not answer the write may help all the same */
    sleep_by(acpi.pm1a_control, acpi.s5_a);
    if (acpi.pm1b_control)
        sleep_by(acpi.pm1b_control, acpi.s5_b);
}
