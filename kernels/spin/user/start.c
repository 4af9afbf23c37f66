/* SPDX-License-Identifier: MIT */
/* start.c -- from crt0.S to the program and out. */
#include "spin/user/start.h"

#include "spin/user/stubs.h"

_Noreturn void process_start(uint64_t a, uint64_t b, const char *words); /* called by crt0.S */

_Noreturn void process_start(uint64_t a, uint64_t b, const char *words) {
    spin_exit(process_main(a, b, words));
}
