/* SPDX-License-Identifier: MIT */
/* merge.c -- shards are read, held against the first one, and their boots moved into it. Only
 * run.json is looked at here: what the raw logs say is found when the whole is loaded. */
#include "run/merge.h"
#include "run/wires.h"
#include "base/assert.h"
#include "base/beneath.h"
#include "base/manifest.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/status.h"
#include "experiment/select.h"
#include "guest/system.h"
#include "run/brackets.h"
#include "run/run_json.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One of the folders. */
struct part {
    const char *dir;
    int root;
    struct run *run;
    struct shard shard;
};

struct shards {
    struct part *items;
    size_t count;
};

/* ---- are they shards of one run? ---- */

static int part_open(struct part *p, const char *dir, struct failure *why) {
    *p = (struct part){.dir = dir, .root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    p->run = run_load_inputs(dir, p->root, why);
    if (!p->run)
        return why->status;
    if (!*p->run->shard)
        return failure_set(why, STATUS_USAGE, "%s is no shard: it was made without --shard", dir);
    if (!shard_parse(p->run->shard, &p->shard))
        return failure_set(why, STATUS_DAMAGED,
                           "%s: \"shard\" must be K/N; was its run.json changed by hand?", dir);
    return 0;
}

/* That every number is there once. */
static int check_numbers(const struct shards *all, struct failure *why) {
    const struct part *first = &all->items[0];
    for (unsigned number = 1; number <= first->shard.of; number++) {
        const struct part *found = NULL;
        for (size_t i = 0; i < all->count; i++) {
            const struct part *p = &all->items[i];
            if (p->shard.number == number && found)
                return failure_set(why, STATUS_USAGE, "%s and %s are both shard %s", found->dir,
                                   p->dir, p->run->shard);
            if (p->shard.number == number)
                found = p;
        }
        if (!found)
            return failure_set(why, STATUS_USAGE, "shard %u/%u is missing", number,
                               first->shard.of);
    }
    return 0;
}

static int unlike(struct failure *why, const struct part *a, const struct part *b, const char *what,
                  const char *a_value, const char *b_value) {
    return failure_set(why, STATUS_USAGE,
                       "%s and %s are no shards of one run: %s '%.60s' and '%.60s'", a->dir, b->dir,
                       what, a_value, b_value);
}

/* The inputs that KEYS make of A and B, but for what a shard has for itself. */
static int check_keys(const struct run_key *keys, const struct part *a, const struct part *b,
                      const void *a_from, const void *b_from, struct failure *why) {
    static const char *const own[] = {"shard", "command_line", "plan"};
    for (; keys->name; keys++) {
        bool checked = keys->input;
        for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
            checked &= strcmp(keys->name, own[i]) != 0;
        scoped_text char *left = run_key_text(keys, a_from), *right = run_key_text(keys, b_from);
        if (checked && strcmp(left, right) != 0)
            return unlike(why, a, b, keys->input, left, right);
    }
    return 0;
}

static int check_tools(const struct part *a, const struct part *b, struct failure *why) {
    const struct texts *tools = &a->run->tools;
    for (size_t i = 0; i + 1 < tools->count; i += 2) {
        const char *other = run_tool(b->run, tools->items[i]);
        if (strcmp(tools->items[i + 1], other) != 0)
            return unlike(why, a, b, tools->items[i], tools->items[i + 1], other);
    }
    return 0;
}

/* Boots of one image were boots of the same image. */
static int check_images(const struct part *a, const struct part *b, struct failure *why) {
    for (size_t i = 0; i < a->run->boot_count; i++)
        for (size_t k = 0; k < b->run->boot_count; k++) {
            const struct boot *one = &a->run->boots[i], *other = &b->run->boots[k];
            if (!strcmp(one->image, other->image) && check_keys(boot_keys, a, b, one, other, why))
                return why->status;
        }
    return 0;
}

/* A row of two shards would have twice its samples. */
static int check_rows(const struct part *a, const struct part *b, struct failure *why) {
    for (size_t i = 0; i < a->run->run_row_count; i++)
        for (size_t k = 0; k < b->run->run_row_count; k++)
            if (!strcmp(a->run->run_rows[i].name, b->run->run_rows[k].name))
                return failure_set(why, STATUS_USAGE,
                                   "%s and %s are no shards of one run: both have the row %s",
                                   a->dir, b->dir, a->run->run_rows[i].name);
    return 0;
}

static int check_parts(const struct shards *all, struct failure *why) {
    const struct part *first = &all->items[0];
    int status = 0;
    for (size_t i = 1; i < all->count && !status; i++) {
        const struct part *p = &all->items[i];
        if (p->shard.of != first->shard.of)
            return unlike(why, first, p, "shards", first->run->shard, p->run->shard);
        status = check_keys(run_keys, first, p, first->run, p->run, why);
        if (!status)
            status = check_tools(first, p, why);
        for (size_t k = 0; k < i && !status; k++)
            status = check_images(&all->items[k], p, why);
    }
    if (!status)
        status = check_numbers(all, why);
    for (size_t i = 1; i < all->count && !status; i++)
        for (size_t k = 0; k < i && !status; k++)
            status = check_rows(&all->items[k], &all->items[i], why);
    return status;
}

/* ---- files ---- */

/* Copies what PART keeps of the tree: experiments and papers. Every shard of one run keeps the
 * same. */
static int copy_kept(const struct part *p, struct folder *folder, struct failure *why) {
    scoped_texts struct texts names = {0};
    int status = 0;
    if (beneath_list(p->root, &names))
        return failure_set_errno(why, "read", p->dir);
    for (size_t i = 0; i < names.count && !status; i++) {
        const char *name = names.items[i];
        bool kept = !strncmp(name, "experiments/", 12) || !strncmp(name, "papers/", 7);
        if (!kept || !manifest_fits(name))
            continue;
        size_t length, known_length;
        scoped_text char *bytes = beneath_read(p->root, name, &length);
        scoped_text char *known = folder_read(folder, name, &known_length);
        if (!bytes)
            status = failure_set_errno(why, "read", name);
        else if (known && (length != known_length || memcmp(bytes, known, length) != 0))
            status = failure_set(why, STATUS_USAGE, "%s is no shard of this run: its %s is another",
                                 p->dir, name);
        else if (!known)
            status = folder_write(folder, name, bytes, length, why);
    }
    return status;
}

/* "raw/exo.shard-2.0.log" of "raw/exo.0.log": two shards may have booted the same system. */
static char *raw_name(const struct part *p, const char *raw) {
    const char *at = strrchr(raw, '.');
    for (const char *c = raw; at && c < at; c++)
        if (*c == '.' && !memchr(c + 1, '.', (size_t)(at - c - 1)))
            at = c;
    size_t head = at ? (size_t)(at - raw) : strlen(raw);
    return text_format("%.*s.shard-%u%s", (int)head, raw, p->shard.number, raw + head);
}

/* What is not there is no failure here: that its rows are missing is found with them. */
static int copy_file(const struct part *p, const char *from, const char *to, struct folder *folder,
                     struct failure *why) {
    size_t length;
    scoped_text char *bytes = beneath_read(p->root, from, &length);
    return bytes ? folder_write(folder, to, bytes, length, why) : 0;
}

static int copy_captures(const struct part *p, const struct boot *b, const char *name,
                         struct folder *folder, struct failure *why) {
    scoped_texts struct texts wires = {0};
    int status = 0;
    wires_names(b, &wires);
    for (size_t i = 0; i < wires.count && !status; i++) {
        scoped_text char *from = wires_file(b->raw, wires.items[i]),
                         *to = wires_file(name, wires.items[i]);
        status = copy_file(p, from, to, folder, why);
    }
    return status;
}

/* B's raw log, what was counted beside it, and what passed on its wires. */
static int copy_raw(const struct part *p, struct boot *b, struct folder *folder,
                    struct failure *why) {
    char *name = raw_name(p, b->raw);
    scoped_text char *from = brackets_file(b->raw), *to = brackets_file(name);
    int status = copy_file(p, b->raw, name, folder, why);
    if (!status)
        status = copy_file(p, from, to, folder, why);
    if (!status)
        status = copy_captures(p, b, name, folder, why);
    free(b->raw);
    b->raw = name;
    return status;
}

/* ---- one run ---- */

/* The place of B's experiment among the others that its system has: the host's are in the order in
 * which they were asked for, those of an image by name. */
static int experiment_order(const struct run *run, const struct boot *a, const struct boot *b) {
    const char *of[2];
    size_t place[2] = {0, 0};
    const struct boot *sides[] = {a, b};
    for (int side = 0; side < 2; side++) {
        const struct texts *plan = &sides[side]->plan;
        const char *experiment = plan->count ? run_experiment(run, plan->items[0]) : NULL;
        of[side] = experiment ? experiment : "";
        for (size_t i = 0; i < run->experiments.count; i++)
            if (!strcmp(run->experiments.items[i], of[side]))
                place[side] = i;
    }
    return strcmp(a->system, "host") ? strcmp(of[0], of[1])
                                     : (place[0] > place[1]) - (place[0] < place[1]);
}

static int order(size_t a, size_t b) {
    return (a > b) - (a < b);
}

/* As one run makes them: systems in order, each one's checks behind its benches, labels, layouts,
 * repetitions, experiments. */
static int boot_order(const void *left, const void *right, void *run) {
    const struct boot *a = left, *b = right;
    const int keys[] = {order(system_place(a->system), system_place(b->system)),
                        order(boot_tests(a), boot_tests(b)),
                        strcmp(a->label, b->label),
                        order(a->layout, b->layout),
                        order(a->boot, b->boot),
                        experiment_order(run, a, b)};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (keys[i])
            return keys[i];
    return 0;
}

/* Copies PART's files and names its boots' logs by their new names. */
static int copy_part(struct part *p, struct folder *folder, struct failure *why) {
    int status = copy_kept(p, folder, why);
    for (size_t i = 0; i < p->run->boot_count && !status; i++)
        status = copy_raw(p, &p->run->boots[i], folder, why);
    return status;
}

/* Moves what OTHER has measured into WHOLE. */
static void move_boots(struct run *whole, struct run *other) {
    for (size_t i = 0; i < other->run_row_count; i++)
        run_add_row(whole, other->run_rows[i].name, other->run_rows[i].experiment);
    for (size_t i = 0; i < other->boot_count; i++) {
        struct boot *to = run_add_boot(whole), empty = *to;
        *to = other->boots[i];
        other->boots[i] = empty;
    }
}

void shards_close(struct shards *all) {
    for (size_t i = 0; i < all->count; i++) {
        run_free(all->items[i].run);
        if (all->items[i].root >= 0)
            close(all->items[i].root);
    }
    free(all->items);
    free(all);
}

struct shards *shards_open(const struct texts *dirs, struct failure *why) {
    struct shards *all = memory_new(1, sizeof *all);
    int status = 0;
    assert_that(dirs->count > 0);
    all->items = memory_new(dirs->count, sizeof *all->items);
    for (size_t i = 0; i < dirs->count && !status; i++)
        status = part_open(&all->items[all->count++], dirs->items[i], why);
    if (!status)
        status = check_parts(all, why);
    if (!status)
        return all;
    shards_close(all);
    return NULL;
}

int shards_merge(struct shards *all, struct folder *folder, struct failure *why) {
    struct run *whole = all->items[0].run; /* the first shard's becomes that */
    for (size_t i = 0; i < all->count; i++) {
        struct run *other = all->items[i].run;
        if (copy_part(&all->items[i], folder, why))
            return why->status;
        if (strcmp(other->started, whole->started) < 0)
            run_set(&whole->started, other->started);
        if (strcmp(other->host_cpu, whole->host_cpu) != 0)
            run_set(&whole->host_cpu, "several machines");
        if (strcmp(other->host_kernel, whole->host_kernel) != 0)
            run_set(&whole->host_kernel, "");
        if (i)
            move_boots(whole, other);
    }
    if (whole->boot_count)
        qsort_r(whole->boots, whole->boot_count, sizeof *whole->boots, boot_order, whole);
    run_set(&whole->shard, "");
    run_set(&whole->partial, "not finished");
    whole->complete = false;
    return run_write(whole, folder, why);
}
