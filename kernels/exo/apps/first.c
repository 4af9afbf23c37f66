/* SPDX-License-Identifier: MIT */
/* first.c -- the first environment: it holds the capability for everything, runs what the boot
 * command line asks for, or talks to a person where it asks for nothing. */
#include "exo/libos/exposed.h"
#include "exo/libos/measure.h"
#include "user/program.h"

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    (void)a;
    (void)b;
    (void)words;
    return measure_main((const char *)env_info()->command_line);
}
