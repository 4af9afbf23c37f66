/* SPDX-License-Identifier: MIT */
/* select.c -- choose experiments, systems and rows. */
#include "experiment/select.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/memory.h"
#include "experiment/experiment.h"
#include "base/process.h"
#include "base/status.h"
#include "base/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int unknown(struct failure *why, const char *kind, const char *name,
                   const struct texts *all) {
    scoped_text char *meant = text_meant(name, (const char *const *)all->items, all->count);
    scoped_text char *list = texts_join(all, ", ");
    return failure_set(why, STATUS_UNKNOWN, "no %s '%s'; %sthere are: %s", kind, name, meant, list);
}

static int request_experiments(struct request *w, char *const *named, struct failure *why) {
    scoped_texts struct texts all = {0};
    scoped_text char *folder = tree_path("experiments");
    int status = 0;
    experiment_names(folder, &all);
    if (!named || !*named)
        for (size_t i = 0; i < all.count; i++)
            texts_add(&w->experiments, all.items[i]);
    texts_add(&all, EXPERIMENT_CHECKS);
    for (; named && *named && !status; named++) {
        if (!texts_has(&all, *named))
            status = unknown(why, "experiment", *named, &all);
        else
            texts_add_new(&w->experiments, *named);
    }
    return status;
}

static int request_systems(struct request *w, const char *named, struct failure *why) {
    scoped_texts struct texts wanted = {0}, all = {0};
    size_t count;
    int status = 0;
    const struct system *s = system_list(&count);
    texts_split(&wanted, named ? named : "", ", ");
    for (size_t i = 0; i < count; i++) {
        texts_add(&all, s[i].name);
        if (named ? texts_has(&wanted, s[i].name) : s[i].kind != SYSTEM_HOST)
            texts_add(&w->systems, s[i].name);
    }
    for (size_t i = 0; i < wanted.count && !status; i++)
        if (!texts_has(&all, wanted.items[i]))
            status = unknown(why, "system", wanted.items[i], &all);
    if (!status && !w->systems.count)
        status = unknown(why, "system", "", &all);
    return status;
}

int request_make(struct request *w, char *const *experiments, const char *systems,
                 const char *filter, struct failure *why) {
    *w = (struct request){.filter = filter};
    int failed = filter ? regcomp(&w->pattern, filter, REG_EXTENDED | REG_NOSUB) : 0;
    if (failed) {
        char text[200];
        regerror(failed, &w->pattern, text, sizeof text);
        w->filter = NULL;
        return failure_set(why, STATUS_USAGE,
                           "--filter '%s' is not an extended regular expression: %s", filter, text);
    }
    int status = request_experiments(w, experiments, why);
    return status ? status : request_systems(w, systems, why);
}

void request_free(struct request *w) {
    texts_free(&w->experiments);
    texts_free(&w->systems);
    if (w->filter)
        regfree(&w->pattern);
}

static char *full_name(const struct system *s, const char *row, const char *label) {
    return text_format("%s:%s%s%s", s->name, row, *label ? "/" : "", label);
}

static bool wanted(const struct request *w, const struct selection *s, const struct row_spec *row) {
    if (!texts_has(&w->experiments, row->experiment))
        return false;
    if (!w->filter)
        return true;
    scoped_text char *name = full_name(s->system, row->name, s->label);
    return !regexec(&w->pattern, name, 0, NULL, 0);
}

/* The rows of the host are what its Google Benchmark programs list. */
static int host_rows(const struct request *w, struct row_specs *rows, struct failure *why) {
    scoped_texts struct texts lines = {0};
    for (size_t i = 0; i < w->experiments.count; i++) {
        const char *experiment = w->experiments.items[i];
        scoped_text char *program = tree_path("build/host/bench-%s", experiment);
        int status;
        scoped_text char *found = process_find(program);
        char *list =
            found ? process_read((const char *[]){program, "--benchmark_list_tests=true", NULL},
                                 false, &status)
                  : text_copy("");
        scoped_texts struct texts names = {0};
        texts_split(&names, list, "\n");
        for (size_t j = 0; j < names.count; j++)
            texts_take(&lines, text_format("%s\tbench\t%s", experiment, names.items[j]));
        free(list);
    }
    scoped_text char *text = texts_join(&lines, "\n");
    return rows_parse(text, "build/host/bench-*", rows, why);
}

