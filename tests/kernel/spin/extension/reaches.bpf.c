/* SPDX-License-Identifier: MIT */
/* reaches.bpf.c -- memory handed to the kernel's functions: as much of it as there is and as they
 * take at most, and one byte more. */
#include "lib/crc32.h"
#include "spin/services/console.h"

#define PROGRAM(name) __attribute__((section("extension/" #name), used)) long name(unsigned long n)

static char buffer[8192];

PROGRAM(text_within) {
    char text[8] = "1234567";
    console_write(text, 8);
    return (long)n;
}

PROGRAM(text_beyond) {
    char text[8] = "1234567";
    console_write(text, 9);
    return (long)n;
}

PROGRAM(text_most) {
    buffer[0] = (char)n;
    console_write(buffer, 1024);
    return (long)n;
}

PROGRAM(text_more) {
    buffer[0] = (char)n;
    console_write(buffer, 1025);
    return (long)n;
}

PROGRAM(sum_within) {
    char text[8] = "1234567";
    return crc32_update((uint32_t)n, text, 8);
}

PROGRAM(sum_beyond) {
    char text[8] = "1234567";
    return crc32_update((uint32_t)n, text, 9);
}

PROGRAM(sum_most) {
    buffer[0] = (char)n;
    return crc32_update(0, buffer, 4096);
}

PROGRAM(sum_more) {
    buffer[0] = (char)n;
    return crc32_update(0, buffer, 4097);
}
