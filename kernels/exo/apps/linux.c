/* SPDX-License-Identifier: MIT */
/* linux.c -- runs a program that was written for Linux, the one that its words name, and ends as
 * that does. */
#include "exo/libos/linux/linux.h"
#include "user/program.h"

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    (void)a;
    (void)b;
    return (uint64_t)linux_run(words[0] ? words : "foreign");
}
