/* SPDX-License-Identifier: MIT */
/* experiment.c -- the table of experiment.yaml's keys, and what a table cannot say. */
#include "experiment/experiment.h"
#include "base/memory.h"
#include "base/scope.h"
#include "measure/clock.h"
#include "base/status.h"
#include "guest/system.h"
#include "base/text.h"
#include "base/tree.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As long as a row's name leaves room for, in which it stands. */
enum { EXPERIMENT_NAME_MAX = 64 };

#define obstack_chunk_alloc malloc
#define obstack_chunk_free  free

/* The systems' names, null-ended, for document_word. */
static const char *const *systems(void) {
    static const char *names[16];
    size_t count;
    const struct system *list = system_list(&count);
    for (size_t i = 0; i < count && i < sizeof names / sizeof *names - 1; i++)
        names[i] = list[i].name;
    return names;
}

static const char *const clocks[] = {
#define CLOCK_NAME(id, name, unit, exact) name,
    CLOCKS(CLOCK_NAME)
#undef CLOCK_NAME
        NULL};

/* What a part of a row's name consists of. */
#define ROW_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-+:"

#define KEYS(table) table, sizeof(table) / sizeof *(table)
#define KEY(s, field, needed, read)                                                                \
    { #field, needed, read, offsetof(struct s, field) }

/* Records an error where a word stands twice in LIST, of const char *. */
static void check_words(struct document *d, const yaml_node_t *node,
                        const struct document_list *list) {
    const char *const *words = list->items;
    for (size_t i = 0; i < list->count && !*d->error; i++)
        for (size_t j = 0; j < i; j++)
            if (!strcmp(words[i], words[j]))
                document_error(d, node, "'%s' stands twice", words[i]);
}

static void read_system(struct document *d, yaml_node_t *node, void *into) {
    *(const char **)into = document_word(d, node, systems());
}

static void read_systems(struct document *d, yaml_node_t *node, void *into) {
    struct document_list *list = into;
    document_sequence(d, node, list, sizeof(char *), read_system);
    if (!*d->error && !list->count)
        document_error(d, node, "is empty; it takes one system at least");
    check_words(d, node, list);
}

static void read_clock(struct document *d, yaml_node_t *node, void *into) {
    *(const char **)into = document_word(d, node, clocks);
}

static void read_clocks(struct document *d, yaml_node_t *node, void *into) {
    document_sequence(d, node, into, sizeof(char *), read_clock);
    check_words(d, node, into);
}

/* Records an error unless NAME is "SYSTEM:family/..." with one "*" at most. */
static void check_row(struct document *d, const yaml_node_t *node, const char *name) {
    const char *colon = strchr(name, ':');
    scoped_text char *system = text_format("%.*s", colon ? (int)(colon - name) : 0, name);
    scoped_text char *all = system_names();
    if (!system_find(system))
        document_error(d, node, "'%s' names no system; allowed: SYSTEM:ROW, SYSTEM one of %s", name,
                       all);
    const char *star = strchr(name, '*');
    if (name[strspn(name, ROW_LETTERS "/*")] || (colon && !colon[1]) ||
        (star && strchr(star + 1, '*')))
        document_error(d, node,
                       "'%s' is no row; allowed: letters, digits and _.-+:/ with at most one '*'",
                       name);
}

static void read_row(struct document *d, yaml_node_t *node, void *into) {
    document_text(d, node, into);
    if (!*d->error)
        check_row(d, node, *(const char **)into);
}

/* A word of lower-case letters, digits and hyphens. */
static void read_word(struct document *d, yaml_node_t *node, void *into) {
    const char *word = NULL;
    document_text(d, node, &word);
    if (word && word[strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-")])
        document_error(d, node, "'%s' is no word here; allowed: a-z, 0-9 and '-'", word);
    *(const char **)into = word;
}

/* A row without a "*". */
static void read_one_row(struct document *d, yaml_node_t *node, void *into) {
    read_row(d, node, into);
    const char *name = *(const char **)into;
    if (!*d->error && strchr(name, '*'))
        document_error(d, node, "'%s' is more than one row", name);
}

static void read_rows(struct document *d, yaml_node_t *node, void *into) {
    struct document_list *list = into;
    document_sequence(d, node, list, sizeof(char *), read_one_row);
    if (!*d->error && !list->count)
        document_error(d, node, "is empty; it takes one row at least");
    const char *const *rows = list->items;
    for (size_t i = 0; i < list->count && !*d->error; i++)
        for (size_t j = 0; j < i; j++)
            if (!strncmp(rows[i], rows[j], strcspn(rows[i], ":") + 1))
                document_error(d, node, "'%s' and '%s' are of one system", rows[j], rows[i]);
}

static void read_answer(struct document *d, yaml_node_t *node, void *into) {
    static const struct document_key keys[] = {
        KEY(answer, cost, true, document_text),
        KEY(answer, rows, true, read_rows),
        KEY(answer, floor, false, read_one_row),
        KEY(answer, floor_is, false, document_text),
    };
    struct answer *a = into;
    a->line = document_line(node);
    document_map(d, node, KEYS(keys), a);
    if (a->floor_is && !a->floor)
        document_error(d, node, "floor_is stands without floor");
}

static void read_answers(struct document *d, yaml_node_t *node, void *into) {
    document_sequence(d, node, into, sizeof(struct answer), read_answer);
}

static void read_match(struct document *d, yaml_node_t *node, void *into) {
    static const struct document_key keys[] = {
        KEY(paper_match, table, true, read_word),
        KEY(paper_match, row, true, document_text),
        KEY(paper_match, unit, false, document_text),
        KEY(paper_match, title, false, document_text),
        KEY(paper_match, of, false, document_text),
        KEY(paper_match, of_row, false, document_text),
        KEY(paper_match, of_ours, false, read_one_row),
        {"ours", true, document_pairs, offsetof(struct paper_match, pairs)},
    };
    struct paper_match *m = into;
    m->line = document_line(node);
    document_map(d, node, KEYS(keys), m);
    const struct document_pair *pairs = m->pairs.items;
    bool has_of = !m->of;
    for (size_t i = 0; i < m->pairs.count && !*d->error; i++) {
        check_row(d, node, pairs[i].value);
        has_of = has_of || !strcmp(pairs[i].key, m->of);
    }
    if (!m->of_row != !m->of_ours || (m->of_row && !m->of))
        document_error(d, node, "of, of_row and of_ours stand together, or of alone");
    if (!has_of && !m->of_row)
        document_error(d, node, "of: '%s' is not among the systems of 'ours'", m->of);
}

static void read_papers(struct document *d, yaml_node_t *node, void *into) {
    document_sequence(d, node, into, sizeof(struct paper_match), read_match);
}

static void read_evidence(struct document *d, yaml_node_t *node, void *into) {
    static const struct document_key keys[] = {
        KEY(evidence, table, true, read_word),       KEY(evidence, row, true, document_text),
        KEY(evidence, unit, false, document_text),   KEY(evidence, title, false, document_text),
        KEY(evidence, value, true, document_text),   KEY(evidence, of, false, document_text),
        KEY(evidence, of_row, false, document_text), KEY(evidence, note, false, document_text),
    };
    struct evidence *g = into;
    g->line = document_line(node);
    document_map(d, node, KEYS(keys), g);
    if (g->of_row && !g->of)
        document_error(d, node, "of_row stands without of");
}

static void read_grounds(struct document *d, yaml_node_t *node, void *into) {
    document_sequence(d, node, into, sizeof(struct evidence), read_evidence);
}

/* A value that a "*" stands for: a part of a row's name. */
static void read_value(struct document *d, yaml_node_t *node, void *into) {
    const char *value = NULL;
    document_text(d, node, &value);
    if (value && value[strspn(value, ROW_LETTERS)])
        document_error(d, node,
                       "'%s' can be no part of a row; allowed: letters, digits and _.-+:", value);
    *(const char **)into = value;
}

static void read_values(struct document *d, yaml_node_t *node, void *into) {
    struct document_list *list = into;
    document_sequence(d, node, list, sizeof(char *), read_value);
    if (!*d->error && !list->count)
        document_error(d, node, "is empty; it takes one value at least");
    check_words(d, node, list);
}

static void read_relation(struct document *d, yaml_node_t *node, void *into) {
    static const struct document_key keys[] = {
        KEY(relation, row, true, read_row),
        KEY(relation, at_most, false, document_number),
        KEY(relation, at_least, false, document_number),
        KEY(relation, of, true, read_row),
        KEY(relation, plus, false, document_number),
        KEY(relation, over, false, read_values),
    };
    struct relation *r = into;
    r->line = document_line(node);
    document_map(d, node, KEYS(keys), r);
    if (*d->error)
        return;
    if ((r->at_most > 0) == (r->at_least > 0))
        document_error(d, node,
                       "takes one threshold: at_most or at_least, a number above 0 that ROW may "
                       "be times OF");
    if (!strchr(r->row, '*') != !strchr(r->of, '*'))
        document_error(d, node, "row and of must both have a '*', or neither");
    if (r->over.count && !strchr(r->row, '*'))
        document_error(d, node, "over stands without a '*' in row and of");
}

/* One relation, or a list of them. */
static void read_relations(struct document *d, yaml_node_t *node, void *into) {
    struct document_list *list = into;
    document_sequence_or_one(d, node, list, sizeof(struct relation), read_relation);
    if (!*d->error && !list->count)
        document_error(d, node, "is empty; it takes one relation at least");
}

static void read_claim(struct document *d, yaml_node_t *node, void *into) {
    static const struct document_key keys[] = {
        KEY(claim, id, true, read_word),         KEY(claim, sentence, true, document_text),
        KEY(claim, source, true, document_text), KEY(claim, checked, true, document_text),
        KEY(claim, holds, true, read_relations), KEY(claim, paper, false, read_grounds),
        KEY(claim, clocks, false, read_clocks),
    };
    struct claim *c = into;
    c->line = document_line(node);
    document_map(d, node, KEYS(keys), c);
}

static void read_claims(struct document *d, yaml_node_t *node, void *into) {
    struct document_list *list = into;
    document_sequence(d, node, list, sizeof(struct claim), read_claim);
    const struct claim *claims = list->items;
    for (size_t i = 0; i < list->count && !*d->error; i++)
        for (size_t j = 0; j < i; j++)
            if (!strcmp(claims[i].id, claims[j].id))
                document_error(d, node, "two claims have the id '%s', in lines %d and %d",
                               claims[i].id, claims[j].line, claims[i].line);
}

#define SWEEP_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789_"

/* A sweep's key becomes part of a variable's name in a plot: label_KEY. */
static void read_sweeps(struct document *d, yaml_node_t *node, void *into) {
    struct document_list *list = into;
    document_pairs(d, node, list);
    const struct document_pair *pairs = list->items;
    for (size_t i = 0; i < list->count && !*d->error; i++)
        if (pairs[i].key[strspn(pairs[i].key, SWEEP_LETTERS)])
            document_error(d, node, "'%s' can be no sweep's key; allowed: a-z, 0-9 and '_'",
                           pairs[i].key);
}

/* Keys, each of which stands in rows as "/KEY:". */
static void read_inexact(struct document *d, yaml_node_t *node, void *into) {
    struct document_list *list = into;
    document_sequence(d, node, list, sizeof(const char *), document_text);
    const char *const *keys = list->items;
    for (size_t i = 0; i < list->count && !*d->error; i++)
        if (!*keys[i] || keys[i][strspn(keys[i], SWEEP_LETTERS)])
            document_error(d, node, "'%s' can be no sweep's key; allowed: a-z, 0-9 and '_'",
                           keys[i]);
}

static void read_experiment(struct document *d, yaml_node_t *root, struct experiment *e) {
    static const struct document_key keys[] = {
        KEY(experiment, title, true, document_text),
        KEY(experiment, question, true, document_text),
        KEY(experiment, unit, true, document_text),
        KEY(experiment, systems, true, read_systems),
        KEY(experiment, place, false, document_number),
        KEY(experiment, sweeps, false, read_sweeps),
        KEY(experiment, inexact, false, read_inexact),
        KEY(experiment, answers, false, read_answers),
        KEY(experiment, papers, false, read_papers),
        KEY(experiment, claims, false, read_claims),
        KEY(experiment, devices, false, devices_read),
    };
    document_map(d, root, KEYS(keys), e);
}

struct experiment *experiment_parse(const char *name, const char *file, const char *text,
                                    size_t size, struct failure *why) {
    struct experiment *e = memory_new(1, sizeof *e);
    obstack_init(&e->store);
    e->name = text_copy(name);
    e->file = text_copy(file);
    e->text = memory_new(size + 1, 1);
    e->size = size;
    if (size)
        memcpy(e->text, text, size);
    struct document d;
    yaml_node_t *root = document_open(&d, e->file, text, size, &e->store);
    if (root)
        read_experiment(&d, root, e);
    document_close(&d);
    if (!*d.error)
        return e;
    failure_set(why, STATUS_EXPERIMENT, "%s", d.error);
    experiment_free(e);
    return NULL;
}

void experiment_free(struct experiment *e) {
    if (!e)
        return;
    obstack_free(&e->store, NULL);
    free(e->name);
    free(e->file);
    free(e->text);
    free(e);
}

void experiment_names(const char *folder, struct texts *names) {
    DIR *dir = opendir(folder);
    if (!dir)
        return;
    for (struct dirent *entry; (entry = readdir(dir));) {
        scoped_text char *file = text_format("%s/%s/experiment.yaml", folder, entry->d_name);
        if (experiment_name_fits(entry->d_name) && access(file, F_OK) == 0)
            texts_add(names, entry->d_name);
    }
    closedir(dir);
    texts_sort(names);
}

bool experiment_name_fits(const char *name) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return *name && strchr(letters, *name) && length <= EXPERIMENT_NAME_MAX && !name[length];
}

struct experiment *experiment_load(const char *folder, const char *name, struct failure *why) {
    size_t size;
    scoped_text char *path = text_format("%s/%s/experiment.yaml", folder, name);
    scoped_text char *text =
        experiment_name_fits(name) ? text_read(path, &size) : (errno = ENOENT, NULL);
    if (text)
        return experiment_parse(name, tree_shown(path), text, size, why);
    failure_set(why, errno == ENOENT || errno == ENOTDIR ? STATUS_UNKNOWN : STATUS_EXPERIMENT,
                "cannot read %s: %s", tree_shown(path), text_read_error(errno));
    return NULL;
}

bool row_fits(const char *pattern, const char *name, char *star, size_t size) {
    const char *at = strchr(pattern, '*');
    if (size)
        *star = '\0';
    if (!at)
        return !strcmp(pattern, name);
    size_t before = (size_t)(at - pattern), after = strlen(at + 1), length = strlen(name);
    if (length < before + after || strncmp(pattern, name, before) != 0 ||
        strcmp(at + 1, name + length - after) != 0)
        return false;
    size_t middle = length - before - after;
    if (!middle || memchr(name + before, '/', middle))
        return false;
    snprintf(star, size, "%.*s", (int)middle, name + before);
    return true;
}

char *row_fill(const char *pattern, const char *star) {
    size_t before = strcspn(pattern, "*");
    if (!pattern[before])
        return text_copy(pattern);
    return text_format("%.*s%s%s", (int)before, pattern, star, pattern + before + 1);
}
