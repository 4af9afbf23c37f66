/* SPDX-License-Identifier: MIT */
/* devices.c -- see devices.h. The build takes from it the types of what a driver is linked to. */
#include "spin/services/devices.h"

#include "common/engine.h"
#include "engine/export.h"
#include "lib/error.h"
#include "machine/device/rtc.h"
#include "machine/interrupt/interrupt.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/authority.h"
#include "spin/services/loader/loader.h"
#include "spin/services/console.h"
#include "spin/services/name_space.h"
#include "spin/services/verified_raise.h"

#define RTC_ASKS    0x70u /* of status B: periodic, alarm and update interrupts */
#define RTC_COST    20    /* instructions of an access */
#define TICK_COST   10    /* of the intrinsic handler... */
#define TICK_BUDGET 10000 /* ...and of all others of one */

static const struct signature read_signature = {.cost = RTC_COST},
                              write_signature = {.cost = RTC_COST},
                              listen_signature = {.cost = 50 * RTC_COST};

EXPORT(rtc, rtc_register_read, EXPORT_FUNCTION, .signature = &read_signature);
EXPORT(rtc, rtc_register_write, EXPORT_FUNCTION, .signature = &write_signature);
EXPORT(rtc, rtc_listen, EXPORT_FUNCTION, .signature = &listen_signature);
RAISABLE(rtc, clock_tick, {.cost = TICK_COST + TICK_BUDGET});
EXPORTS_DECLARE(rtc);

#ifndef EXPORTS_TYPES_ONLY
EXPORTS_EMBED(rtc, "kernels/spin/services/devices");

MODULE("Devices");

EVENT(interrupt_raised, "Interrupt.Raised", bool, (unsigned line)) {
    (void)line;
    return false;
}

EVENT(clock_tick, "Clock.Tick", void, (unsigned long ticks)) {
    (void)ticks;
}

static uint64_t rtc_driver; /* the serial number of the extension that drives the PC's clock */

static bool has_driver(void) {
    return loader_has(rtc_driver);
}

static bool is_driver(const struct module *by) {
    return has_driver() && extension_serial(by) == rtc_driver;
}

/* --- What the driver is linked to --- */

unsigned rtc_register_read(unsigned index) {
    unsigned value = rtc_read((uint8_t)(index & 0x7f));
    rtc_end();
    return value;
}

void rtc_register_write(unsigned index, unsigned value) {
    rtc_write((uint8_t)(index & 0x7f), (uint8_t)value);
    rtc_end();
}

/* A clock that nobody drives any more is quietened, or it would ask for ever. */
static bool rtc_interrupts(void *unused) {
    (void)unused;
    if (interrupt_raised(RTC_LINE))
        return true;
    if (!has_driver())
        rtc_register_write(RTC_STATUS_B, rtc_register_read(RTC_STATUS_B) & ~RTC_ASKS);
    return rtc_register_read(RTC_STATUS_C);
}

int rtc_listen(void) {
    static struct interrupt_handler handler = {.fn = rtc_interrupts};
    struct interrupt_line line = interrupt_isa(RTC_LINE);
    return handler.source ? 0 : interrupt_on_line(&handler, &line);
}

/* --- Who may --- */

static bool links(void *closure, const struct link_request *request) {
    (void)closure;
    if (!has_driver())
        rtc_driver = extension_serial(request->by);
    return is_driver(request->by);
}

static bool hears_interrupts(void *closure, struct change_request *request) {
    (void)closure;
    return is_driver(request->by);
}

/* --- Names --- */

const struct name_type name_event = {.name = "event"};

static void attach_event(const char *path, const struct event *event) {
    name_space_attach(path, &name_event, (void *)(uintptr_t)event);
}

void devices_init(void) {
    static const struct link_authorizer one_driver = {.allows = links};
    static const struct authorizer driver_only = {.allows = hears_interrupts};
    struct domain_reference *registers = name_space_attach_domain(
        "/devices/rtc", engine_domain("rtc", EXPORTS_TYPES(rtc), EXPORTS(rtc), EXPORTS_COUNT(rtc)),
        THIS_MODULE);
    RAISABLE_BUDGET(clock_tick, TICK_BUDGET);
    assert_that(reference_authorize(registers, &one_driver) == 0);
    assert_that(authorizer_of_event(THIS_MODULE, &event_interrupt_raised, &driver_only) == 0);
    event_open_to_all(&event_clock_tick);
    attach_event("/devices/interrupts", &event_interrupt_raised);
    attach_event("/devices/clock", &event_clock_tick);
    attach_event("/devices/serial", &event_console_key);
}
#endif
