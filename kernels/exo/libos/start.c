/* SPDX-License-Identifier: MIT */
/* start.c -- from crt0.S to the program and out. */
#include "exo/libos/exposed.h"

#include "exo/libos/stubs.h"

_Noreturn void env_start(uint64_t argument); /* called by crt0.S */

_Noreturn void env_start(uint64_t argument) {
    exo_env_exit(env_main(argument));
}
