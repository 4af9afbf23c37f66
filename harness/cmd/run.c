/* SPDX-License-Identifier: MIT */
/* run.c -- exospin run: choose, build, boot, collect, judge, draw, and say how it went. */
#include "experiment/catalog.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/memory.h"
#include "cmd/cli.h"
#include "base/die.h"
#include "run/host_run.h"
#include "run/inputs.h"
#include "base/interrupt.h"
#include "guest/make.h"
#include "guest/plugin.h"
#include "report/outcome.h"
#include "cmd/run_options.h"
#include "base/status.h"
#include "base/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what was asked for ---- */

static bool wants(const struct request *w, enum system_kind kind) {
    for (size_t i = 0; i < w->systems.count; i++)
        if (system_find(w->systems.items[i])->kind == kind)
            return true;
    return false;
}

static bool wants_guests(const struct request *w) {
    return wants(w, SYSTEM_KERNEL) || wants(w, SYSTEM_LINUX);
}

static bool wants_checks(const struct request *w, const struct system *s) {
    return texts_has(&w->experiments, EXPERIMENT_CHECKS) && system_tests(s);
}

static bool runs(const struct request *w, const char *system) {
    return texts_has(&w->systems, system);
}

/* What is asked of a system that does not run would be left out without a word. */
static void check_request(const struct run_options *o, const struct request *w) {
    const char *injected = o->boot.inject_system;
    if (injected && (!runs(w, injected) || system_find(injected)->kind == SYSTEM_HOST))
        die(STATUS_USAGE, "--inject %s:...: %s; name a guest of --systems", injected,
            runs(w, injected) ? "the host is no guest" : "that system does not run");
    if (o->boot.inject && !wants_guests(w))
        die(STATUS_USAGE, "--inject: no guest runs; name one with --systems");
    if (o->boot.linux_args && !wants(w, SYSTEM_LINUX))
        die(STATUS_USAGE, "--linux-args: linux does not run; name it with --systems");
    if (o->layouts > 1 && !wants(w, SYSTEM_KERNEL))
        die(STATUS_USAGE, "--layouts: none of our kernels runs; name one with --systems");
    if (o->boot.via != VIA_KERNEL && wants(w, SYSTEM_LINUX))
        die(STATUS_USAGE, "--via %s: linux boots by --via kernel only; leave it out of --systems",
            via_names[o->boot.via]);
}

static bool counters_wanted(const struct run_options *o, const struct request *w) {
    return wants_guests(w) && o->boot.clock == CLOCK_ICOUNT && o->counters;
}

/* ---- images ---- */

static void add_targets(const struct request *w, const struct system *s, struct texts *targets) {
    if (s->kind == SYSTEM_HOST) {
        for (size_t i = 0; i < w->experiments.count; i++) {
            scoped_text char *source = tree_path("experiments/%s/host.cc", w->experiments.items[i]);
            if (!access(source, R_OK))
                texts_take(targets, text_format("build/host/bench-%s", w->experiments.items[i]));
        }
        return;
    }
    make_system(s, targets);
}

static void build(const struct run_options *o, const struct request *w) {
    struct failure why;
    scoped_texts struct texts targets = {0};
    if (o->no_build)
        return;
    for (size_t i = 0; i < w->systems.count; i++) {
        const struct system *s = system_find(w->systems.items[i]);
        add_targets(w, s, &targets);
        for (unsigned layout = 1; s->kind == SYSTEM_KERNEL && layout < o->layouts; layout++)
            texts_take(&targets, system_image(s, layout));
        if (wants_checks(w, s))
            make_system(system_tests(s), &targets);
    }
    if (counters_wanted(o, w))
        texts_add(&targets, PLUGIN_COUNT);
    if (make_targets(&targets, &why))
        give_up(&why);
}

/* ---- rows ---- */

/* What runs, an image and label an entry. */
struct selections {
    struct selection *items;
    size_t count;
};

/* The rows of S that have the devices of OF (null: none), each label an entry; but Linux's own
 * choice of mitigations only without devices, for a boot more takes long, and says little new.
 * Inexact rows have a boot of their own, for what they need would move the others. */
static void select_with(struct selections *all, const struct request *w, const struct system *s,
                        const struct experiments *experiments, const struct experiment *of,
                        bool inexact) {
    static const char *const labels[] = {"", LINUX_DEFAULT_LABEL};
    struct failure why;
    for (int i = 0; i < (s->kind == SYSTEM_LINUX && !of && !inexact ? 2 : 1); i++) {
        struct selection *into = &all->items[all->count++];
        if (select_rows(w, s, labels[i], into, &why))
            give_up(&why);
        if (s->kind == SYSTEM_HOST)
            continue;
        selection_devices(into, experiments, of);
        selection_inexact(into, experiments, inexact);
    }
}

