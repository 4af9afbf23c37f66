/* SPDX-License-Identifier: MIT */
/* chosen_kernel.c -- see chosen.h: of the exokernel. */
#include "chosen.h"

#include "exo/kernel/memory/info.h"

int crash_chosen(void) {
    static int number = -1;
    if (number < 0)
        number = crash_chosen_of(info.command_line);
    return number;
}
