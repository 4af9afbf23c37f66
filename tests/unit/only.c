/* SPDX-License-Identifier: MIT */
/* only.c -- PROGRAM --only NAME, for every unit program: of its tests those alone whose names fit
 * NAME ('*' and '?' stand for any). Before main, so that no test needs a word of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

__attribute__((constructor)) static void only(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "--only"))
        cmocka_set_test_filter(argv[2]);
}
