/* SPDX-License-Identifier: MIT */
/* chosen_program.c -- see chosen.h: of a library of the exokernel's. */
#include "chosen.h"

#include "exo/libos/exposed.h"

int crash_chosen(void) {
    static int number = -1;
    if (number < 0)
        number = crash_chosen_of((const char *)env_info()->command_line);
    return number;
}
