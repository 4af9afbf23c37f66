/* SPDX-License-Identifier: MIT */
/* only.c -- PROGRAM --only NAME, for every unit program: of its tests those alone whose names fit
 * NAME ('*' and '?' stand for any). Another command line is refused before main (64), and so is a
 * NAME that no test fits (1): a mistyped one must not look like a success. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fnmatch.h>

enum { USAGE = 64 };

static const char *wanted = "*";

__attribute__((constructor)) static void only(int argc, char **argv) {
    if (argc == 1)
        return;
    if (argc != 3 || strcmp(argv[1], "--only") != 0) {
        fprintf(stderr, "usage: %s [--only NAME]\n", argv[0]);
        exit(USAGE);
    }
    wanted = argv[2];
    cmocka_set_test_filter(wanted);
}

/* The linker puts __wrap_F where a program calls F, and F where one calls __real_F: here alone the
 * names of a program's tests are known. */
typeof(_cmocka_run_group_tests) __wrap__cmocka_run_group_tests, __real__cmocka_run_group_tests;

int __wrap__cmocka_run_group_tests(const char *group, const struct CMUnitTest *tests, size_t count,
                                   CMFixtureFunction begin, CMFixtureFunction end) {
    for (size_t i = 0; i < count; i++)
        if (!fnmatch(wanted, tests[i].name, 0))
            return __real__cmocka_run_group_tests(group, tests, count, begin, end);
    fprintf(stderr, "no test fits '%s'; there are:", wanted);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, " %s", tests[i].name);
    fputc('\n', stderr);
    return EXIT_FAILURE;
}
