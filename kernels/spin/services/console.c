/* SPDX-License-Identifier: MIT */
/* console.c -- see console.h. */
#include "spin/services/console.h"

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

EVENT(console_write, "Console.Write", void, (const char *text, size_t length)) {
    framer_text(&framer, text, length);
}

EVENT(console_record, "Console.Record", bool, (const char *body, size_t length)) {
    return framer_record(&framer, body, length);
}

EVENT(console_user_record, "Console.UserRecord", bool, (const char *body, size_t length)) {
    return framer_user_record(&framer, body, length);
}

EVENT(console_read, "Console.Read", int, (void)) {
    int byte;
    while ((byte = serial_read()) < 0)
        pause();
    return byte;
}

struct framer *console_framer(void) {
    return &framer;
}

static void log_to_framer(const char *line) {
    framer_text(&framer, line, strlen(line));
    framer_text(&framer, "\n", 1);
}

void console_init(void) {
    log_to(log_to_framer);
}
