/* SPDX-License-Identifier: MIT */
/* name_calls.c -- see name_calls.h. */
#include "spin/services/name_calls.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/report/panic.h"
#include "spin/services/loader/loader.h"
#include "spin/services/names/names.h"

/* The caller was proven to have so many bytes, and no more than a path has. */
static void take(char into[PATH_BYTES_MAX], const char *text, unsigned long bytes) {
    assert_that(bytes < PATH_BYTES_MAX);
    memcpy(into, text, bytes);
    into[bytes] = '\0';
}

int name_alias(const char *path, unsigned long path_bytes, const char *target,
               unsigned long target_bytes) {
    static const struct name_authorizer open_to_all;
    char from[PATH_BYTES_MAX], to[PATH_BYTES_MAX];
    struct extension *caller = loader_owner((uintptr_t)__builtin_return_address(0));
    if (!caller)
        return -E_PERM;
    take(from, path, path_bytes);
    take(to, target, target_bytes);
    return names_alias(extension_module(caller), from, to, &open_to_all);
}
