/* SPDX-License-Identifier: MIT */
/* console.c -- see console.h. */
#include "spin/services/console.h"

#include "common/line.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/authority.h"

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

EVENT(console_read, "Console.Read", int, ()) {
    return console_key(line_read());
}

EVENT(console_key, "Console.Key", int, (int byte)) {
    return byte;
}

static bool anybody(void *closure, struct change_request *request) {
    (void)closure;
    (void)request;
    return true;
}

void console_init(void) {
    static const struct authorizer open_to_all = {.allows = anybody};
    assert_that(authorizer_of_event(THIS_MODULE, &event_console_key, &open_to_all) == 0);
}
