/* SPDX-License-Identifier: MIT */
/* history.c -- exospin history: the runs that were kept, oldest first, and what a row was in each.
 * What it says stands in their run.json and summary.json; no raw log is read. */
#include "base/beneath.h"
#include "base/die.h"
#include "report/grid.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/tree.h"
#include "cmd/cli.h"
#include "run/run_json.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct entry {
    char *name; /* of its folder */
    struct run *run;
    json_t *summary; /* null where there is none */
};

struct entries {
    struct entry *items;
    size_t count;
};

/* Takes the run in DIR/NAME, if one is there: a link to a run, as latest is, is the run
 * once more. */
static void take(struct entries *all, const char *dir, const char *name) {
    struct failure why;
    scoped_text char *path = text_format("%s/%s", dir, name);
    scoped_fd int root = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    scoped_text char *text = root < 0 ? NULL : beneath_read(root, "summary.json", NULL);
    int file = root < 0 ? -1 : beneath_open(root, "run.json");
    if (file < 0)
        return;
    close(file);
    struct run *run = run_load_inputs(path, root, &why);
    if (!run) {
        warn("%s", why.text);
        return;
    }
    all->items = array_grow(all->items, all->count, sizeof *all->items);
    all->items[all->count++] =
        (struct entry){text_copy(name), run, text ? json_loads(text, 0, NULL) : NULL};
}

static int by_start(const void *left, const void *right) {
    const struct entry *a = left, *b = right;
    int order = strcmp(a->run->started, b->run->started);
    return order ? order : strcmp(a->name, b->name);
}

static struct entries take_all(const char *dir) {
    struct entries all = {0};
    DIR *folder = opendir(dir);
    if (!folder)
        die(STATUS_USAGE, "cannot read %s: %s", dir, strerror(errno));
    for (struct dirent *e = readdir(folder); e; e = readdir(folder))
        if (*e->d_name != '.')
            take(&all, dir, e->d_name);
    closedir(folder);
    if (all.count)
        qsort(all.items, all.count, sizeof *all.items, by_start);
    return all;
}

/* "11 of 12", of the claims that came to a verdict. */
static char *verdicts_text(const struct entry *e) {
    size_t i, holds = 0, judged = 0;
    json_t *claim;
    json_array_foreach(json_object_get(e->summary, "claims"), i, claim) {
        const char *verdict = json_string_value(json_object_get(claim, "verdict"));
        bool held = verdict && !strncmp(verdict, "reproduced", strlen("reproduced"));
        holds += held;
        judged += held || (verdict && !strcmp(verdict, "not reproduced"));
    }
    return judged ? text_format("%zu of %zu", holds, judged) : text_copy("-");
}

/* The row's figure, or a check's verdict; "" where the run has none of that name. */
static char *row_text(const struct entry *e, const char *name) {
    static const char *const lists[] = {"benchmarks", "checks"};
    for (int k = 0; k < 2; k++) {
        size_t i;
        json_t *row;
        json_array_foreach(json_object_get(e->summary, lists[k]), i, row) {
            const char *of = json_string_value(json_object_get(row, "name"));
            if (!of || strcmp(of, name) != 0)
                continue;
            const json_t *median = json_object_get(row, "median");
            const char *verdict = json_string_value(json_object_get(row, "verdict"));
            return json_is_number(median) ? text_format("%.15g", json_number_value(median))
                                          : text_copy(verdict ? verdict : "-");
        }
    }
    return text_copy("");
}

static void print(const struct entries *all, const struct texts *rows) {
    struct grid g = {.width = 6 + rows->count};
    texts_split(&g.cells, "started,revision,clock,systems,claims", ",");
    for (size_t i = 0; i < rows->count; i++)
        texts_add(&g.cells, rows->items[i]);
    texts_add(&g.cells, "folder");
    for (size_t k = 0; k < all->count; k++) {
        const struct entry *e = &all->items[k];
        texts_add(&g.cells, e->run->started);
        texts_take(&g.cells, text_format("%.12s%s", e->run->revision, e->run->dirty ? "+" : ""));
        texts_add(&g.cells, clock_name(e->run->clock));
        texts_take(&g.cells, texts_join(&e->run->systems, ","));
        texts_take(&g.cells, verdicts_text(e));
        for (size_t i = 0; i < rows->count; i++)
            texts_take(&g.cells, row_text(e, rows->items[i]));
        texts_take(&g.cells, text_format("%s%s", e->name, e->run->complete ? "" : " (partial)"));
    }
    grid_print(&g, stdout);
    texts_free(&g.cells);
}

static struct texts row_names(const struct entries *all) {
    static const char *const lists[] = {"benchmarks", "checks"};
    struct texts names = {0};
    for (size_t k = 0; k < all->count; k++)
        for (int list = 0; list < 2; list++) {
            size_t i;
            json_t *row;
            json_array_foreach(json_object_get(all->items[k].summary, lists[list]), i, row) {
                const char *name = json_string_value(json_object_get(row, "name"));
                if (name)
                    texts_add(&names, name);
            }
        }
    return names;
}

/* A row that no run has is probably mistyped, or lacks its system. */
static void check_rows(const struct entries *all, const struct texts *rows) {
    for (size_t i = 0; i < rows->count; i++) {
        bool found = false;
        for (size_t k = 0; k < all->count && !found; k++) {
            scoped_text char *text = row_text(&all->items[k], rows->items[i]);
            found = *text;
        }
        if (found)
            continue;
        struct texts names = row_names(all);
        die(STATUS_UNKNOWN, "no run has a row '%s'; %s`exospin list` prints all there are",
            rows->items[i],
            text_meant(rows->items[i], (const char *const *)names.items, names.count));
    }
}

int cmd_history(int argc, char **argv) {
    const char *dir = NULL;
    scoped_texts struct texts rows = {0};
    const struct cli_option options[] = {
        {"in", "DIR", "the folder that the run folders lie in; default results", .text = &dir},
        {0}};
    cli_parse(&(struct cli){.arguments = "[ROW...]",
                            .help = "Lists the runs that were kept, oldest first: when, of which "
                                    "revision (+: with uncommitted changes), by which clock, on "
                                    "which systems, how many of the claims that came to a verdict "
                                    "are reproduced; and what each ROW, \"exo:syscall/null\", was "
                                    "in each.",
                            .options = options,
                            .list = &rows},
              argc, argv);
    scoped_text char *path = dir ? text_copy(dir) : tree_path("results");
    struct entries all = take_all(path);
    if (!all.count)
        die(STATUS_USAGE, "%s holds no run", tree_shown(path));
    check_rows(&all, &rows);
    print(&all, &rows);
    for (size_t i = 0; i < all.count; i++) {
        free(all.items[i].name);
        run_free(all.items[i].run);
        json_decref(all.items[i].summary);
    }
    free(all.items);
    return STATUS_OK;
}
