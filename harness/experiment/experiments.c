/* SPDX-License-Identifier: MIT */
/* experiments.c -- the experiments that a command is about, out of the tree or out of a run. */
#include "experiment/experiments.h"
#include "base/assert.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/tree.h"
#include "experiment/boot_net.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct experiment *load_kept(const struct folder *run, const char *name,
                                    struct failure *why) {
    size_t size;
    scoped_text char *file = text_format("experiments/%s/experiment.yaml", name);
    scoped_text char *path = folder_path(run, file), *text = folder_read(run, file, &size);
    if (text)
        return experiment_parse(name, tree_shown(path), text, size, why);
    if (errno == ENOENT)
        failure_set(why, STATUS_EXPERIMENT, "cannot read %s: %s", path, strerror(errno));
    else
        failure_set_errno(why, "read", path);
    return NULL;
}

/* RUN: the run whose copies are loaded; null: the tree's own are. */
static int load_all(struct experiments *all, const struct texts *names, const struct folder *run,
                    struct failure *why) {
    scoped_text char *folder = tree_path("experiments");
    *all = (struct experiments){memory_new(names->count, sizeof(struct experiment *)), 0};
    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->items[i];
        if (!strcmp(name, EXPERIMENT_CHECKS))
            continue;
        struct experiment *e = run ? load_kept(run, name, why) : experiment_load(folder, name, why);
        if (!e) {
            experiments_free(all);
            return why->status;
        }
        assert_that(all->count < names->count);
        all->items[all->count++] = e;
    }
    return 0;
}

int experiments_load(struct experiments *all, const struct texts *names, struct failure *why) {
    return load_all(all, names, NULL, why);
}

int experiments_kept(struct experiments *all, const struct texts *names, const struct folder *run,
                     struct failure *why) {
    return load_all(all, names, run, why);
}

void experiments_free(struct experiments *all) {
    for (size_t i = 0; i < all->count; i++)
        experiment_free(all->items[i]);
    free(all->items);
    *all = (struct experiments){0};
}

int experiments_inputs(const struct experiments *all, struct failure *why) {
    int status = 0;
    for (size_t i = 0; i < all->count && !status; i++)
        status = boot_net_check(all->items[i], why);
    return status;
}

static int keep_table(const char *table, struct folder *run, struct failure *why) {
    scoped_text char *from = tree_path("experiments/papers/%s.tsv", table);
    scoped_text char *to = text_format("papers/%s.tsv", table);
    return folder_copy(run, to, from, why);
}

static int keep_tables(const struct experiment *e, struct folder *run, struct failure *why) {
    const struct paper_match *papers = e->papers.items;
    const struct claim *claims = e->claims.items;
    int status = 0;
    for (size_t i = 0; i < e->papers.count && !status; i++)
        status = keep_table(papers[i].table, run, why);
    for (size_t i = 0; i < e->claims.count; i++) {
        const struct evidence *evidence = claims[i].paper.items;
        for (size_t j = 0; j < claims[i].paper.count && !status; j++)
            status = keep_table(evidence[j].table, run, why);
    }
    return status;
}

static int keep(const struct experiment *e, struct folder *run, struct failure *why) {
    static const char *const files[] = {"plot.gp", "README.md"};
    scoped_text char *yaml = text_format("experiments/%s/experiment.yaml", e->name);
    int status = keep_tables(e, run, why);
    if (!status)
        status = folder_write(run, yaml, e->text, e->size, why);
    for (size_t i = 0; i < sizeof files / sizeof *files && !status; i++) {
        scoped_text char *to = text_format("experiments/%s/%s", e->name, files[i]);
        scoped_text char *from = tree_path("%s", to);
        if (access(from, F_OK) == 0)
            status = folder_copy(run, to, from, why);
    }
    return status;
}

int experiments_keep(const struct experiments *all, struct folder *run, struct failure *why) {
    int status = 0;
    for (size_t i = 0; i < all->count && !status; i++)
        status = keep(all->items[i], run, why);
    return status;
}
