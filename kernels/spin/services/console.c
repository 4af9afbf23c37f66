/* SPDX-License-Identifier: MIT */
/* console.c -- see console.h. */
#include "spin/services/console.h"

#include "common/line.h"

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
    return line_read();
}
