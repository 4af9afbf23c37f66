/* SPDX-License-Identifier: MIT */
/* program.c -- a user process's end and its voice, by the system calls. */
#include "user/program.h"

#include "spin/user/stubs.h"

_Noreturn void program_exit(uint64_t status) {
    spin_exit(status);
}

bool program_text(const char *bytes, size_t length) {
    return spin_console_write(bytes, length) >= 0;
}

bool program_record(const char *body, size_t length) {
    return spin_console_record(body, length) >= 0;
}
