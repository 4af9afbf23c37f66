/* SPDX-License-Identifier: MIT */
/* devices.h -- hardware as events and domains, under /devices:
 *
 *     /devices/serial       the event Console.Key: a byte was typed
 *     /devices/clock        the event Clock.Tick
 *     /devices/interrupts   the event Interrupt.Raised
 *     /devices/rtc          the domain of the PC clock's registers: for its driver
 *
 * A device has one driver: the first extension that is linked to its domain, as long as that is
 * loaded; nobody else is linked to it meanwhile, nor hears of its interrupts. The driver of the
 * PC's clock is the extension `rtc`, which raises Clock.Tick. */
#ifndef SPIN_SERVICES_DEVICES_H
#define SPIN_SERVICES_DEVICES_H

#include "spin/core/event.h"

/* A line that somebody listens to has raised an interrupt; true: that was for the handler. In the
 * interrupt, interrupts off. The device's driver may handle it. */
EVENT_DECLARE(interrupt_raised, bool, (unsigned line));
/* So many interrupts of the clock since its driver was loaded. In the interrupt. Any module may
 * handle it. */
EVENT_DECLARE(clock_tick, void, (unsigned long ticks));

#define RTC_LINE 8

#ifndef IMPORTED /* to an extension they are (spin/extend.h) */
#define IMPORTED
#endif

/* The PC clock's registers, by their numbers (machine/device/rtc.h), and its interrupts: from then
 * on its line raises Interrupt.Raised. 0, or interrupt_on_line()'s errors. */
IMPORTED unsigned rtc_register_read(unsigned index);
IMPORTED void rtc_register_write(unsigned index, unsigned value);
IMPORTED int rtc_listen(void);

#ifndef __BPF__
#include "spin/services/names/names.h"

/* Of a struct event. */
extern const struct name_type name_event;

/* Behind name_space_init. */
void devices_init(void);
#endif

#endif
