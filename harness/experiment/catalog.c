/* SPDX-License-Identifier: MIT */
/* catalog.c -- gather the rows, and hold what experiments name against them. */
#include "experiment/catalog.h"
#include "base/memory.h"
#include "base/scope.h"
#include "experiment/claim.h"
#include "experiment/rows.h"
#include "base/status.h"
#include "guest/system.h"
#include "base/tree.h"

#include <stdlib.h>
#include <string.h>

static void add_rows(struct catalog *c, const char *system, const struct row_specs *specs) {
    c->rows = memory_resize(c->rows, c->row_count + specs->count + 1, sizeof *c->rows);
    for (size_t i = 0; i < specs->count; i++)
        c->rows[c->row_count++] =
            (struct catalog_row){text_format("%s:%s", system, specs->items[i].name),
                                 text_copy(specs->items[i].experiment), specs->items[i].check};
}

static bool add_system(struct catalog *c, const struct system *s, struct failure *why) {
    if (s->kind == SYSTEM_HOST)
        return true; /* its rows are Google Benchmark's, known when it runs */
    struct row_specs specs;
    int status = rows_of(s, &specs, why);
    if (!status) {
        add_rows(c, s->name, &specs);
        rows_free(&specs);
    } else if (status == STATUS_MISSING) {
        texts_add_new(&c->unbuilt, s->name);
        *why = (struct failure){0};
        status = STATUS_OK;
    }
    return !status;
}

struct catalog *catalog_load(struct failure *why) {
    struct catalog *c = memory_new(1, sizeof *c);
    size_t count;
    const struct system *systems = system_list(&count);
    bool good = true;
    for (size_t i = 0; i < count && good; i++)
        good = add_system(c, &systems[i], why) &&
               (systems[i].kind == SYSTEM_HOST || add_system(c, system_tests(&systems[i]), why));
    if (good)
        return c;
    catalog_free(c);
    return NULL;
}

void catalog_free(struct catalog *c) {
    if (!c)
        return;
    for (size_t i = 0; i < c->row_count; i++) {
        free(c->rows[i].name);
        free(c->rows[i].experiment);
    }
    free(c->rows);
    texts_free(&c->unbuilt);
    free(c);
}

int catalog_check(const struct catalog *c, const struct experiments *all, struct failure *why) {
    if (c->unbuilt.count)
        return STATUS_OK;
    scoped_texts struct texts known = {0};
    for (size_t i = 0; i < c->row_count; i++)
        texts_add(&known, c->rows[i].name);
    struct papers tables;
    scoped_text char *folder = tree_path("experiments/papers");
    papers_open(&tables, folder);
    int status = STATUS_OK;
    for (size_t i = 0; i < all->count && !status; i++)
        status = claims_check(all->items[i], &known, &tables, why);
    papers_close(&tables);
    return status;
}
