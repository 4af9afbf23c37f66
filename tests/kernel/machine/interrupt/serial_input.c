/* SPDX-License-Identifier: MIT */
/* serial_input.c -- lines that are typed arrive by interrupt. The UART hears itself: in its loop
 * mode what is sent comes back as received, and nothing leaves. */
#include "machine/interrupt/serial_input.h"

#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/acpi.h"
#include "machine/interrupt/work.h"
#include "measure/bench.h"

enum {
    COM1 = 0x3f8,
    INTERRUPTS = COM1 + 1,
    MODEM = COM1 + 4,
    STATUS = COM1 + 5,
    LOOP = 0x10,
    SENT = 0x20
};

static char lines[1024], echo[2048];

static void on_line(const char *text, size_t length) {
    size_t had = strlen(lines);
    if (had + length + 2 > sizeof lines)
        return;
    memcpy(lines + had, text, length);
    memcpy(lines + had + length, "|", 2);
}

static void on_echo(const char *bytes, size_t length) {
    size_t had = strlen(echo);
    if (had + length + 1 > sizeof echo)
        return;
    memcpy(echo + had, bytes, length);
    echo[had + length] = '\0';
}

/* Types with interrupts on, a turn after each byte. */
static void type(const char *bytes, size_t n) {
    uint8_t modem = inb(MODEM);
    outb(MODEM, modem | LOOP);
    sti();
    for (size_t i = 0; i < n; i++) {
        while (!(inb(STATUS) & SENT))
            pause();
        outb(COM1, (uint8_t)bytes[i]);
        for (unsigned turn = 0; turn < 1000; turn++)
            pause();
    }
    cli();
    outb(MODEM, modem);
}

static bool begin(struct check *c) {
    lines[0] = echo[0] = '\0';
    if (!acpi.io_apics || serial_input_open(on_line, on_echo)) {
        check_skip(c, "the machine has no I/O APIC, or no such line");
        return false;
    }
    return true;
}

CHECK(serial_input_lines, "serial_input/lines_arrive_edited_and_are_shown") {
    static const char typed[] = "list\r\nrum\bn all\n";
    if (!begin(c))
        return;
    type(typed, sizeof typed - 1);
    bool none = !lines[0] && work_is_posted(); /* the handler keeps the bytes, and no more */
    work_do();
    serial_input_close();
    CHECK_THAT(c, none && strcmp(lines, "list|run all|") == 0);
    CHECK_THAT(c, strcmp(echo, "list\nrum\b \bn all\n") == 0);
}

CHECK(serial_input_overflow, "serial_input/what_comes_too_fast_is_dropped_and_counted") {
    enum { KEPT = 256, TYPED = 300 };
    static char bytes[TYPED];
    uint64_t before;
    if (!begin(c))
        return;
    before = serial_input_dropped();
    memset(bytes, 'x', sizeof bytes);
    type(bytes, sizeof bytes);
    uint64_t unread = serial_input_dropped() - before;
    work_do();
    uint64_t all = serial_input_dropped() - before;
    type("\n", 1);
    work_do();
    serial_input_close();
    CHECK_THAT(c, unread == TYPED - KEPT && all == unread + KEPT - 255);
    CHECK_THAT(c, strlen(lines) == 255 + 1);
}

CHECK(serial_input_closed, "serial_input/closed_it_hears_nothing") {
    if (!begin(c))
        return;
    serial_input_close();
    type("x", 1);
    bool posted = work_is_posted();
    (void)inb(COM1); /* nobody else may find it */
    CHECK_THAT(c, !posted && !lines[0] && !echo[0] && inb(INTERRUPTS) == 0);
}

/* Each line of 200 bytes crosses the end of the 256 that are kept, at another place. */
CHECK(serial_input_wrap, "serial_input/lines_are_whole_wherever_they_lie_in_what_is_kept") {
    enum { LINES = 4, LENGTH = 200 };
    static char typed[LENGTH + 1], expected[LINES * (LENGTH + 1) + 1];
    if (!begin(c))
        return;
    uint64_t before = serial_input_dropped();
    for (unsigned n = 0; n < LINES; n++) {
        for (unsigned i = 0; i < LENGTH; i++)
            typed[i] = (char)('a' + (n + i) % 26);
        memcpy(expected + n * (LENGTH + 1), typed, LENGTH);
        expected[n * (LENGTH + 1) + LENGTH] = '|';
        typed[LENGTH] = '\r';
        for (unsigned i = 0; i < sizeof typed; i += 67) {
            type(typed + i, 67);
            if (n % 2)
                work_do();
        }
        work_do();
    }
    serial_input_close();
    CHECK_THAT(c, strcmp(lines, expected) == 0 && serial_input_dropped() == before);
}

static unsigned after_close;

static void count_line(const char *text, size_t length) {
    (void)text;
    (void)length;
    after_close++;
}

CHECK(serial_input_again, "serial_input/the_next_owner_finds_nothing_of_the_last_ones") {
    if (!begin(c))
        return;
    serial_input_close();
    after_close = 0;
    CHECK_THAT(c, serial_input_open(count_line, count_line) == 0);
    type("of the first\rhalf", 17);
    serial_input_close(); /* with its work not done */
    bool withdrawn = !work_is_posted() && !work_do() && after_close == 0;
    CHECK_THAT(c, serial_input_open(on_line, on_echo) == 0);
    type("new\r", 4);
    work_do();
    serial_input_close();
    CHECK_THAT(c, withdrawn && after_close == 0 && strcmp(lines, "new|") == 0);
}

CHECK(serial_input_counts, "serial_input/what_was_dropped_is_counted_from_owner_to_owner") {
    enum { TYPED = 300 };
    static char bytes[TYPED];
    memset(bytes, 'x', sizeof bytes);
    if (!begin(c))
        return;
    uint64_t before = serial_input_dropped();
    for (unsigned i = 0; i < TYPED; i += 100) {
        type(bytes + i, 100);
        work_do();
    }
    uint64_t dropped = serial_input_dropped();
    serial_input_close();
    CHECK_THAT(c, serial_input_open(on_line, on_echo) == 0);
    uint64_t next = serial_input_dropped();
    serial_input_close();
    CHECK_THAT(c, dropped == before + TYPED - 255 && next == dropped);
}
