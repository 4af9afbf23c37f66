/* SPDX-License-Identifier: MIT */
/* devices.c -- the driver of a device is an extension, and no two are. */
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/rtc.h"
#include "machine/device/timer.h"
#include "measure/bench.h"
#include "spin/services/loader/loader.h"
#include "spin/services/devices.h"

static struct report why;
static struct module asker = {.name = "Asker"};

static struct extension *load(struct check *c, const char *name) {
    struct extension *e = NULL;
    if (loader_load(name, &e, &why))
        check_fail(c, "%s: %s", name, why.text);
    return e;
}

static void expect_denied(struct check *c, const char *name, const char *says) {
    struct extension *e;
    int error = loader_load(name, &e, &why);
    if (error != -E_PERM || !strstr(why.text, says))
        check_fail(c, "%s: %s: %s", name, error_sentence(error), why.text);
}

/* What the extension gives, once it is not less than `least`, or after a second. */
static uint64_t wait_for(const struct extension *e, const char *program, uint64_t least) {
    static const uint64_t nothing[PARAMETERS];
    static struct net_report report;
    uint64_t result = 0, end = rdtsc() + timer_tsc_hz();
    do {
        sti_hlt_cli();
        if (!extension_run(extension_program(e, program), nothing, 0, &result, &report))
            return 0;
    } while (result < least && rdtsc() < end);
    return result;
}

CHECK(devices_driver, "devices/the_clocks_driver_is_an_extension_and_others_hear_its_ticks") {
    if (!timer_tsc_hz()) {
        check_skip(c, "the machine has no clock of a known rate");
        return;
    }
    if (rtc_listen() == -E_NOT_FOUND) {
        check_skip(c, "no I/O APIC has the clock's line");
        return;
    }
    struct extension *ticks = load(c, "ticks"), *rtc = load(c, "rtc");
    if (c->failed)
        return;
    CHECK_THAT(c, wait_for(ticks, "ticks_heard", 3) >= 3);
    expect_denied(c, "second", "rtc_register_read: its exporter does not let");
    expect_denied(c, "listens", "cannot be bound: listens");
    CHECK_THAT(c, loader_unload(rtc) == 0);
    expect_denied(c, "listens",
                  "cannot be bound: listens"); /* in the memory of the one that went */
    (void)wait_for(ticks, "ticks_heard", 0);   /* the last interrupt, which quietens it */
    CHECK_THAT(c, !(rtc_register_read(RTC_STATUS_B) & 0x40));
    struct extension *second = load(c, "second"); /* now there is room */
    expect_denied(c, "rtc", "its exporter does not let");
    CHECK_THAT(c, second && loader_unload(second) == 0 && loader_unload(ticks) == 0);
}

CHECK(devices_named, "devices/events_are_found_by_their_paths_under_devices") {
    struct named found;
    module_add(&asker);
    CHECK_THAT(c, names_lookup(&asker, "/devices/clock", &name_event, &found) == 0);
    CHECK_THAT(c, found.object == &event_clock_tick);
    CHECK_THAT(c, names_lookup(&asker, "/devices/rtc", &name_event, &found) == -E_INVALID);
    module_remove(&asker);
}
