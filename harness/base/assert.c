/* SPDX-License-Identifier: MIT */
/* assert.c -- an assertion that failed. */
#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

void assert_failed(const char *file, int line, const char *condition) {
    fprintf(stderr, "exospin: %s:%d: this must hold and does not: %s; please report it\n", file,
            line, condition);
    abort();
}
