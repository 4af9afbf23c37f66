/* SPDX-License-Identifier: MIT */
/* die.c -- one line of trouble on standard error. */
#include "base/die.h"
#include "base/status.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(const char *format, va_list arguments) {
    fflush(stdout);
    fputs("exospin: ", stderr);
    text_vprint(stderr, format, arguments); /* a name or a message may be a stranger's */
    fputc('\n', stderr);
}

void die(int status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    exit(status);
}

void give_up(const struct failure *why) {
    die(why->status, "%s", why->text);
}

int warn_write(const char *path) {
    int why = errno;
    bool full = why == ENOSPC || why == EDQUOT || why == EFBIG;
    warn("cannot write %s: %s%s%s", path, why ? strerror(why) : "an earlier write failed",
         full ? "; " : "", full ? status_find(STATUS_DISK_FULL)->mend : "");
    return full ? STATUS_DISK_FULL : STATUS_FOLDER;
}

void die_write(const char *path) {
    exit(warn_write(path));
}

void warn(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
}
