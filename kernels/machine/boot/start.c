/* SPDX-License-Identifier: MIT */
/* start.c -- machine_start(): everything between the loader and kernel_main(), in the order in
 * which it must happen. */
#include "machine/device/acpi.h"
#include "machine/cpu/cpu.h"
#include "machine/memory/frame.h"
#include "machine/image.h"
#include "machine/boot/init.h"
#include "machine/trap/machine_check.h"
#include "machine/report/panic.h"
#include "machine/device/pci.h"
#include "machine/report/serial.h"
#include "machine/device/timer.h"

static struct boot_info boot;

_Noreturn void machine_start(paddr_t tables, boot_reader *read) {
    serial_init();        /* first, so that whatever goes wrong can be told */
    cpu_init();           /* segments, stacks for entries, protections that CPUID shows */
    trap_table_init();    /* 256 vectors: from here on a fault is a panic with registers */
    machine_check_init(); /* broken hardware is a panic that says so */
    boot_init(&boot, tables, read); /* the loader's memory is free after this */
    frame_init(&boot);              /* who wants memory after this asks for frames */
    page_init(&boot);               /* the kernel's own map, W^X; the boot page tables are gone */
    acpi_init(&boot);               /* before the APIC: the MADT tells where it is */
    quiet_init();                   /* PIC, PIT and RTC are silenced */
    apic_init();
    timer_init(); /* calibrates against the PIT, or what else there is */
    pci_init();
    assert_that((uint64_t)image_base == KERNEL_BASE);
    kernel_main(&boot);
}
