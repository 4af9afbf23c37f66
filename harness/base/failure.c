/* SPDX-License-Identifier: MIT */
/* failure.c -- an exit status with its sentence. */
#include "base/failure.h"
#include "base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int failure_set(struct failure *why, int status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why->text, sizeof why->text, format, arguments);
    va_end(arguments);
    why->status = status;
    return status;
}

int failure_set_errno(struct failure *why, const char *doing, const char *path) {
    int error = errno;
    bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
    /* What beneath.h refuses has no words of the system's that would fit. */
    const char *refused =
        error == ELOOP       ? "a link stands there, and what it leads to is not touched"
        : error == EEXIST    ? "a file stands there that exospin did not write; move it away"
        : error == ENODEV    ? "no regular file stands there"
        : error == EMFILE    ? "too many open files; see `ulimit -n`"
        : error == EOVERFLOW ? "the file is larger than 256 MiB"
                             : NULL;
    if (refused)
        return failure_set(why, STATUS_FOLDER, "cannot %s %s: %s", doing, path, refused);
    return failure_set(why, full ? STATUS_DISK_FULL : STATUS_FOLDER, "cannot %s %s: %s; %s", doing,
                       path, strerror(error),
                       full ? "free some space, or name another place with --out DIR"
                            : "name a folder you can write with --out DIR");
}
