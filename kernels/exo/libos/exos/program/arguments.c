/* SPDX-License-Identifier: MIT */
/* arguments.c -- see arguments.h. */
#include "exo/libos/exos/program/arguments.h"

#include "lib/error.h"
#include "lib/string.h"

static size_t count(arguments a) {
    size_t n = 0;
    while (a && a[n])
        n++;
    return n;
}

/* What is left of `room` without the strings; 0 where they do not fit. */
static size_t less(size_t room, arguments a) {
    for (size_t i = 0; a && a[i]; i++) {
        size_t bytes = strnlen(a[i], room) + 1 + sizeof(uint64_t);
        if (bytes >= room)
            return 0;
        room -= bytes;
    }
    return room;
}

long arguments_size(arguments first, arguments second, size_t room) {
    const size_t nulls = 2 * sizeof(uint64_t);
    size_t left = less(less(room, first), second);
    return left > nulls ? (long)(room - left + nulls) : -E_TOO_LONG;
}

static uint64_t *write_vector(char *block, uint64_t at, uint64_t *vector, size_t *strings,
                              arguments a) {
    for (size_t i = 0; a && a[i]; i++) {
        size_t bytes = strlen(a[i]) + 1;
        memcpy(block + *strings, a[i], bytes);
        *vector++ = at + *strings;
        *strings += bytes;
    }
    *vector++ = 0;
    return vector;
}

uint64_t arguments_write(char *block, uint64_t at, arguments first, arguments second) {
    size_t n = count(first), strings = (n + count(second) + 2) * sizeof(uint64_t);
    uint64_t *vector = write_vector(block, at, (uint64_t *)(void *)block, &strings, first);
    write_vector(block, at, vector, &strings, second);
    return n;
}
