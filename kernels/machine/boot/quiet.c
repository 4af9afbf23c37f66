/* SPDX-License-Identifier: MIT */
/* quiet.c -- silences what the firmware left running: the two PICs, the PIT and the RTC. Nothing
 * but the local APIC raises an interrupt from here on, until somebody unmasks a line; under icount
 * a forgotten periodic device would make virtual time jump at the first hlt. */
#include "machine/boot/init.h"
#include "machine/cpu/cpu.h"
#include "machine/cpu/x86.h"
#include "machine/device/rtc.h"

enum { PIC1_COMMAND = 0x20, PIC1_DATA = 0x21, PIC2_COMMAND = 0xa0, PIC2_DATA = 0xa1 };
enum { PIT_CHANNEL0 = 0x40, PIT_COMMAND = 0x43 };

static void pic_quiet(void) {
    outb(PIC1_COMMAND, 0x11); /* initialise; four words follow */
    outb(PIC2_COMMAND, 0x11);
    outb(PIC1_DATA,
         0x20); /* vectors 0x20 and 0x28, clear of the exceptions, should one be spurious */
    outb(PIC2_DATA, 0x28);
    outb(PIC1_DATA, 4);
    outb(PIC2_DATA, 2);
    outb(PIC1_DATA, 1);
    outb(PIC2_DATA, 1);
    outb(PIC1_DATA, 0xff); /* all masked */
    outb(PIC2_DATA, 0xff);
}

/* One shot of a single count: it comes at once, masked, and never again. */
static void pit_quiet(void) {
    outb(PIT_COMMAND, 0x30);
    outb(PIT_CHANNEL0, 1);
    outb(PIT_CHANNEL0, 0);
}

/* No interrupt enabled; in a virtual machine the divider is held in reset as well, as QEMU keeps
 * its timers armed otherwise. On a PC that would stop the clock of the day. */
static void rtc_quiet(void) {
    rtc_write(RTC_STATUS_B, rtc_read(RTC_STATUS_B) & 0x8f);
    if (cpu_features.hypervisor)
        rtc_write(RTC_STATUS_A, 0x70);
    rtc_read(RTC_STATUS_C); /* drops what is pending */
    rtc_end();
}

void quiet_init(void) {
    pic_quiet();
    pit_quiet();
    rtc_quiet();
}
