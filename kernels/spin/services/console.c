/* SPDX-License-Identifier: MIT */
/* console.c -- see console.h. */
#include "spin/services/console.h"

#include "common/line.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/report/serial.h"
#include "spin/core/strand.h"
#include "spin/services/loader/loader.h"

MODULE("Console");

EVENT(console_write, "Console.Write", void, (const char *text, size_t length)) {
    sender_text(&serial_line, text, length);
}

EVENT(console_record, "Console.Record", bool, (const char *body, size_t length)) {
    return sender_record(&serial_line, body, length);
}

EVENT(console_user_record, "Console.UserRecord", bool, (const char *body, size_t length)) {
    return sender_user_record(&serial_line, body, length);
}

bool console_shares;

/* Interrupts are off while the kernel waits for its host's words, so that these take no time. */
static int read_and_share(void) {
    int byte;
    const bool on = interrupts_off();
    while ((byte = serial_read()) < 0) {
        sti();
        strand_yield();
        cli();
    }
    interrupts_restore(on);
    return byte;
}

EVENT(console_read, "Console.Read", int, ()) {
    return console_key(console_shares ? read_and_share() : line_read());
}

EVENT(console_key, "Console.Key", int, (int byte)) {
    return byte;
}

void console_init(void) {
    event_open_to_all(&event_console_key);
}