int select_rows(const struct request *w, const struct system *s, const char *label,
                struct selection *out, struct failure *why) {
    *out = (struct selection){.system = s, .label = label};
    int status =
        s->kind == SYSTEM_HOST ? host_rows(w, &out->rows, why) : rows_of(s, &out->rows, why);
    if (status)
        return status;
    assert_that(!out->count);
    out->chosen = memory_new(out->rows.count + 1, sizeof *out->chosen);
    for (size_t i = 0; i < out->rows.count; i++)
        if (wanted(w, out, &out->rows.items[i]))
            out->chosen[out->count++] = (unsigned)i;
    return 0;
}

static const struct experiment *experiment_of(const struct experiments *all, const char *name) {
    for (size_t i = 0; i < all->count; i++)
        if (!strcmp(all->items[i]->name, name))
            return all->items[i];
    return NULL; /* the checks */
}

/* Those of the experiment with this name: none of one that is not among ALL, as the checks. */
static bool has_devices(const struct experiments *all, const char *name,
                        const struct experiment *of) {
    static const struct devices none;
    const struct experiment *e = experiment_of(all, name);
    return devices_equal(name, e ? &e->devices : &none, of ? of->name : "",
                         of ? &of->devices : &none);
}

void selection_devices(struct selection *s, const struct experiments *all,
                       const struct experiment *of) {
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++)
        if (has_devices(all, s->rows.items[s->chosen[i]].experiment, of))
            s->chosen[kept++] = s->chosen[i];
    s->count = kept;
    s->devices = of;
}

/* Whether ROW has a part of a sweep that E calls inexact: "/device:virtio" of `device`. */
static bool is_inexact(const struct experiment *e, const char *row) {
    const char *const *keys = e->inexact.items;
    for (size_t i = 0; i < e->inexact.count; i++) {
        scoped_text char *part = text_format("/%s:", keys[i]);
        if (strstr(row, part))
            return true;
    }
    return false;
}

void selection_inexact(struct selection *s, const struct experiments *all, bool inexact) {
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct row_spec *row = &s->rows.items[s->chosen[i]];
        const struct experiment *e = experiment_of(all, row->experiment);
        if ((e && is_inexact(e, row->name)) == inexact)
            s->chosen[kept++] = s->chosen[i];
    }
    s->count = kept;
    s->inexact = inexact;
}

bool shard_parse(const char *text, struct shard *shard) {
    int end = 0;
    return strspn(text, "0123456789/") == strlen(text) && strlen(text) < sizeof "1000/1000" &&
           sscanf(text, "%u/%u%n", &shard->number, &shard->of, &end) == 2 && !text[end] &&
           shard->number >= 1 && shard->number <= shard->of && shard->of <= SHARDS_MAX;
}

void selection_shard(struct selection *s, const struct shard *shard, unsigned *dealt) {
    assert_that(shard->number > 0 && shard->number <= shard->of);
    scoped_texts struct texts experiments = {0};
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        const char *experiment = s->rows.items[s->chosen[i]].experiment;
        size_t k = 0;
        texts_add_new(&experiments, experiment);
        while (strcmp(experiments.items[k], experiment) != 0)
            k++;
        if ((*dealt + k) % shard->of == shard->number - 1)
            s->chosen[kept++] = s->chosen[i];
    }
    s->count = kept;
    *dealt += (unsigned)experiments.count;
}

void selection_free(struct selection *s) {
    rows_free(&s->rows);
    free(s->chosen);
    *s = (struct selection){0};
}

char *selection_name(const struct selection *s, size_t i) {
    assert_that(i < s->count && s->chosen[i] < s->rows.count);
    return full_name(s->system, s->rows.items[s->chosen[i]].name, s->label);
}
