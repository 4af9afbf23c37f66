/* SPDX-License-Identifier: MIT */
/* console.c -- see console.h. */
#include "exo/kernel/console.h"

#include "common/line.h"
#include "exo/kernel/env/env.h"
#include "lib/error.h"
#include "machine/report/serial.h"
#include "machine/user/user.h"

static const struct cap console_output = {
    .rights = CAP_WRITE, .valid = 1, .length = 1, .name = {'c'}};
static const struct cap console_input = {
    .rights = CAP_READ, .valid = 1, .length = 1, .name = {'c'}};

int console_may_write(uint64_t slot) {
    return env_may(slot, console_output);
}

/* Writes text for a person. The number of bytes, all of them, or -E_PERM, -E_TOO_LONG (more than
 * CONSOLE_TEXT_MAX), -E_FAULT. */
long sys_console_write(uint64_t slot, uint64_t text, uint64_t length) {
    char bytes[CONSOLE_TEXT_MAX];
    int error = console_may_write(slot);
    if (error)
        return error;
    if (length > sizeof bytes)
        return -E_TOO_LONG;
    error = copy_from_user(bytes, text, length);
    if (error)
        return error;
    sender_text(&serial_line, bytes, length);
    return (long)length;
}

/* The next byte somebody typed, or -E_NOT_FOUND where there is none yet, or -E_PERM. */
long sys_console_read(uint64_t slot) {
    int error = env_may(slot, console_input);
    if (error)
        return error;
    int byte = serial_read();
    return byte < 0 ? -E_NOT_FOUND : byte;
}

/* Frames and sends a record's body ("type key=value ..."). 0, or -E_PERM, -E_TOO_LONG, -E_FAULT,
 * -E_INVALID: it is no well-formed record, or one that only the kernel sends (fault, done). */
long sys_console_record(uint64_t slot, uint64_t body, uint64_t length) {
    char bytes[BODY_MAX];
    int error = console_may_write(slot);
    if (error)
        return error;
    if (length > sizeof bytes)
        return -E_TOO_LONG;
    error = copy_from_user(bytes, body, length);
    if (error)
        return error;
    return sender_user_record(&serial_line, bytes, length) ? 0 : -E_INVALID;
}
