/* SPDX-License-Identifier: MIT */
/* import.c -- exospin import: a run from a serial log that was taken elsewhere, as from a PC. What
 * the guest said of itself is all there is to know: system, build id, clock, and the rows it
 * planned. Each session in the log (one boot, or one `run` on the console) becomes a boot of its
 * own, so that what was measured twice counts as two repetitions.
 *
 * The log is parsed twice. Where sessions begin, and that they are of one system, build and clock,
 * must be known before anything is written; and each is then collected from the bytes of its own
 * raw log, exactly as `report --from-raw` will, so that the two cannot disagree. */
#include "base/memory.h"
#include "base/assert.h"
#include "base/scope.h"
#include "cmd/cli.h"
#include "cmd/output.h"
#include "base/die.h"
#include "experiment/experiment.h"
#include "run/collection.h"
#include "run/inputs.h"
#include "report/outcome.h"
#include "log/reader.h"
#include "experiment/rows.h"
#include "experiment/select.h"
#include "base/status.h"
#include "base/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    const char *log;
    struct output output;
};

/* What is taken from the log before the run is read back: a session. */
struct session {
    size_t offset, line;                 /* of its hello */
    char *system, *build, *clock, *told; /* as its hello has them */
    bool done;
    struct texts benches, checks;
};

/* What one log may hold: ours have some hundred rows a session. */
enum { SESSIONS_MAX = 1000, PLANNED_MAX = 100000 };

struct finding {
    const char *system; /* of every hello, as the clock */
    enum clock clock;
    struct session *sessions;
    size_t count;
    size_t planned; /* of all sessions */
    size_t records; /* and what was meant for one */
    bool crowded;   /* more than one log may hold */
};

static void take_hello(struct finding *f, const struct record *record,
                       const struct reader_event *event) {
    const char *told = record_value(record, "told");
    f->sessions = array_grow(f->sessions, f->count, sizeof *f->sessions);
    f->sessions[f->count++] = (struct session){.offset = event->offset,
                                               .line = event->line,
                                               .system = text_copy(record_value(record, "system")),
                                               .build = text_copy(record_value(record, "build")),
                                               .clock = text_copy(record_value(record, "clock")),
                                               .told = text_copy(told ? told : "")};
}

static void take_event(void *context, const struct reader_event *event) {
    struct finding *f = context;
    f->records += event->kind != READER_TEXT;
    if (event->kind != READER_RECORD)
        return;
    const struct record *record = &event->record;
    const char *name = record_value(record, "name");
    if (record->type == RECORD_HELLO && f->count == SESSIONS_MAX)
        f->crowded = true;
    else if (record->type == RECORD_HELLO)
        take_hello(f, record, event);
    if (!f->count || f->crowded)
        return; /* the first hello was lost; its session cannot be told from a later one's */
    struct session *s = &f->sessions[f->count - 1];
    if (record->type == RECORD_PLAN && name)
        f->crowded = f->planned++ == PLANNED_MAX || s->benches.count + s->checks.count == ROWS_MAX;
    if (record->type == RECORD_PLAN && name)
        texts_add(strcmp(record_value(record, "kind"), "check") ? &s->benches : &s->checks, name);
    if (record->type == RECORD_DONE)
        s->done = true;
}

/* Sessions of one log are repetitions of one thing: what another system, build or clock measured
 * would be taken for it. */
static void check_sessions(const struct finding *f, const char *path) {
    const struct session *first = &f->sessions[0];
    for (size_t i = 1; i < f->count; i++) {
        const struct session *s = &f->sessions[i];
        const struct {
            const char *what, *a, *b;
        } sides[] = {{"systems", first->system, s->system},
                     {"builds", first->build, s->build},
                     {"clocks", first->clock, s->clock}};
        for (size_t k = 0; k < sizeof sides / sizeof sides[0]; k++)
            if (strcmp(sides[k].a, sides[k].b) != 0)
                die(STATUS_USAGE,
                    "%s joins sessions of two %s: '%s' from line %zu and '%s' from line %zu on; cut it "
                    "before byte %zu and import each by itself",
                    path, sides[k].what, sides[k].a, first->line, sides[k].b, s->line, s->offset);
    }
}

static char *read_log(const char *path, struct finding *f, size_t *length) {
    bool piped = !strcmp(path, "-");
    char *bytes = piped ? text_read_open(STDIN_FILENO, length) : text_read(path, length);
    if (!bytes)
        die(STATUS_USAGE, "cannot read the log %s: %s", path, text_read_error(errno));
    *f = (struct finding){.clock = CLOCK_NONE};
    struct reader *reader = reader_new(take_event, f);
    reader_feed(reader, bytes, *length);
    reader_end(reader);
    reader_free(reader);
    if (!f->records && *length)
        die(STATUS_USAGE,
            "%s is no log of ours: no line of it is a record, `@X%d ...`; what a serial line says at "
            "another speed looks like that, too",
            path, PROTOCOL_VERSION);
    if (!f->count)
        die(STATUS_NO_HELLO,
            "%s holds no hello record: is it the serial line of one of our systems, at the right speed?",
            path);
    if (f->crowded)
        die(STATUS_DAMAGED,
            "%s holds more than %d sessions, or more planned rows than %d in one or %d in all",
            path, SESSIONS_MAX, ROWS_MAX, PLANNED_MAX);
    check_sessions(f, path);
    f->system = f->sessions[0].system;
    if (!clock_find(f->sessions[0].clock, &f->clock))
        f->clock = CLOCK_NONE;
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
    return EXPERIMENT_CHECKS;
}

