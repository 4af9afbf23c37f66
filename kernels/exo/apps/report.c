/* SPDX-License-Identifier: MIT */
/* report.c -- see report.h. */
#include "exo/apps/report.h"

#include "exo/libos/exposed.h"
#include "lib/format.h"
#include "lib/string.h"
#include "user/program.h"

uint64_t report_number(const char *words) {
    uint64_t n = 0;
    while (*words >= '0' && *words <= '9')
        n = n * 10 + (uint64_t)(*words++ - '0');
    return n;
}

void report(const char *name, const char *what, uint64_t number) {
    char line[160];
    struct format_buffer text = {line, sizeof line, 0};
    format_add(&text, "%s: %s %lu; kernel ", name, what, number);
    for (unsigned i = 0; i < env_info()->build_length; i++)
        format_add(&text, "%02x", env_info()->build[i]);
    format_add(&text, "\n");
    program_text(line, strlen(line));
}
