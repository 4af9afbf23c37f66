/* SPDX-License-Identifier: MIT */
/* papers_fuzz.c -- any bytes as a papers' table: read or refused with file and line. Every row that
 * is read has all its columns, a positive number and one of two confidences. */
#include "experiment/papers.h"
#include "base/status.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(int condition) {
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct failure why = {0};
    struct paper *p = paper_parse("fuzz.tsv", (const char *)data, size, &why);
    if (!p) {
        demand(why.status == STATUS_EXPERIMENT && !strncmp(why.text, "fuzz.tsv:", 9));
        return 0;
    }
    size_t from = 0, rows = 0;
    const struct paper_row *row;
    while ((row = paper_next(p, &from, NULL, NULL, NULL))) {
        demand(*row->experiment && *row->system && *row->platform && *row->unit);
        demand(row->number > 0 && isfinite(row->number));
        demand(!strcmp(row->confidence, row->seen ? "seen" : "recalled"));
        rows++;
    }
    demand(rows == p->count);
    paper_free(p);
    return 0;
}
