/* SPDX-License-Identifier: MIT */
/* cmd_run.c -- exospin run: choose, build, boot, collect, judge, draw, and say how it went. */
#include "accel.h"
#include "catalog.h"
#include "cli.h"
#include "die.h"
#include "host_run.h"
#include "inputs.h"
#include "interrupt.h"
#include "make.h"
#include "outcome.h"
#include "session.h"
#include "status.h"
#include "tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    struct texts experiments;
    const char *systems, *filter, *out;
    struct session_options session;
    unsigned boots, layouts;
    bool clock_named, quick, list, quiet, json, no_build;
};

enum {
    KEY_SYSTEMS = 256,
    KEY_CLOCK,
    KEY_BOOTS,
    KEY_OUT,
    KEY_FILTER,
    KEY_QUICK,
    KEY_LAYOUTS,
    KEY_VIA,
    KEY_LINUX_ARGS,
    KEY_LIST,
    KEY_QUIET,
    KEY_JSON,
    KEY_NO_BUILD,
    KEY_SAMPLES,
    KEY_BOOT_LIMIT,
    KEY_BENCH_LIMIT,
    KEY_INJECT,
};

static const struct argp_option option_table[] = {
    {"systems", KEY_SYSTEMS, "LIST", 0, "exo,spin,linux,floor,host; default: the four guests", 0},
    {"clock", KEY_CLOCK, "CLOCK", 0,
     "icount (default): exact instruction counts; tsc: cycles, wants real KVM", 0},
    {"boots", KEY_BOOTS, "N", 0, "fresh boots of each system; default 1, by tsc 5", 0},
    {"jobs", 'j', "N", 0, "guests side by side; default: one a core by icount, else 1", 0},
    {"out", KEY_OUT, "DIR", 0, "the run folder; default results/UTCTIME-REVISION", 0},
    {"filter", KEY_FILTER, "REGEX", 0, "only rows whose full name fits (extended, anywhere in it)",
     0},
    {"quick", KEY_QUICK, 0, 0, "8 samples a row instead of 64", 0},
    {"samples", KEY_SAMPLES, "N", 0, "N samples a row", 0},
    {"layouts", KEY_LAYOUTS, "N", 0, "N images that differ in the order of functions only", 0},
    {"via", KEY_VIA, "ROUTE", 0, "kernel (default), grub-bios or grub-uefi", 0},
    {"linux-args", KEY_LINUX_ARGS, "ARGS", 0, "behind Linux's command line; its rows move", 0},
    {"list", KEY_LIST, 0, 0, "print the rows that would run, and stop", 0},
    {"quiet", KEY_QUIET, 0, 0, "failures only", 0},
    {"json", KEY_JSON, 0, 0, "print summary.json instead of the table", 0},
    {"no-build", KEY_NO_BUILD, 0, 0, "measure the images that are there, without make", 0},
    {"boot-limit", KEY_BOOT_LIMIT, "SECONDS", 0, "silence before hello that ends a boot", 0},
    {"bench-limit", KEY_BENCH_LIMIT, "SECONDS", 0,
     "silence in a row that ends a boot; both of guest time by icount (default 10)", 0},
    {"inject", KEY_INJECT, "[SYSTEM:]FAULT", 0,
     "have every guest (or SYSTEM alone) go wrong, to test the harness", 0},
    {0}};

static const char *const clock_words[] = {"icount", "tsc", "model", NULL};

static const char *const injections[] = {
#define INJECTION_NAME(id, name) name,
    PROTOCOL_INJECTIONS(INJECTION_NAME)
#undef INJECTION_NAME
        NULL};

static void set_clock(struct options *o, const char *value) {
    static const enum clock clocks[] = {CLOCK_ICOUNT, CLOCK_TSC};
    int which = cli_word(value, "--clock", clock_words);
    if (which == 2)
        die(STATUS_USAGE, "--clock model: this exospin has no machine model; choose icount or tsc");
    o->session.clock = clocks[which];
    o->clock_named = true;
}

static void set_inject(struct options *o, char *value) {
    char *colon = strchr(value, ':');
    if (colon) {
        *colon = '\0';
        if (!system_find(value))
            die(STATUS_UNKNOWN, "--inject: no system '%s'", value);
        o->session.inject_system = value;
    }
    o->session.inject = injections[cli_word(colon ? colon + 1 : value, "--inject", injections)];
}

