/* SPDX-License-Identifier: MIT */
/* program.c -- an environment's end and its voice, by the capability in slot CONSOLE_SLOT. */
#include "user/program.h"

#include "exo/libos/stubs.h"
#include "exo/libos/terminal.h"

#define TEXT_CHUNK 512 /* well below what the kernel takes at once */

_Noreturn void program_exit(uint64_t status) {
    exo_env_exit(status);
}

bool program_text(const char *bytes, size_t length) {
    long taken = 0;
    for (size_t n; length && taken >= 0; bytes += n, length -= n) {
        n = length < TEXT_CHUNK ? length : TEXT_CHUNK;
        taken = exo_console_write(CONSOLE_SLOT, bytes, n);
    }
    return taken >= 0;
}

bool program_record(const char *body, size_t length) {
    return exo_console_record(CONSOLE_SLOT, body, length) >= 0;
}
