/* SPDX-License-Identifier: MIT */
/* rows.c -- read a .rows file and expand its sweeps. */
#include "experiment/rows.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/memory.h"
#include "measure/protocol.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct row_specs *rows;
    const char *file;
    unsigned line;
    struct failure *why;
};

static int wrong(struct reading *r, const char *what) {
    return failure_set(r->why, STATUS_EXPERIMENT, "%s:%u: %s; see kernels/measure/bench.h", r->file,
                       r->line, what);
}

void rows_add(struct row_specs *rows, const char *name, const char *experiment, bool check,
              unsigned number) {
    rows->items = array_grow(rows->items, rows->count, sizeof *rows->items);
    rows->items[rows->count++] =
        (struct row_spec){text_copy(name), text_copy(experiment), check, number};
}

static int row_add(struct reading *r, const char *experiment, bool check, const char *name) {
    if (r->rows->count >= ROWS_MAX)
        return wrong(r, "more rows than an image may have");
    rows_add(r->rows, name, experiment, check, (unsigned)r->rows->count);
    return 0;
}

/* Appends LENGTH bytes to NAME, *done bytes long; false if it would be longer than a name
 * may be. */
static bool append(char name[PROTOCOL_NAME_MAX], size_t *done, const char *bytes, size_t length) {
    if (*done + length >= PROTOCOL_NAME_MAX)
        return false;
    memcpy(name + *done, bytes, length);
    *done += length;
    name[*done] = '\0';
    return true;
}

/* Adds every row of SPEC behind the DONE bytes of NAME that are settled already: one turn for each
 * value of its first part, which is the part itself where it has no colon. Each level takes at
 * least a byte of the name, so it ends. */
static int expand(struct reading *r, const char *experiment, bool check,
                  char name[PROTOCOL_NAME_MAX], size_t done, const char *spec) {
    assert_that(done < PROTOCOL_NAME_MAX);
    const char *end = spec + strcspn(spec, "/");
    const char *colon = memchr(spec, ':', (size_t)(end - spec));
    const char *value = colon ? colon + 1 : spec;
    int failed = 0;
    if (!append(name, &done, spec, (size_t)(value - spec)))
        return wrong(r, "a row's name is too long");
    do {
        size_t filled = done, length = colon ? strcspn(value, ",/") : (size_t)(end - value);
        if (!length)
            return wrong(r, "a name or a sweep has an empty part");
        if (!append(name, &filled, value, length) || (*end && !append(name, &filled, "/", 1)))
            return wrong(r, "a row's name is too long");
        failed = *end ? expand(r, experiment, check, name, filled, end + 1)
                      : row_add(r, experiment, check, name);
        value += length;
    } while (!failed && value++ < end);
    return failed;
}

static int parse_line(struct reading *r, char *line) {
    char *kind = strchr(line, '\t'), *spec = kind ? strchr(kind + 1, '\t') : NULL;
    if (!spec)
        return wrong(r, "no EXPERIMENT, KIND and NAME with tabs between them");
    *kind++ = *spec++ = '\0';
    bool check = !strcmp(kind, "check");
    if (!check && strcmp(kind, "bench") != 0)
        return wrong(r, "the kind is neither bench nor check");
    char name[PROTOCOL_NAME_MAX];
    return expand(r, line, check, name, 0, spec);
}

int rows_parse(const char *text, const char *file, struct row_specs *rows, struct failure *why) {
    struct reading r = {rows, file, 0, why};
    *rows = (struct row_specs){0};
    scoped_text char *copy = text_copy(text);
    char *rest = copy, *line;
    int failed = 0;
    while (!failed && (line = strsep(&rest, "\n"))) {
        r.line++;
        if (*line)
            failed = parse_line(&r, line);
    }
    if (failed)
        rows_free(rows);
    return failed;
}

int rows_load(const char *path, struct row_specs *rows, struct failure *why) {
    *rows = (struct row_specs){0};
    scoped_text char *text = text_read(path, NULL);
    if (!text)
        return failure_set(why, STATUS_MISSING, "cannot read %s: %s; `make` builds it",
                           tree_shown(path), text_read_error(errno));
    return rows_parse(text, tree_shown(path), rows, why);
}

int rows_of(const struct system *s, struct row_specs *rows, struct failure *why) {
    scoped_text char *relative = system_rows(s), *path = tree_path("%s", relative);
    return rows_load(path, rows, why);
}

void rows_free(struct row_specs *rows) {
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->items[i].name);
        free(rows->items[i].experiment);
    }
    free(rows->items);
    *rows = (struct row_specs){0};
}

char *rows_ranges(const unsigned *numbers, size_t count) {
    scoped_texts struct texts parts = {0};
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && numbers[next] == numbers[next - 1] + 1;)
            next++;
        unsigned first = numbers[i], last = numbers[next - 1];
        assert_that(!i || first > numbers[i - 1]); /* they rise */
        texts_take(&parts,
                   first == last ? text_format("%u", first) : text_format("%u-%u", first, last));
    }
    return texts_join(&parts, ",");
}
