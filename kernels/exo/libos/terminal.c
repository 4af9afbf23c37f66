/* SPDX-License-Identifier: MIT */
/* terminal.c -- see terminal.h. */
#include "exo/libos/terminal.h"

#include "exo/libos/stubs.h"
#include "lib/error.h"

int terminal_byte(void) {
    long byte;
    while ((byte = exo_console_read(CONSOLE_SLOT)) == -E_NOT_FOUND)
        __asm__ volatile("pause");
    return (int)byte;
}
