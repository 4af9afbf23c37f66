/* SPDX-License-Identifier: MIT */
/* terminal.c -- see terminal.h. */
#include "exo/libos/terminal.h"

#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "measure/protocol.h"

#define TEXT_CHUNK 512 /* well below what the kernel takes at once */

void console_text(const char *bytes, size_t length) {
    for (size_t n; length; bytes += n, length -= n) {
        n = length < TEXT_CHUNK ? length : TEXT_CHUNK;
        if (exo_console_write(CONSOLE_SLOT, bytes, n) < 0)
            exo_env_exit(PROTOCOL_EXIT_PANIC);
    }
}

int console_byte(void) {
    long byte;
    while ((byte = exo_console_read(CONSOLE_SLOT)) == -E_NOT_FOUND)
        __asm__ volatile("pause");
    return (int)byte;
}
