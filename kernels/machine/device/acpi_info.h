/* SPDX-License-Identifier: MIT */
/* acpi_info.h -- what is known of the machine once ACPI's tables are read. */
#ifndef MACHINE_ACPI_INFO_H
#define MACHINE_ACPI_INFO_H

#include "machine/types.h"

#define ACPI_CPUS_MAX     64
#define ACPI_IO_APICS_MAX 16
#define ACPI_ISA_LINES    16
#define ACPI_PM_TIMER_HZ  3579545

/* An I/O APIC; its lines are numbered from gsi on, and its registers tell how many it has. */
struct acpi_io_apic {
    paddr_t at;
    uint32_t gsi;
};

/* Where a line of the ISA bus arrives: its global system interrupt, and how it signals there. */
struct acpi_isa_line {
    uint32_t gsi;
    bool level, low; /* else edge, high */
};

struct acpi_info {
    bool present;
    unsigned cpus;
    uint32_t apic_id[ACPI_CPUS_MAX]; /* of the CPUs that may be used */
    paddr_t local_apic;
    unsigned io_apics;
    struct acpi_io_apic io_apic[ACPI_IO_APICS_MAX];
    struct acpi_isa_line isa[ACPI_ISA_LINES]; /* of use where there is an I/O APIC */
    uint16_t pm1a_control, pm1b_control;      /* ports; 0: none */
    uint8_t s5_a, s5_b;                       /* what to write there to power off */
    paddr_t sleep_control;  /* its register instead, on a machine without PM1; 0: none */
    uint16_t smi_command;   /* the port that turns ACPI mode on; 0: it always is */
    uint8_t acpi_enable;    /* by this byte */
    uint16_t pm_timer;      /* port of a counter of ACPI_PM_TIMER_HZ; 0: none */
    uint32_t pm_timer_mask; /* its bits: 24 or 32 */
    uint8_t rtc_century;    /* the clock's register that holds it; 0: none */
    paddr_t hpet;           /* the HPET's registers; 0: none */
    uint16_t reset_port;    /* 0: none */
    uint8_t reset_value;
};

#endif
