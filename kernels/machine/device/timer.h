/* SPDX-License-Identifier: MIT */
/* timer.h -- the local APIC's one-shot timer (by TSC deadline where the CPU has one), calibrated at
 * boot against the PIT or what else there is. It raises TRAP_TIMER; a handler ends with apic_eoi().
 * PIT and RTC are stopped at boot and stay so: under icount a forgotten RTC alarm makes virtual
 * time jump. */
#ifndef MACHINE_TIMER_H
#define MACHINE_TIMER_H

#include "machine/types.h"

/* Calibrates; some milliseconds. After acpi_init and quiet_init. */
void timer_init(void);

/* Raises TRAP_TIMER once, so many nanoseconds from now (at least 1 tick; at most some seconds).
 * Replaces what was armed. Only where timer_hz() is known. */
void timer_arm_ns(uint64_t ns);
void timer_stop(void);
/* Ticks of the TSC, and of the timer, in a second; 0 where the machine has no clock to tell. */
uint64_t timer_tsc_hz(void);
uint64_t timer_hz(void);

#endif
