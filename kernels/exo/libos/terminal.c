/* SPDX-License-Identifier: MIT */
/* terminal.c -- see terminal.h. */
#include "exo/libos/terminal.h"

#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

int terminal_byte(void) {
    long byte;
    while ((byte = exo_console_read(CONSOLE_SLOT)) == -E_NOT_FOUND)
        exo_env_yield(0); /* others may have positions; alone, this one goes on at once */
    return (int)byte;
}
