/* SPDX-License-Identifier: MIT */
/* papers.c -- read the tables of published numbers. */
#include "experiment/papers.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/memory.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlstring.h>

static const char *const columns[] = {
#define PAPER_NAME(name) #name,
    PAPER_COLUMNS(PAPER_NAME)
#undef PAPER_NAME
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* Cuts LINE at its tabs into exactly COLUMNS fields; false with *why. */
static bool split(char *line, const char *fields[COLUMNS], const char *file, int number,
                  struct failure *why) {
    size_t count = 0;
    for (char *field; (field = strsep(&line, "\t")); count++)
        if (count < COLUMNS)
            fields[count] = field;
    if (count == COLUMNS)
        return true;
    failure_set(why, STATUS_EXPERIMENT, "%s:%d: %zu columns; allowed: %d, parted by tabs", file,
                number, count, (int)COLUMNS);
    return false;
}

static bool read_header(char *line, const char *file, struct failure *why) {
    const char *fields[COLUMNS];
    if (!split(line, fields, file, 1, why))
        return false;
    for (int i = 0; i < COLUMNS; i++)
        if (strcmp(fields[i], columns[i]) != 0) {
            failure_set(why, STATUS_EXPERIMENT, "%s:1: column %d is called '%s'; allowed: '%s'",
                        file, i + 1, fields[i], columns[i]);
            return false;
        }
    return true;
}

static bool read_row(char *line, struct paper_row *row, const char *file, struct failure *why) {
    const char *fields[COLUMNS];
    if (!split(line, fields, file, row->line, why))
        return false;
    for (int i = 0; i < COLUMNS; i++)
        if (!*fields[i]) {
            failure_set(why, STATUS_EXPERIMENT, "%s:%d: %s: is empty; a text belongs here", file,
                        row->line, columns[i]);
            return false;
        }
    const char **next = fields;
#define PAPER_ASSIGN(name) row->name = *next++;
    PAPER_COLUMNS(PAPER_ASSIGN)
#undef PAPER_ASSIGN
    if (!text_number(row->value, &row->number) || row->number <= 0) {
        failure_set(why, STATUS_EXPERIMENT,
                    "%s:%d: value: '%s' is none; allowed: a decimal number above 0", file,
                    row->line, row->value);
        return false;
    }
    row->seen = !strcmp(row->confidence, "seen");
    if (!row->seen && strcmp(row->confidence, "recalled") != 0) {
        failure_set(why, STATUS_EXPERIMENT,
                    "%s:%d: confidence: '%s' is none of these: seen recalled", file, row->line,
                    row->confidence);
        return false;
    }
    return true;
}

/* Whether what the row behind P's last one gives a value for has none yet: all columns before the
 * value. */
static bool check_repeated(const struct paper *p, const char *file, struct failure *why) {
    const struct paper_row *row = &p->rows[p->count];
    for (size_t i = 0; i < p->count; i++) {
        const struct paper_row *other = &p->rows[i];
        bool same = !strcmp(row->experiment, other->experiment) &&
                    !strcmp(row->paper_table, other->paper_table) &&
                    !strcmp(row->row, other->row) && !strcmp(row->system, other->system) &&
                    !strcmp(row->platform, other->platform) &&
                    !strcmp(row->metric, other->metric) && !strcmp(row->unit, other->unit);
        if (!same)
            continue;
        failure_set(why, STATUS_EXPERIMENT,
                    "%s:%d: '%s' of '%s' stands here again; first in line %d", file, row->line,
                    row->experiment, row->system, other->line);
        return false;
    }
    return true;
}

/* True if the LINE is UTF-8 without control characters other than tabs. */
static bool is_plain(const char *line) {
    return !text_has_control(line) && xmlCheckUTF8((const unsigned char *)line);
}

/* The SIZE bytes of TEXT, a NUL behind them. */
static bool read_lines(struct paper *p, char *text, size_t size, const char *file,
                       struct failure *why) {
    char *line, *end = text + size;
    for (int number = 1; (line = strsep(&text, "\n")); number++) {
        if (!is_plain(line) || strlen(line) != (size_t)((text ? text - 1 : end) - line)) {
            failure_set(why, STATUS_EXPERIMENT,
                        "%s:%d: not a text; allowed: UTF-8 without control bytes", file, number);
            return false;
        }
        if (!text && !*line && number > 1)
            return true; /* behind the last newline */
        if (number == 1) {
            if (!read_header(line, file, why))
                return false;
            continue;
        }
        p->rows = memory_resize(p->rows, p->count + 1, sizeof *p->rows);
        p->rows[p->count] = (struct paper_row){.line = number};
        if (!read_row(line, &p->rows[p->count], file, why) || !check_repeated(p, file, why))
            return false;
        p->count++;
    }
    return true;
}

struct paper *paper_parse(const char *file, const char *text, size_t size, struct failure *why) {
    struct paper *p = memory_new(1, sizeof *p);
    p->text = memory_new(size + 1, 1);
    memcpy(p->text, text, size);
    p->text[size] = '\0';
    const char *name = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
    p->table = text_format("%.*s", (int)strcspn(name, "."), name);
    if (size > PAPER_BYTES_MAX)
        failure_set(why, STATUS_EXPERIMENT, "%s:1: has %zu bytes; allowed: %d", file, size,
                    PAPER_BYTES_MAX);
    else if (read_lines(p, p->text, size, file, why))
        return p;
    paper_free(p);
    return NULL;
}

void paper_free(struct paper *p) {
    if (!p)
        return;
    free(p->rows);
    free(p->text);
    free(p->table);
    free(p);
}

static bool fits(const char *wanted, const char *is) {
    return !wanted || !strcmp(wanted, is);
}

bool paper_row_is(const struct paper_row *row, const char *unit, const char *title) {
    return fits(unit, row->unit) && fits(title, row->row);
}

const struct paper_row *paper_next(const struct paper *p, size_t *from, const char *experiment,
                                   const char *system, const char *platform) {
    assert_that(*from <= p->count);
    while (*from < p->count) {
        const struct paper_row *row = &p->rows[(*from)++];
        if (fits(experiment, row->experiment) && fits(system, row->system) &&
            fits(platform, row->platform))
            return row;
    }
    return NULL;
}

void papers_open(struct papers *s, const char *folder) {
    *s = (struct papers){.folder = text_copy(folder)};
}

void papers_open_kept(struct papers *s, const struct folder *run) {
    *s = (struct papers){.folder = folder_path(run, "papers"), .run = run};
}

static struct paper *load(const struct papers *s, const char *table, struct failure *why) {
    scoped_text char *path = text_format("%s/%s.tsv", s->folder, table),
                     *kept = text_format("papers/%s.tsv", table);
    size_t size;
    scoped_text char *text = s->run ? folder_read(s->run, kept, &size) : text_read(path, &size);
    struct paper *p = NULL;
    if (text)
        p = paper_parse(tree_shown(path), text, size, why);
    else if (errno == ENOENT)
        failure_set(why, STATUS_EXPERIMENT, "cannot read the papers' table %s: %s",
                    tree_shown(path), strerror(errno));
    else if (errno == ENODEV || errno == EISDIR || errno == EOVERFLOW)
        failure_set(why, STATUS_EXPERIMENT, "cannot read the papers' table %s: %s",
                    tree_shown(path), text_read_error(errno));
    else
        failure_set_errno(why, "read", path);
    return p;
}

const struct paper *papers_find(struct papers *s, const char *table, struct failure *why) {
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->papers[i]->table, table))
            return s->papers[i];
    struct paper *p = load(s, table, why);
    if (!p)
        return NULL;
    s->papers = memory_resize(s->papers, s->count + 1, sizeof(struct paper *));
    return s->papers[s->count++] = p;
}

void papers_close(struct papers *s) {
    for (size_t i = 0; i < s->count; i++)
        paper_free(s->papers[i]);
    free(s->papers);
    free(s->folder);
    *s = (struct papers){0};
}