/* Whether the I-th experiment has devices that none before it has. */
static bool brings_devices(const struct experiments *all, size_t i) {
    const struct experiment *e = all->items[i];
    for (size_t k = 0; k < i; k++)
        if (devices_equal(e->name, &e->devices, all->items[k]->name, &all->items[k]->devices))
            return false;
    return e->devices.disks.count || e->devices.nics.count;
}

/* A boot has one set of devices: each set is an entry, behind those without; and where wanted one
 * more of rows that are not exact. */
static void select_of(struct selections *all, const struct request *w, const struct system *s,
                      const struct experiments *experiments, bool inexact) {
    select_with(all, w, s, experiments, NULL, false);
    for (size_t i = 0; i < experiments->count && s->kind != SYSTEM_HOST && !s->tests; i++) {
        if (!brings_devices(experiments, i))
            continue;
        select_with(all, w, s, experiments, experiments->items[i], false);
        if (inexact)
            select_with(all, w, s, experiments, experiments->items[i], true);
    }
}

static struct selections select_all(const struct run_options *o, const struct request *w,
                                    const struct experiments *experiments) {
    const size_t most = 4 * w->systems.count * (experiments->count + 1) + 1;
    struct selections all = {memory_new(most, sizeof *all.items), 0};
    size_t rows = 0;
    unsigned dealt = 0;
    for (size_t i = 0; i < w->systems.count; i++) {
        const struct system *s = system_find(w->systems.items[i]);
        select_of(&all, w, s, experiments, o->inexact);
        if (wants_checks(w, s))
            select_of(&all, w, system_tests(s), experiments, o->inexact);
    }
    for (size_t i = 0; i < all.count; i++) {
        rows += all.items[i].count;
        selection_shard(&all.items[i], &o->shard, &dealt);
    }
    if (!rows) {
        char *names = texts_join(&w->experiments, " "), *systems = texts_join(&w->systems, ",");
        die(STATUS_UNKNOWN, "no row of %s on %s%s%s%s; `exospin list` prints all there are", names,
            systems, o->filter ? " fits --filter '" : "", o->filter ? o->filter : "",
            o->filter ? "'" : "");
    }
    return all;
}

static void print_rows(const struct selections *all) {
    for (size_t i = 0; i < all->count; i++)
        for (size_t row = 0; row < all->items[i].count; row++) {
            scoped_text char *name = selection_name(&all->items[i], row);
            puts(name);
        }
}

/* Claims must name rows that exist: said before an hour is spent on them. */
static void check_claims(const struct experiments *experiments) {
    struct failure why;
    struct catalog *catalog = catalog_load(&why);
    if (!catalog || catalog_check(catalog, experiments, &why))
        give_up(&why);
    catalog_free(catalog);
}

/* ---- the run ---- */

/* "results/20261123T174000Z-0123456789ab" */
static char *default_folder(const struct run *run) {
    char *plain = text_copy(run->started), *to = plain;
    for (const char *c = plain; *c; c++)
        if (*c != '-' && *c != ':')
            *to++ = *c;
    *to = '\0';
    scoped_text char *path =
        tree_path("results/%s-%s%s", plain, run->revision, run->dirty ? "-dirty" : "");
    char *fresh = folder_fresh(path);
    free(plain);
    return fresh;
}

static struct run *describe(const struct run_options *o, const struct request *w) {
    struct run *run = run_new();
    scoped_text char *now = inputs_time();
    inputs_fill(run);
    run_set(&run->started, now);
    run_set(&run->partial, "not finished");
    run->clock = wants_guests(w) ? o->boot.clock : CLOCK_HOST;
    run->quick = o->quick;
    run->inexact = o->inexact;
    run_set(&run->via, via_names[o->boot.via]);
    run_set(&run->filter, o->filter ? o->filter : "");
    scoped_text char *shard = text_format("%u/%u", o->shard.number, o->shard.of);
    run_set(&run->shard, o->shard.of > 1 ? shard : "");
    run->counters = o->boot.counters;
    run_set(&run->counters_why, o->counters_why.text);
    run->samples = o->boot.samples;
    run->layouts = o->layouts;
    for (size_t i = 0; i < w->experiments.count; i++)
        texts_add(&run->experiments, w->experiments.items[i]);
    for (size_t i = 0; i < w->systems.count; i++)
        texts_add(&run->systems, w->systems.items[i]);
    return run;
}

