/* SPDX-License-Identifier: MIT */
/* engine_cases.h -- files of cases: `== CLAIM` begins one, lines `-- KEY VALUE` say what is
 * expected, and the others are its program in assembler. */
#ifndef TESTS_ENGINE_CASES_H
#define TESTS_ENGINE_CASES_H

#include "unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { CASES_MAX = 256, BYTES_MAX = 4096 };

/* What a test's own structure of a case begins with. */
struct case_head {
    char claim[120], text[BYTES_MAX];
};

/* Reads PATH into up to CASES_MAX zeroed structures of `bytes` each; `take` puts a line of what is
 * expected into one, or does not know it. Gives how many there are. */
static inline unsigned read_cases(const char *path, void *cases, size_t bytes,
                                  bool (*take)(void *of, const char *line)) {
    FILE *f = fopen(path, "r");
    struct case_head *c = NULL;
    unsigned n = 0;
    char line[256];
    if (!f)
        fail_msg("%s cannot be read", path);
    while (fgets(line, sizeof line, f)) {
        if (strncmp(line, "-- ", 3) != 0 && strncmp(line, "== ", 3) != 0) {
            if (c)
                strcat(c->text, line);
            continue;
        }
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '=') {
            assert_true(n < CASES_MAX);
            c = (struct case_head *)((char *)cases + n++ * bytes);
            snprintf(c->claim, sizeof c->claim, "%.110s", line + 3);
        } else if (c && !take(c, line)) {
            fail_msg("%s: cannot read '%s'", path, line);
        }
    }
    fclose(f);
    return n;
}

#endif