static error_t parse_option(int key, char *value, struct argp_state *state) {
    struct options *o = state->input;
    switch (key) {
    case KEY_SYSTEMS:
        o->systems = value;
        break;
    case KEY_CLOCK:
        set_clock(o, value);
        break;
    case KEY_BOOTS:
        o->boots = (unsigned)cli_number(value, "--boots", 1, 1000);
        break;
    case 'j':
        o->session.jobs = (unsigned)cli_number(value, "--jobs", 1, 64);
        break;
    case KEY_OUT:
        o->out = value;
        break;
    case KEY_FILTER:
        o->filter = value;
        break;
    case KEY_QUICK:
        o->quick = true;
        break;
    case KEY_SAMPLES:
        o->session.samples = (unsigned)cli_number(value, "--samples", 1, 4000);
        break;
    case KEY_LAYOUTS:
        o->layouts = (unsigned)cli_number(value, "--layouts", 1, 100);
        break;
    case KEY_VIA:
        o->session.via = (enum via)cli_word(value, "--via", via_names);
        break;
    case KEY_LINUX_ARGS:
        o->session.linux_args = value;
        break;
    case KEY_LIST:
        o->list = true;
        break;
    case KEY_QUIET:
        o->quiet = true;
        break;
    case KEY_JSON:
        o->json = true;
        break;
    case KEY_NO_BUILD:
        o->no_build = true;
        break;
    case KEY_BOOT_LIMIT:
        o->session.limits.boot = (double)cli_number(value, "--boot-limit", 1, 100000);
        break;
    case KEY_BENCH_LIMIT:
        o->session.limits.bench = (double)cli_number(value, "--bench-limit", 1, 100000);
        break;
    case KEY_INJECT:
        set_inject(o, value);
        break;
    case ARGP_KEY_ARG:
        texts_add(&o->experiments, value);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char doc[] =
    "Builds what is needed, boots each system in a fresh QEMU, measures, judges the claims and writes the run folder. "
    "Without EXPERIMENT: all of them; `checks` stands for the kernels' own tests."
    "\vExit status: 0 if all ran, whether or not a claim is reproduced; see `exospin help exit`. Ctrl-C leaves a "
    "partial run.";

/* ---- what was asked for ---- */

static bool wants(const struct wish *w, enum system_kind kind) {
    for (size_t i = 0; i < w->systems.count; i++)
        if (system_find(w->systems.items[i])->kind == kind)
            return true;
    return false;
}

/* Combinations that cannot be, and the clock that a route allows. */
static void settle(struct options *o) {
    struct session_options *s = &o->session;
    if (s->via == VIA_GRUB_UEFI && o->clock_named && s->clock == CLOCK_ICOUNT)
        die(STATUS_USAGE,
            "--clock icount with --via grub-uefi: UEFI's firmware takes minutes under icount; leave "
            "--clock out (checks, no figures) or boot by grub-bios");
    if (s->via == VIA_GRUB_UEFI && !o->clock_named)
        s->clock = CLOCK_NONE;
    if (s->clock == CLOCK_TSC)
        accel_require_kvm();
    bool virtual_time = s->clock == CLOCK_ICOUNT;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!s->jobs)
        s->jobs = virtual_time && cores > 1 ? (unsigned)cores : 1;
    if (!o->boots)
        o->boots = s->clock == CLOCK_TSC ? 5 : 1;
    if (!s->samples)
        s->samples = o->quick ? 8 : 64;
    if (s->limits.boot == 0)
        s->limits.boot = virtual_time ? 10 : s->via == VIA_GRUB_UEFI ? 180 : 60;
    if (s->limits.bench == 0)
        s->limits.bench = virtual_time ? 10 : 60;
    /* GRUB boots our images; Linux has its own way, so only naming it is a mistake. */
    if (s->via != VIA_KERNEL && !o->systems)
        o->systems = "exo,spin,floor";
}

static void check_wish(const struct options *o, const struct wish *w) {
    if (o->session.via != VIA_KERNEL && wants(w, SYSTEM_LINUX))
        die(STATUS_USAGE, "--via %s: linux boots by --via kernel only; leave it out of --systems",
            via_names[o->session.via]);
}

/* A malformed experiment.yaml is said before anything is built. */
static void check_experiments(const struct wish *w) {
    struct failure why;
    char *folder = tree_path("experiments");
    for (size_t i = 0; i < w->experiments.count; i++) {
        if (!strcmp(w->experiments.items[i], SELECT_CHECKS))
            continue;
        struct experiment *e = experiment_load(folder, w->experiments.items[i], &why);
        if (!e)
            die(why.status, "%s", why.text);
        experiment_free(e);
    }
    free(folder);
}

/* ---- images ---- */

static void add_targets(const struct wish *w, const struct system *s, struct texts *targets) {
    if (s->kind == SYSTEM_HOST) {
        for (size_t i = 0; i < w->experiments.count; i++) {
            char *source = tree_path("experiments/%s/host.cc", w->experiments.items[i]);
            if (!access(source, R_OK))
                texts_take(targets, text_format("build/host/bench-%s", w->experiments.items[i]));
            free(source);
        }
        return;
    }
    make_system(s, targets);
}

static void build_layout(const struct wish *w, unsigned layout) {
    struct failure why;
    struct texts targets = {0};
    for (size_t i = 0; i < w->systems.count; i++) {
        const struct system *s = system_find(w->systems.items[i]);
        if (s->kind == SYSTEM_KERNEL)
            texts_take(&targets, system_image(s, layout));
    }
    char *folder = text_format("B=build/layout-%u", layout),
         *seed = text_format("LAYOUT=%u", layout);
    if (make_targets(&targets, (const char *[]){folder, seed, NULL}, &why))
        die(why.status, "%s", why.text);
    free(folder);
    free(seed);
    texts_free(&targets);
}

static void build(const struct options *o, const struct wish *w) {
    struct failure why;
    struct texts targets = {0};
    if (o->no_build)
        return;
    for (size_t i = 0; i < w->systems.count; i++)
        add_targets(w, system_find(w->systems.items[i]), &targets);
    if (make_targets(&targets, NULL, &why))
        die(why.status, "%s", why.text);
    texts_free(&targets);
    for (unsigned layout = 1; layout < o->layouts; layout++)
        build_layout(w, layout);
}

/* ---- rows ---- */

static struct selection *select_all(const struct options *o, const struct wish *w) {
    struct failure why;
    size_t rows = 0;
    struct selection *all = calloc(w->systems.count + 1, sizeof *all);
    if (!all)
        abort();
    for (size_t i = 0; i < w->systems.count; i++) {
        if (select_rows(w, system_find(w->systems.items[i]), &all[i], &why))
            die(why.status, "%s", why.text);
        rows += all[i].count;
    }
    if (!rows) {
        char *experiments = texts_join(&w->experiments, " "),
             *systems = texts_join(&w->systems, ",");
        die(STATUS_UNKNOWN, "no row of %s on %s%s%s%s; `exospin list` prints all there are",
            experiments, systems, o->filter ? " fits --filter '" : "", o->filter ? o->filter : "",
            o->filter ? "'" : "");
    }
    return all;
}

static void print_rows(const struct wish *w, const struct selection *all) {
    for (size_t i = 0; i < w->systems.count; i++)
        for (size_t j = 0; j < all[i].count; j++) {
            char *name = selection_name(&all[i], j);
            puts(name);
            free(name);
        }
}

/* Claims must name rows that exist: said before an hour is spent on them. */
static void check_claims(const struct wish *w) {
    struct failure why;
    struct catalog *catalog = catalog_load(&why);
    if (!catalog || catalog_check(catalog, &w->experiments, &why))
        die(why.status, "%s", why.text);
    catalog_free(catalog);
}

/* ---- the run ---- */

/* "results/20261123T174000Z-0123456789ab"; where that is taken already, with -2, -3 ... */
static char *default_folder(const struct run *run) {
    char *plain = text_copy(run->started), *to = plain;
    for (const char *c = plain; *c; c++)
        if (*c != '-' && *c != ':')
            *to++ = *c;
    *to = '\0';
    char *path = tree_path("results/%s-%s%s", plain, run->revision, run->dirty ? "-dirty" : "");
    for (unsigned n = 2; !access(path, F_OK); n++) {
        free(path);
        path = tree_path("results/%s-%s%s-%u", plain, run->revision, run->dirty ? "-dirty" : "", n);
    }
    free(plain);
    return path;
}

static struct run *describe(const struct options *o, const struct wish *w) {
    struct run *run = run_new();
    char *now = inputs_time();
    inputs_fill(run);
    run_set(&run->started, now);
    run_set(&run->partial, "not finished");
    run->clock = o->session.clock;
    run->quick = o->quick;
    run_set(&run->via, via_names[o->session.via]);
    run_set(&run->filter, o->filter ? o->filter : "");
    run->samples = o->session.samples;
    run->layouts = o->layouts;
    for (size_t i = 0; i < w->experiments.count; i++)
        texts_add(&run->experiments, w->experiments.items[i]);
    for (size_t i = 0; i < w->systems.count; i++)
        texts_add(&run->systems, w->systems.items[i]);
    free(now);
    return run;
}

static void add_boots(struct session *s, const struct options *o,
                      const struct selection *selection) {
    struct failure why;
    bool own = selection->system->kind == SYSTEM_KERNEL;
    for (unsigned layout = 0; layout < (own ? o->layouts : 1); layout++)
        for (unsigned boot = 0; boot < o->boots; boot++)
            if (session_add(s, selection, "", boot, layout, &why))
                die(why.status, "%s", why.text);
    for (unsigned boot = 0; !own && selection->benches && boot < o->boots; boot++)
        if (session_add(s, selection, LINUX_DEFAULT_LABEL, boot, 0, &why))
            die(why.status, "%s", why.text);
}

static void keep_experiments(const struct wish *w, struct folder *folder) {
    struct failure why;
    for (size_t i = 0; i < w->experiments.count; i++)
        if (strcmp(w->experiments.items[i], SELECT_CHECKS) &&
            experiment_keep(w->experiments.items[i], folder, &why))
            die(why.status, "%s", why.text);
}

/* Boots everything, guests first, then the host alone. Gives 0 or the signal that ended it. */
static int make_boots(struct session *s, const struct options *o, const struct wish *w,
                      struct selection *all) {
    const struct selection *host = NULL;
    for (size_t i = 0; i < w->systems.count; i++) {
        if (all[i].system->kind == SYSTEM_HOST)
            host = &all[i];
        else if (all[i].count)
            add_boots(s, o, &all[i]);
    }
    struct failure why;
    if (folder_make(s->folder, "raw", &why) || run_write(s->run, s->folder, &why))
        die(why.status, "%s", why.text);
    int signal = session_run(s);
    if (!signal && host)
        signal = host_run(s->run, s->folder, host, o->boots, s->progress);
    return signal;
}

static int run_all(const struct options *o, const struct wish *w, struct selection *all) {
    struct failure why;
    struct folder folder;
    struct progress progress;
    struct run *run = describe(o, w);
    char *path = o->out ? text_copy(o->out) : default_folder(run);
    if (folder_create(&folder, path, &why))
        die(why.status, "%s", why.text);
    progress_begin(&progress, o->quiet);
    keep_experiments(w, &folder);
    struct session session = {run, &folder, &o->session, &progress, NULL, 0};
    int signal = make_boots(&session, o, w, all);
    struct outcome_options how = {.quiet = o->quiet, .json = o->json, .latest = !o->out};
    int status = outcome_finish(run, &folder, signal, &how);
    session_free(&session);
    run_free(run);
    folder_close(&folder);
    free(path);
    return status;
}

int cmd_run(int argc, char **argv) {
    static const struct argp argp = {option_table, parse_option, "[EXPERIMENT...]", doc, NULL,
                                     NULL,         NULL};
    struct options o = {.layouts = 1, .session = {.clock = CLOCK_ICOUNT, .cold = 1}};
    struct wish wish;
    struct failure why;
    cli_parse(&argp, argc, argv, &o);
    settle(&o);
    if (wish_make(&wish, o.experiments.items, o.systems, o.filter, &why))
        die(why.status, "%s", why.text);
    check_wish(&o, &wish);
    check_experiments(&wish);
    if (!o.list)
        qemu_program();
    interrupt_catch();
    build(&o, &wish);
    struct selection *all = select_all(&o, &wish);
    int status = 0;
    if (o.list) {
        print_rows(&wish, all);
    } else {
        check_claims(&wish);
        status = run_all(&o, &wish, all);
    }
    for (size_t i = 0; i < wish.systems.count; i++)
        selection_free(&all[i]);
    free(all);
    wish_free(&wish);
    texts_free(&o.experiments);
    return status;
}
