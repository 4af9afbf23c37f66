/* SPDX-License-Identifier: MIT */
/* chosen.c -- see chosen.h. */
#include "chosen.h"

#include "lib/string.h"

int crash_chosen_of(const char *words) {
    const char *at = strstr(words, "without=");
    int number = 0;
    for (at = at ? at + 8 : ""; *at >= '0' && *at <= '9'; at++)
        number = number * 10 + (*at - '0');
    return number;
}
