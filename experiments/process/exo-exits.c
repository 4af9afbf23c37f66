/* SPDX-License-Identifier: MIT */
/* exo-exits.c -- the program that the measured process becomes: a process that ends. */
#include "exo/libos/exos/exos.h"
#include "user/program.h"

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    (void)a, (void)b, (void)words;
    exos_exit(exos_begin() ? 1 : 0);
}
