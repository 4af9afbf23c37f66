/* SPDX-License-Identifier: MIT */
/* say.c -- see say.h. */
#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *say(const char *format, ...) {
    static char line[700];
    char text[sizeof line]; /* an argument may be what was said last */
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return strcpy(line, text);
}
