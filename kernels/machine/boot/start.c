/* SPDX-License-Identifier: MIT */
/* start.c -- machine_start(): everything between the loader and kernel_main(), in the order in
 * which it must happen. */
#include "lib/format.h"
#include "machine/boot/boot.h"
#include "machine/boot/init.h"
#include "machine/cpu/cpu.h"
#include "machine/cpu/x86.h"
#include "machine/device/acpi.h"
#include "machine/device/apic.h"
#include "machine/device/pci.h"
#include "machine/device/timer.h"
#include "machine/device/wall_clock.h"
#include "machine/image.h"
#include "machine/interrupt/interrupt.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"
#include "machine/report/exit.h"
#include "machine/report/panic.h"
#include "machine/report/serial.h"
#include "machine/thread/thread.h"
#include "machine/trap/catch.h"
#include "machine/trap/machine_check.h"
#include "machine/trap/panic_trace.h"
#include "machine/trap/trap.h"

static struct boot_info boot;

static void explain_trap(const struct trap_frame *f, char *into, size_t size) {
    if (f->vector == TRAP_MACHINE)
        machine_check_text(into, size);
    if (f->vector == TRAP_DOUBLE && thread_overran(read_cr2()))
        format_text(into, size, ": the stack of its thread is full");
}

static const struct panic_helpers panic_helpers = {
    .is_caught = trap_is_caught,
    .caught = trap_caught,
    .trace = panic_trace,
    .trap_name = trap_name,
    .explain = explain_trap,
};

static void check_processor(const char *lacks) {
    if (lacks)
        panic("this processor has no %s", lacks);
}

_Noreturn void machine_start(paddr_t tables, boot_reader *read) {
    serial_init();               /* first, so that whatever goes wrong can be told */
    panic_init(&panic_helpers);  /* with a trace, and what a catch takes is none */
    check_processor(cpu_init()); /* segments, stacks for entries, protections that CPUID shows */
    trap_table_init();           /* 256 vectors: from here on a fault is a panic with registers */
    machine_check_init();        /* broken hardware is a panic that says so */
    boot_init(&boot, tables, read);      /* the loader's memory is free after this */
    frame_init(boot.range, boot.ranges); /* from here on memory comes as frames */
    page_init(boot.range,
              boot.ranges + 1); /* the kernel's own map, W^X; the boot tables are gone */
    acpi_init(boot.rsdp);       /* before those it tells of: I/O APICs, clocks, power off */
    exit_init(acpi_power_off, acpi.reset_port, acpi.reset_value);
    wall_clock_init(); /* the time of the day, while its clock goes */
    quiet_init();      /* PIC, PIT and RTC are silenced */
    apic_init();
    interrupt_init(); /* every line of every I/O APIC is masked */
    timer_init();     /* calibrates against the PIT, or what else there is */
    pci_init();
    assert_that((uint64_t)image_base == KERNEL_BASE);
    kernel_main(&boot);
}
