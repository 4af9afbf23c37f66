/* SPDX-License-Identifier: MIT */
/* import.c -- exospin import: a run from a serial log that was taken elsewhere, as from a PC. What
 * the guest said of itself is all there is to know: system, build id, clock, and the rows it
 * planned. */
#include "cli.h"
#include "die.h"
#include "experiment.h"
#include "inputs.h"
#include "outcome.h"
#include "reader.h"
#include "rows.h"
#include "select.h"
#include "status.h"
#include "tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *log, *out;
    bool quiet, json;
};

enum { KEY_OUT = 256, KEY_QUIET, KEY_JSON };

static error_t parse_option(int key, char *value, struct argp_state *state) {
    struct options *o = state->input;
    switch (key) {
    case KEY_OUT:
        o->out = value;
        break;
    case KEY_QUIET:
        o->quiet = true;
        break;
    case KEY_JSON:
        o->json = true;
        break;
    case ARGP_KEY_ARG:
        if (o->log)
            argp_error(state, "one LOG at a time");
        o->log = value;
        break;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which LOG?");
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

/* What is taken from the log before the run is read back. */
struct finding {
    char *system, *build, *told;
    enum clock clock;
    bool hello, done;
    struct texts benches, checks;
};

static void take_hello(struct finding *f, const struct record *record) {
    const char *told = record_value(record, "told");
    f->hello = true;
    f->system = text_copy(record_value(record, "system"));
    f->build = text_copy(record_value(record, "build"));
    f->told = text_copy(told ? told : "");
    if (!clock_find(record_value(record, "clock"), &f->clock))
        f->clock = CLOCK_NONE;
}

static void take_event(void *context, const struct reader_event *event) {
    struct finding *f = context;
    if (event->kind != READER_RECORD)
        return;
    const char *name = record_value(&event->record, "name");
    if (event->record.type == RECORD_HELLO && !f->hello)
        take_hello(f, &event->record);
    if (event->record.type == RECORD_PLAN && name)
        texts_add(strcmp(record_value(&event->record, "kind"), "check") ? &f->benches : &f->checks,
                  name);
    if (event->record.type == RECORD_DONE)
        f->done = true;
}

static char *read_log(const char *path, struct finding *f) {
    size_t length;
    char *bytes = text_read(path, &length);
    if (!bytes)
        die(STATUS_USAGE, "cannot read the log %s: %s", path, strerror(errno));
    *f = (struct finding){.clock = CLOCK_NONE};
    struct reader *reader = reader_new(take_event, f);
    reader_feed(reader, bytes, length);
    reader_end(reader);
    reader_free(reader);
    if (!f->hello)
        die(STATUS_NO_HELLO,
            "%s holds no hello record: is it the serial line of one of our systems, at the right speed?",
            path);
    if (!system_find(f->system))
        die(STATUS_UNKNOWN, "%s is of a system '%s' that this exospin does not know", path,
            f->system);
    return bytes;
}

/* The experiment of a row: as the tree's image has it, else the first part of its name, else the
 * kernels' own checks. */
static const char *experiment_of(const struct row_specs *rows, const struct texts *known,
                                 const char *name, bool check) {
    static char first[PROTOCOL_NAME_MAX];
    for (size_t i = 0; i < rows->count; i++)
        if (!strcmp(rows->items[i].name, name))
            return rows->items[i].experiment;
    size_t length = strcspn(name, "/");
    if (length < sizeof first) {
        memcpy(first, name, length);
        first[length] = '\0';
        if (!check && texts_has(known, first))
            return first;
    }
    return SELECT_CHECKS;
}

static void add_rows(struct run *run, struct boot *b, const struct texts *names, bool check) {
    struct failure why;
    struct row_specs rows = {0};
    struct texts known = {0};
    char *relative = system_rows(system_find(b->system)), *path = tree_path("%s", relative);
    char *folder = tree_path("experiments");
    rows_load(path, &rows, &why); /* without a built tree names alone must do */
    experiment_names(folder, &known);
    for (size_t i = 0; i < names->count; i++) {
        const char *experiment = experiment_of(&rows, &known, names->items[i], check);
        char *full = text_format("%s:%s", b->system, names->items[i]);
        texts_add(&b->plan, full);
        run_add_row(run, full, experiment);
        if (!texts_has(&run->experiments, experiment))
            texts_add(&run->experiments, experiment);
        free(full);
    }
    rows_free(&rows);
    texts_free(&known);
    free(folder);
    free(path);
    free(relative);
}

static struct run *describe(const struct finding *f) {
    struct run *run = run_new();
    char *now = inputs_time();
    inputs_fill(run);
    run_set(&run->started, now);
    run_set(&run->via, "import");
    /* Another machine measured: its processor is not known. */
    run_set(&run->host_cpu, "unknown: imported from a serial log");
    run_set(&run->host_kernel, "");
    run->clock = f->clock;
    texts_add(&run->systems, f->system);
    struct boot *b = run_add_boot(run);
    run_set(&b->system, f->system);
    run_set(&b->build_id, f->build);
    run_set(&b->command_line, f->told);
    b->raw = text_format("raw/%s.0.log", f->system);
    /* How it ended is not to be seen from outside; what the log lacks, run_load finds. */
    run_set(&b->outcome, f->done ? "complete" : "unknown");
    add_rows(run, b, &f->benches, false);
    add_rows(run, b, &f->checks, true);
    free(now);
    return run;
}

static void keep_experiments(const struct run *run, struct folder *folder) {
    struct failure why;
    for (size_t i = 0; i < run->experiments.count; i++)
        if (strcmp(run->experiments.items[i], SELECT_CHECKS) &&
            experiment_keep(run->experiments.items[i], folder, &why))
            die(why.status, "%s", why.text);
}

static int import(const struct options *o) {
    struct finding f;
    struct failure why;
    struct folder folder;
    char *bytes = read_log(o->log, &f);
    struct run *run = describe(&f);
    char *path = o->out ? text_copy(o->out) : tree_path("results/import-%s", run->started);
    if (folder_create(&folder, path, &why) || folder_copy(&folder, run->boots[0].raw, o->log, &why))
        die(why.status, "%s", why.text);
    keep_experiments(run, &folder);
    struct outcome_options how = {.quiet = o->quiet, .json = o->json};
    if (run_write(run, &folder, &why))
        die(why.status, "%s", why.text);
    int status = outcome_finish(run, &folder, 0, &how);
    folder_close(&folder);
    run_free(run);
    texts_free(&f.benches);
    texts_free(&f.checks);
    char *all[] = {f.system, f.build, f.told, bytes, path};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        free(all[i]);
    return status;
}

int cmd_import(int argc, char **argv) {
    static const struct argp_option options[] = {
        {"out", KEY_OUT, "DIR", 0, "the run folder; default results/import-TIME", 0},
        {"quiet", KEY_QUIET, 0, 0, "failures only", 0},
        {"json", KEY_JSON, 0, 0, "print summary.json instead of the table", 0},
        {0}};
    static const struct argp argp = {
        options,
        parse_option,
        "LOG",
        "Makes a run folder from the serial log of one boot of one system, taken elsewhere (see docs/guide.md, \"On a PC\"). Its "
        "clock is what the guest said. A log that is cut, damaged or incomplete gives a partial run and the exit status of what is "
        "wrong with it.",
        NULL,
        NULL,
        NULL};
    struct options o = {0};
    cli_parse(&argp, argc, argv, &o);
    return import(&o);
}
