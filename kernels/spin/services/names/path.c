/* SPDX-License-Identifier: MIT */
/* path.c -- see path.h. */
#include "spin/services/names/path.h"

#include "lib/error.h"
#include "lib/format.h"

int path_next(const char **path, char name[PATH_NAME_MAX]) {
    const char *at = *path;
    unsigned n = 0;
    while (*at == '/')
        at++;
    for (; *at && *at != '/'; at++) {
        if (*at <= ' ' || *at > '~')
            return -E_INVALID;
        if (n == PATH_NAME_MAX - 1)
            return -E_TOO_LONG;
        name[n++] = *at;
    }
    name[n] = '\0';
    *path = at;
    return n > 0;
}

int path_join(char into[PATH_BYTES_MAX], const char *first, const char *rest) {
    int length = format_text(into, PATH_BYTES_MAX, "%s/%s", first, rest);
    return length < PATH_BYTES_MAX ? 0 : -E_TOO_LONG;
}
