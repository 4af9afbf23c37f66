/* SPDX-License-Identifier: MIT */
/* timer_reference.c -- see timer_reference.h. The PIT's channel 2 is the one whose output can be
 * read (port 0x61) and that raises no interrupt; a machine may lack the PIT, or that port alone
 * (QEMU's microvm). The ACPI PM timer: ACPI 6.4, 4.8.3.3. HPET: IA-PC HPET 1.0a, 2.3. Rates by
 * CPUID: Intel SDM volume 3, 19.7.3, and for hypervisors leaf 0x40000010, which KVM has from
 * VMware. */
#include "machine/device/timer_reference.h"

#include "machine/cpu/cpu.h"
#include "machine/cpu/x86.h"
#include "machine/device/acpi.h"
#include "machine/memory/page.h"

#define PIT_HZ    1193182ul
#define PIT_COUNT 1193ul /* about a millisecond */
/* So many readings of a clock, each of some 10 ns at least, and a millisecond is over. Not a time:
 * a host may stop us between two readings. */
#define PATIENCE 1000000u
#define ABSENT   0xff /* what a port without a device reads as */
enum { PIT_CHANNEL0 = 0x40, PIT_CHANNEL2 = 0x42, PIT_COMMAND = 0x43, PIT_GATE = 0x61 };
enum { GATE_ON = 1, GATE_SPEAKER = 2, GATE_OUTPUT = 0x20 };

static uint64_t pit_hz(void) {
    return PIT_HZ;
}

/* Starts channel 2 on PIT_COUNT counts. Its output goes low and stays so until it has counted. */
static bool pit_begin(void) {
    if (inb(PIT_GATE) == ABSENT)
        return false;
    outb(PIT_GATE, (inb(PIT_GATE) & ~(GATE_SPEAKER | GATE_ON)));
    outb(PIT_COMMAND, 0xb0); /* channel 2, both bytes, one shot */
    outb(PIT_CHANNEL2, PIT_COUNT & 0xff);
    outb(PIT_CHANNEL2, PIT_COUNT >> 8);
    if (inb(PIT_GATE) & GATE_OUTPUT)
        return false;
    outb(PIT_GATE, inb(PIT_GATE) | GATE_ON);
    return true;
}

static uint64_t pit_wait(void) {
    for (unsigned left = PATIENCE; left; left--)
        if (inb(PIT_GATE) & GATE_OUTPUT)
            return PIT_COUNT;
    return 0;
}

/* The others are counters that run: `counter` reads one, modulo counter_mask + 1. */
static uint64_t (*counter)(void);
static uint64_t counter_mask, counter_start;

/* Waits for the counter's next step, so that begin() is at the start of a count. */
static bool counter_begin(uint64_t (*read)(void), uint64_t mask) {
    counter = read;
    counter_mask = mask;
    uint64_t first = counter();
    for (unsigned left = PATIENCE; left; left--)
        if ((counter_start = counter()) != first)
            return true;
    return false;
}

static uint64_t counter_wait(uint64_t hz) {
    for (unsigned left = PATIENCE; left; left--) {
        uint64_t counts = (counter() - counter_start) & counter_mask;
        if (counts >= hz / 1000)
            return counts;
    }
    return 0;
}

static uint64_t acpi_now(void) {
    return inl(acpi.pm_timer);
}

static uint64_t acpi_hz(void) {
    return ACPI_PM_TIMER_HZ;
}

static bool acpi_begin(void) {
    return acpi.pm_timer && counter_begin(acpi_now, acpi.pm_timer_mask);
}

static uint64_t acpi_wait(void) {
    return counter_wait(acpi_hz());
}

enum {
    HPET_CAPABILITIES = 0,
    HPET_CONFIGURATION = 2,
    HPET_COUNTER = 0x3c
};                                  /* in words of 32 bits */
#define HPET_PERIOD_MAX 100000000ul /* femtoseconds a count */
static volatile uint32_t *hpet;

static uint64_t hpet_now(void) {
    return hpet[HPET_COUNTER];
}

static uint64_t hpet_hz(void) {
    return 1000000000000000ul / hpet[HPET_CAPABILITIES + 1];
}

/* The firmware may have left the counter off. On, without its legacy interrupts, it
 * harms nobody. */
static bool hpet_begin(void) {
    if (!acpi.hpet.at)
        return false;
    if (!hpet)
        hpet = page_map_device(acpi.hpet, PAGE_SIZE);
    uint32_t period = hpet[HPET_CAPABILITIES + 1];
    if (period == 0 || period > HPET_PERIOD_MAX)
        return false;
    hpet[HPET_CONFIGURATION * 2] = 1;
    hpet[HPET_CONFIGURATION * 2 + 1] = 0;
    return counter_begin(hpet_now, UINT32_MAX);
}

static uint64_t hpet_wait(void) {
    return counter_wait(hpet_hz());
}

static uint64_t told_hz; /* of the TSC, by CPUID */

static uint64_t cpuid_hz(void) {
    return told_hz;
}

/* The TSC by its own word; what is measured by it is the APIC's timer. */
static bool cpuid_begin(void) {
    enum { CRYSTAL = 0x15, HYPERVISOR = 0x40000000, FREQUENCIES = 0x40000010 };
    uint32_t max[4], r[4];
    cpuid(0, 0, max);
    if (max[0] >= CRYSTAL) {
        cpuid(CRYSTAL, 0, r);
        if (r[0])
            told_hz = (uint64_t)r[2] * r[1] / r[0];
    }
    if (!told_hz && cpu_features.hypervisor) {
        cpuid(HYPERVISOR, 0, max);
        if (max[0] >= FREQUENCIES) {
            cpuid(FREQUENCIES, 0, r);
            told_hz = r[0] * 1000ul;
        }
    }
    return told_hz && counter_begin(rdtsc, UINT64_MAX);
}

static uint64_t cpuid_wait(void) {
    return counter_wait(told_hz);
}

/* Channel 0, which counts down whatever port 0x61 says; quiet.c has masked its interrupt. */
static uint64_t pit_now(void) {
    outb(PIT_COMMAND, 0x00); /* hold its count */
    uint16_t low = inb(PIT_CHANNEL0);
    return (uint16_t) ~(low | inb(PIT_CHANNEL0) << 8);
}

static bool channel_begin(void) {
    outb(PIT_COMMAND, 0x30); /* channel 0, both bytes, one shot */
    outb(PIT_CHANNEL0, 0xff);
    outb(PIT_CHANNEL0, 0xff);
    return counter_begin(pit_now, UINT16_MAX);
}

static uint64_t channel_wait(void) {
    uint64_t counts = counter_wait(PIT_HZ);
    outb(PIT_COMMAND, 0x30); /* as quiet.c left it: one count, and never again */
    outb(PIT_CHANNEL0, 1);
    outb(PIT_CHANNEL0, 0);
    return counts;
}

const struct timer_reference timer_references[] = {
    {"the PIT", pit_begin, pit_wait, pit_hz},
    {"ACPI's timer", acpi_begin, acpi_wait, acpi_hz},
    {"the HPET", hpet_begin, hpet_wait, hpet_hz},
    {"CPUID's rate of the TSC", cpuid_begin, cpuid_wait, cpuid_hz},
    {"the PIT's channel 0", channel_begin, channel_wait, pit_hz},
    {.name = NULL},
};
