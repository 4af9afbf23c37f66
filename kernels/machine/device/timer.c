/* SPDX-License-Identifier: MIT */
/* timer.c -- see timer.h. TSC and APIC timer are measured together against a millisecond of a clock
 * whose rate is known (timer_reference.h). */
#include "machine/device/timer.h"

#include "machine/cpu/cpu.h"
#include "machine/cpu/trap_frame.h"
#include "machine/cpu/x86.h"
#include "machine/device/apic.h"
#include "machine/device/timer_reference.h"
#include "machine/report/log.h"
#include "machine/report/panic.h"

#define DIVIDE_BY_1 0x0b
#define SECOND_NS   1000000000ul

static uint64_t tsc_hz, apic_hz; /* 0: unknown */

/* A guest that its host may stop measures too long, and never too short: of so many the shortest
 * counts. */
#define TRIES 3

/* Whether the clock ran; then the two rates are known, or known better. */
static bool measure(const struct timer_reference *r) {
    if (!r->begin())
        return false;
    apic_write(APIC_TIMER_INITIAL, UINT32_MAX);
    uint64_t tsc = rdtsc(), counts = r->wait();
    tsc = rdtsc() - tsc;
    uint64_t count = UINT32_MAX - apic_read(APIC_TIMER_CURRENT);
    timer_stop();
    if (!counts)
        return false;
    uint64_t hz = tsc * r->hz() / counts;
    if (!tsc_hz || hz < tsc_hz) {
        tsc_hz = hz;
        apic_hz = count * r->hz() / counts;
    }
    return true;
}

static bool calibrate(const struct timer_reference *r) {
    for (unsigned i = 0; i < TRIES; i++)
        if (!measure(r))
            return i > 0;
    return true;
}

void timer_init(void) {
    const struct timer_reference *r = timer_references;
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
    while (r->name && !calibrate(r))
        r++;
    if (!r->name)
        log_line("timer: this machine has no clock of a known rate (PIT, ACPI timer, HPET, CPUID): "
                 "tsc_hz is unknown");
    else if (r != timer_references)
        log_line("timer: no usable PIT; calibrated against %s", r->name);
    apic_write(APIC_LVT_TIMER, (cpu_features.tsc_deadline ? APIC_LVT_DEADLINE : 0) | TRAP_TIMER);
}

/* No step overflows below 2^33 Hz. */
static uint64_t ticks(uint64_t ns, uint64_t hz) {
    uint64_t n = ns / SECOND_NS * hz + ns % SECOND_NS * hz / SECOND_NS;
    return n ? n : 1;
}

void timer_arm_ns(uint64_t ns) {
    assert_that(timer_hz());
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
