/* SPDX-License-Identifier: MIT */
/* public.bpf.c -- an extension that raises an event, calls a function and reads a variable of the
 * kernel, each as the kernel's own headers declare it. */
#include "lib/crc32.h"
#include "spin/services/console.h"

extern uint32_t extension_count __attribute__((section(".ksyms")));

__attribute__((section("extension/announce"), used)) long announce(unsigned long digit) {
    char text[] = "amount ?";
    text[7] = (char)('0' + digit % 10);
    console_write(text, 8);
    return ((long)crc32_update(0, text, 8) << 8) + extension_count;
}
