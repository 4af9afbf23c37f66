/* SPDX-License-Identifier: MIT */
/* console.c -- see console.h. */
#include "floor/console.h"

#include "lib/string.h"
#include "machine/exit.h"
#include "machine/log.h"
#include "machine/serial.h"
#include "machine/x86.h"

static void cut(void) {
    machine_exit(PROTOCOL_EXIT_EARLY);
}

static void write(const char *bytes, size_t length) {
    serial_write(bytes, length);
}

static struct framer framer = {.write = write, .cut = cut};

struct framer *console_framer(void) {
    return &framer;
}

void console_record(const char *body, size_t length) {
    framer_record(&framer, body, length);
}

void console_text(const char *bytes, size_t length) {
    framer_text(&framer, bytes, length);
}

int console_read(void) {
    int byte;
    while ((byte = serial_read()) < 0)
        pause();
    return byte;
}

static void log_to_framer(const char *line) {
    console_text(line, strlen(line));
    console_text("\n", 1);
}

void console_init(void) {
    log_to(log_to_framer);
}