static void add_rows(struct run *run, struct boot *b, const struct texts *names, bool check) {
    struct failure why;
    struct row_specs rows = {0};
    scoped_texts struct texts known = {0};
    scoped_text char *folder = tree_path("experiments");
    rows_of(system_find(b->system), &rows, &why); /* without a built tree names alone must do */
    experiment_names(folder, &known);
    for (size_t i = 0; i < names->count; i++) {
        const char *experiment = experiment_of(&rows, &known, names->items[i], check);
        scoped_text char *full = text_format("%s:%s", b->system, names->items[i]);
        texts_add(&b->plan, full);
        run_add_row(run, full, experiment);
        if (run->run_row_count > ROWS_MAX)
            die(STATUS_DAMAGED, "the log plans more than %d rows", ROWS_MAX);
        texts_add_new(&run->experiments, experiment);
    }
    rows_free(&rows);
}

static void describe_boot(struct run *run, const struct finding *f, size_t i) {
    assert_that(i < f->count);
    struct session *s = &f->sessions[i];
    struct boot *b = run_add_boot(run);
    b->boot = (unsigned)i;
    run_set(&b->system, f->system);
    run_set(&b->build_id, s->build);
    run_set(&b->command_line, s->told);
    scoped_text char *raw = text_format("raw/%s.%zu.log", f->system, i);
    run_set(&b->raw, raw);
    /* How it ended is not to be seen from outside; what the log lacks, guest_log.c finds. */
    run_set(&b->outcome, s->done ? "complete" : "unknown");
    add_rows(run, b, &s->benches, false);
    add_rows(run, b, &s->checks, true);
}

static struct run *describe(const struct finding *f) {
    struct run *run = run_new();
    scoped_text char *now = inputs_time();
    inputs_fill(run);
    run_set(&run->started, now);
    run_set(&run->via, "import");
    run_set(&run->counters_why, "imported from a serial log");
    /* Another machine measured: its processor is not known. */
    run_set(&run->host_cpu, "unknown: imported from a serial log");
    run_set(&run->host_kernel, "");
    run->clock = f->clock;
    texts_add(&run->systems, f->system);
    for (size_t i = 0; i < f->count; i++)
        describe_boot(run, f, i);
    return run;
}

/* Each session to its raw log, and collected; what came before the first hello goes with it. */
static int take_logs(struct run *run, const struct finding *f, const char *bytes, size_t length,
                     struct folder *folder, struct failure *why) {
    struct collection c;
    int status = 0;
    collection_begin(&c, run);
    for (size_t i = 0; i < f->count && !status; i++) {
        size_t from = i ? f->sessions[i].offset : 0;
        size_t to = i + 1 < f->count ? f->sessions[i + 1].offset : length;
        assert_that(from <= to && to <= length);
        status = folder_write(folder, run->boots[i].raw, bytes + from, to - from, why);
        collection_boot(&c, i);
        guest_log_collect(&c, bytes + from, to - from);
    }
    collection_judge(&c);
    collection_end(&c);
    return status;
}

static void finding_free(struct finding *f) {
    for (size_t i = 0; i < f->count; i++) {
        free(f->sessions[i].system);
        free(f->sessions[i].build);
        free(f->sessions[i].clock);
        free(f->sessions[i].told);
        texts_free(&f->sessions[i].benches);
        texts_free(&f->sessions[i].checks);
    }
    free(f->sessions);
}

static int import(const struct options *o) {
    struct finding f;
    struct failure why;
    struct folder folder;
    size_t length;
    scoped_text char *bytes = read_log(o->log, &f, &length);
    struct run *run = describe(&f);
    scoped_text char *named = tree_path("results/import-%s", run->started);
    scoped_text char *path = o->output.dir ? text_copy(o->output.dir) : folder_fresh(named);
    struct experiments experiments;
    if (experiments_load(&experiments, &run->experiments, &why) ||
        folder_create(&folder, path, o->output.force, &why) ||
        take_logs(run, &f, bytes, length, &folder, &why) ||
        experiments_keep(&experiments, &folder, &why) || run_write(run, &folder, &why))
        give_up(&why);
    struct outcome_options how = {.quiet = o->output.quiet, .json = o->output.json};
    int status = outcome_finish(run, &folder, &experiments, 0, &how);
    experiments_free(&experiments);
    folder_close(&folder);
    run_free(run);
    finding_free(&f);
    return status;
}

int cmd_import(int argc, char **argv) {
    struct options o = {0};
    const struct cli_option options[] = {OUTPUT_OPTIONS(&o.output, "results/import-TIME"), {0}};
    cli_parse(
        &(struct cli){
            "LOG",
            "Makes a run folder from the serial log of one boot of one system, - for "
            "standard input, taken elsewhere (see docs/guide.md, \"On a PC\"). Its clock is what the "
            "guest said. A log that is cut, damaged or incomplete gives a partial "
            "run and the exit status of what is wrong with it.",
            options, &o.log, 1, 1, NULL},
        argc, argv);
    output_check(&o.output);
    return import(&o);
}