static void add_boots(struct boots *s, const struct run_options *o,
                      const struct selection *selection) {
    struct failure why;
    bool own = selection->system->kind == SYSTEM_KERNEL;
    unsigned layouts = own && !selection->system->tests ? o->layouts : 1;
    for (unsigned layout = 0; layout < layouts; layout++)
        for (unsigned boot = 0; boot < o->boots; boot++)
            if (boots_add(s, selection, boot, layout, &why))
                give_up(&why);
}

/* The boots of all guests, checked before anything is written. */
static void plan(struct boots *s, const struct run_options *o, const struct selections *all) {
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].system->kind != SYSTEM_HOST && all->items[i].count)
            add_boots(s, o, &all->items[i]);
}

/* Boots everything, guests first, then the host alone. Gives 0 or the signal that ended it. */
static int make_boots(struct boots *s, const struct run_options *o, const struct selections *all) {
    struct failure why;
    if (folder_make(s->folder, "raw", &why) || run_write(s->run, s->folder, &why))
        give_up(&why);
    int signal = boots_run(s);
    for (size_t i = 0; i < all->count && !signal; i++)
        if (all->items[i].system->kind == SYSTEM_HOST)
            signal = host_run(s->collection, s->folder, &all->items[i], o->boots,
                              o->boot.limits.bench, s->progress);
    return signal;
}

static int run_all(const struct run_options *o, const struct request *w,
                   const struct selections *all, const struct experiments *experiments) {
    struct failure why;
    struct folder folder;
    struct progress progress;
    struct run *run = describe(o, w);
    struct collection collection;
    struct boots boots = {run, &collection, &folder, &o->boot, &progress, NULL, 0};
    plan(&boots, o, all);
    scoped_text char *path = o->output.dir ? text_copy(o->output.dir) : default_folder(run);
    if (folder_create(&folder, path, o->output.force, &why) ||
        experiments_keep(experiments, &folder, &why))
        give_up(&why);
    progress_begin(&progress, o->output.quiet);
    collection_begin(&collection, run);
    int signal = make_boots(&boots, o, all);
    collection_judge(&collection);
    collection_end(&collection);
    struct outcome_options how = {
        .quiet = o->output.quiet, .json = o->output.json, .latest = !o->output.dir};
    int status = outcome_finish(run, &folder, experiments, signal, &how);
    boots_free(&boots);
    run_free(run);
    folder_close(&folder);
    return status;
}

/* Whether the plugin counts. Where it cannot, a run goes on without it and says so. */
static void choose_counters(struct run_options *o, const struct request *w) {
    struct failure *why = &o->counters_why;
    bool wanted = counters_wanted(o, w);
    o->boot.counters = wanted && plugin_loads(why);
    if (!o->counters)
        failure_set(why, STATUS_USAGE, "made without --counters");
    else if (!wanted)
        failure_set(why, STATUS_USAGE, "only guests by the clock icount are counted in");
    if (o->counters && !o->boot.counters)
        warn("no counters: %s", why->text);
}

/* As many guests side by side as there are file descriptors for. */
static void limit_jobs(struct run_options *o) {
    unsigned most = qemu_guests_max();
    if (!most)
        die(STATUS_QEMU_DIED,
            "too few file descriptors to follow a guest; raise the limit (ulimit -n) to 32");
    if (o->boot.jobs > most)
        o->boot.jobs = most;
}

int cmd_run(int argc, char **argv) {
    struct run_options o;
    struct request request;
    struct failure why;
    run_options_parse(&o, argc, argv);
    struct experiments experiments;
    if (request_make(&request, o.experiments.items, o.systems, o.filter, &why))
        give_up(&why);
    check_request(&o, &request);
    if (experiments_load(&experiments, &request.experiments, &why) ||
        experiments_inputs(&experiments, &why)) /* before anything is built */
        give_up(&why);
    if (!o.list) {
        qemu_program();
        limit_jobs(&o);
    }
    interrupt_catch();
    build(&o, &request);
    if (!o.list)
        choose_counters(&o, &request);
    struct selections all = select_all(&o, &request, &experiments);
    int status = 0;
    if (o.list) {
        print_rows(&all);
    } else {
        check_claims(&experiments);
        status = run_all(&o, &request, &all, &experiments);
    }
    for (size_t i = 0; i < all.count; i++)
        selection_free(&all.items[i]);
    free(all.items);
    experiments_free(&experiments);
    request_free(&request);
    texts_free(&o.experiments);
    return status;
}
