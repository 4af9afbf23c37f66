/* SPDX-License-Identifier: MIT */
/* wall_clock.c -- see wall_clock.h. Motorola MC146818A data sheet; where the century stands ACPI
 * tells. */
#include "machine/device/wall_clock.h"

#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/acpi.h"
#include "machine/device/rtc.h"
#include "machine/device/rtc_time.h"
#include "machine/device/timer.h"
#include "machine/report/log.h"

#define UPDATES 0x80 /* bit of status A */
/* An update takes 2 ms at most, a reading some 1 us; where nothing answers all bits are set
 * for ever. */
#define PATIENCE  100000u
#define READINGS  8u /* until two in a row agree */
#define SECOND_NS 1000000000ul

static uint64_t boot_seconds; /* 0: unknown */
static uint64_t boot_tsc;

static bool between_updates(void) {
    for (unsigned left = PATIENCE; left; left--)
        if (!(rtc_read(RTC_STATUS_A) & UPDATES))
            return true;
    return false;
}

static struct rtc_registers read_once(void) {
    return (struct rtc_registers){
        .second = rtc_read(RTC_SECOND),
        .minute = rtc_read(RTC_MINUTE),
        .hour = rtc_read(RTC_HOUR),
        .day = rtc_read(RTC_DAY),
        .month = rtc_read(RTC_MONTH),
        .year = rtc_read(RTC_YEAR),
        .century = acpi.rtc_century ? rtc_read(acpi.rtc_century) : 0,
        .mode = rtc_read(RTC_STATUS_B),
    };
}

/* An update may begin after we have looked for one: two readings that agree saw none. */
static bool read_all(struct rtc_registers *r) {
    struct rtc_registers before;
    if (!between_updates())
        return false;
    *r = read_once();
    for (unsigned left = READINGS; left; left--) {
        before = *r;
        if (!between_updates())
            return false;
        *r = read_once();
        if (memcmp(&before, r, sizeof before) == 0)
            return true;
    }
    return false;
}

void wall_clock_init(void) {
    struct rtc_registers r;
    boot_tsc = rdtsc();
    if (!read_all(&r) || !rtc_time(&r, &boot_seconds))
        log_line("clock: the machine has none that tells a time");
    rtc_end();
}

uint64_t wall_clock_ns(void) {
    uint64_t hz = timer_tsc_hz(), ticks = rdtsc() - boot_tsc;
    if (!boot_seconds || !hz)
        return 0;
    return boot_seconds * SECOND_NS + ticks / hz * SECOND_NS + ticks % hz * SECOND_NS / hz;
}
