/* SPDX-License-Identifier: MIT */
/* line.c -- see line.h. */
#include "common/line.h"

#include "lib/string.h"
#include "machine/report/exit.h"
#include "machine/report/log.h"
#include "machine/report/panic.h"
#include "machine/report/serial.h"
#include "machine/cpu/x86.h"

static void cut(void) {
    machine_exit(PROTOCOL_EXIT_EARLY);
}

static void write(const char *bytes, size_t length) {
    serial_write(bytes, length);
}

struct sender serial_line = {.write = write, .cut = cut};

void line_record(const char *body, size_t length) {
    if (!sender_record(&serial_line, body, length))
        panic("a malformed record of the kernel's own: %.*s", (int)length, body);
}

void line_text(const char *bytes, size_t length) {
    sender_text(&serial_line, bytes, length);
}

int line_read(void) {
    int byte;
    while ((byte = serial_read()) < 0)
        pause();
    return byte;
}

static void log_to_sender(const char *said) {
    line_text(said, strlen(said));
    line_text("\n", 1);
}

void line_init(void) {
    log_to(log_to_sender);
}
