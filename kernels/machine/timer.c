/* SPDX-License-Identifier: MIT */
/* timer.c -- see timer.h. TSC and APIC timer are measured together against a millisecond of the
 * PIT's channel 2, the one whose output can be read (port 0x61) and that raises no interrupt. */
#include "machine/timer.h"

#include "machine/apic.h"
#include "machine/cpu.h"
#include "machine/panic.h"
#include "machine/trap.h"
#include "machine/x86.h"

#define PIT_HZ       1193182ul
#define PIT_COUNT    1193ul /* about a millisecond */
#define PIT_PATIENCE 100000000ul
enum { PIT_CHANNEL2 = 0x42, PIT_COMMAND = 0x43, PIT_GATE = 0x61 };
enum { GATE_ON = 1, GATE_SPEAKER = 2, GATE_OUTPUT = 0x20 };
#define DIVIDE_BY_1 0x0b
#define SECOND_NS   1000000000ul

static uint64_t tsc_hz, apic_hz;

/* Starts the PIT's channel 2 on PIT_COUNT counts. */
static void pit_start(void) {
    outb(PIT_GATE, (inb(PIT_GATE) & ~(GATE_SPEAKER | GATE_ON)));
    outb(PIT_COMMAND, 0xb0); /* channel 2, both bytes, one shot */
    outb(PIT_CHANNEL2, PIT_COUNT & 0xff);
    outb(PIT_CHANNEL2, PIT_COUNT >> 8);
    outb(PIT_GATE, inb(PIT_GATE) | GATE_ON);
}

static void pit_wait(void) {
    for (uint64_t left = PIT_PATIENCE; !(inb(PIT_GATE) & GATE_OUTPUT); left--)
        if (left == 0)
            panic("timer_init: the PIT's channel 2 does not count");
}

void timer_init(void) {
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
    pit_start();
    apic_write(APIC_TIMER_INITIAL, UINT32_MAX);
    uint64_t tsc = rdtsc();
    pit_wait();
    tsc = rdtsc() - tsc;
    uint64_t count = UINT32_MAX - apic_read(APIC_TIMER_CURRENT);
    timer_stop();
    tsc_hz = tsc * PIT_HZ / PIT_COUNT;
    apic_hz = count * PIT_HZ / PIT_COUNT;
    if (cpu_features.tsc_deadline)
        apic_write(APIC_LVT_TIMER, APIC_LVT_DEADLINE | TRAP_TIMER);
    else
        apic_write(APIC_LVT_TIMER, TRAP_TIMER);
}

/* No step overflows below 2^33 Hz. */
static uint64_t ticks(uint64_t ns, uint64_t hz) {
    uint64_t n = ns / SECOND_NS * hz + ns % SECOND_NS * hz / SECOND_NS;
    return n ? n : 1;
}

void timer_arm_ns(uint64_t ns) {
    uint64_t n = ticks(ns, timer_hz());
    if (cpu_features.tsc_deadline)
        write_msr(MSR_TSC_DEADLINE, rdtsc() + n);
    else
        apic_write(APIC_TIMER_INITIAL, n > UINT32_MAX ? UINT32_MAX : (uint32_t)n);
}

void timer_stop(void) {
    if (cpu_features.tsc_deadline)
        write_msr(MSR_TSC_DEADLINE, 0);
    apic_write(APIC_TIMER_INITIAL, 0);
}

uint64_t timer_tsc_hz(void) {
    return tsc_hz;
}

uint64_t timer_hz(void) {
    return cpu_features.tsc_deadline ? tsc_hz : apic_hz;
}
