/* SPDX-License-Identifier: MIT */
/* grid.c -- a table's cells, padded or between bars. */
#include "report/grid.h"
#include "base/assert.h"
#include "base/memory.h"
#include "base/scope.h"

#include <stdlib.h>

/* How many places of a terminal TEXT takes: characters, not bytes. */
static size_t places(const char *text) {
    size_t count = 0;
    for (; *text; text++)
        count += (*text & 0xc0) != 0x80;
    return count;
}

void grid_print(const struct grid *g, FILE *to) {
    size_t *widest = memory_new(g->width, sizeof *widest);
    for (size_t i = 0; i < g->cells.count; i++) {
        size_t wide = places(g->cells.items[i]), *most = &widest[i % g->width];
        *most = wide > *most ? wide : *most;
    }
    size_t spaces = 0; /* that are printed when a word follows them */
    for (size_t i = 0; i < g->cells.count; i++) {
        const char *cell = g->cells.items[i];
        size_t column = i % g->width;
        if (*cell) {
            fprintf(to, "%*s", (int)spaces, "");
            text_print(to, "%s", cell);
            spaces = 0;
        }
        spaces += widest[column] - places(cell) + (g->paired && column % 2 ? 2 : 3);
        if (column == g->width - 1) {
            fputc('\n', to);
            spaces = 0;
        }
    }
    free(widest);
}

char *grid_markdown(const char *text) {
    return text_quote(text, "\\|*<[&`", '\\');
}

void grid_print_markdown(const struct grid *g, FILE *to) {
    for (size_t i = 0; i < g->cells.count; i++) {
        scoped_text char *cell = grid_markdown(g->cells.items[i]);
        text_print(to, "%s %s |", i % g->width ? "" : "|", cell);
        if (i % g->width == g->width - 1)
            fputc('\n', to);
        if (i != g->width - 1)
            continue;
        for (size_t k = 0; k < g->width; k++)
            fputs(!k ? "| --- |" : g->paired ? " ---: |" : " --- |", to);
        fputc('\n', to);
    }
}
