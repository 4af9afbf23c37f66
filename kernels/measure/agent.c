/* SPDX-License-Identifier: MIT */
/* agent.c -- which rows there are, which of them run, and what is sent about each. */
#include "measure/agent.h"

#include "lib/format.h"
#include "lib/string.h"
#include "measure/body.h"
#include "measure/runner.h"
#include "measure/sweep.h"

#include <stdarg.h>

/* Whose bodies are running: a bench knows its row and not its agent. */
static const struct agent *running;

/* The one buffer all bodies of this agent are built in; a record is handed over before the next
 * begins. */
static char buffer[BODY_MAX];

void runner_panic(const char *format, ...) {
    static char why[PROTOCOL_NAME_MAX + 160];
    va_list args;
    va_start(args, format);
    format_text_va(why, sizeof why, format, args);
    va_end(args);
    running->panic(why);
}

static void send(const struct agent *a, struct body *b) {
    size_t length = body_end(b);
    a->record(b->text, length);
}

static void begin(struct body *b, enum body_type type) {
    body_begin(b, buffer, sizeof buffer, type);
}

static const char *kind(const struct bench_entry *entry) {
    return entry->bench ? "bench" : "check";
}

/* "EXPERIMENT\tKIND\tSPEC" */
static const char *spec(const struct bench_entry *entry) {
    return strrchr(entry->rows, '\t') + 1;
}

typedef void row_visitor(const struct agent *a, const struct agent_row *row, void *state);

static void rows_visit(const struct agent *a, bool selected_only, row_visitor *visit, void *state) {
    struct agent_row row = {.number = a->base};
    for (row.entry = a->begin; row.entry < a->end; row.entry++) {
        unsigned rows = sweep_rows(spec(row.entry));
        for (unsigned i = 0; i < rows; i++, row.number++) {
            sweep_name(spec(row.entry), i, row.name);
            if (!selected_only || params_select(a->params, row.number, row.name))
                visit(a, &row, state);
        }
    }
}

unsigned agent_rows(const struct agent *a) {
    unsigned sum = 0;
    for (const struct bench_entry *entry = a->begin; entry < a->end; entry++)
        sum += sweep_rows(spec(entry));
    return sum;
}

/* Straight code, for a clock of instructions has its second ten times as soon as by a jump to
 * itself. */
static void __attribute__((noreturn)) hang(void) {
    for (;;)
        __asm__ volatile(".rept 200\n nop\n .endr");
}

void agent_hello(const struct agent *a, const struct agent_hello *hello) {
    struct body b;
    if (a->params->inject == INJECT_MUTE)
        hang();
    begin(&b, BODY_HELLO);
    body_text(&b, "system", hello->system);
    body_digest(&b, "build", hello->build, hello->build_length);
    body_text(&b, "clock", clock_name(a->params->clock));
    body_uint(&b, "tsc_hz", hello->tsc_hz);
    body_uint(&b, "samples", a->params->samples);
    body_uint(&b, "cold", a->params->cold);
    body_uint(&b, "warm", a->params->warm);
    body_uint(&b, "told_bytes", hello->told ? strlen(hello->told) : hello->told_bytes);
    if (hello->told)
        body_text(&b, "told", hello->told);
    send(a, &b);
}

static void row_plan(const struct agent *a, const struct agent_row *row, void *state) {
    struct body b;
    (void)state;
    begin(&b, BODY_PLAN);
    body_uint(&b, "row", row->number);
    body_text(&b, "kind", kind(row->entry));
    body_text(&b, "name", row->name);
    send(a, &b);
}

void agent_plan(const struct agent *a) {
    for (const struct bench_entry *entry = a->begin; entry < a->end; entry++)
        if (!sweep_rows(spec(entry))) {
            body_log(a->record, "a malformed name, which makes no row:", 37);
            body_log(a->record, entry->rows, strlen(entry->rows));
        }
    rows_visit(a, true, row_plan, NULL);
}

static void row_list(const struct agent *a, const struct agent_row *row, void *state) {
    char line[PROTOCOL_NAME_MAX + 32];
    int length =
        format_text(line, sizeof line, "%5u  %s  %s\n", row->number, kind(row->entry), row->name);
    (void)state;
    a->text(line, (size_t)length);
}

void agent_list(const struct agent *a) {
    rows_visit(a, false, row_list, NULL);
}

static void check_run(const struct agent *a, const struct agent_row *row) {
    struct check c = {.row = row->name};
    struct body b;
    row->entry->check(&c);
    begin(&b, BODY_CHECK);
    body_text(&b, "name", row->name);
    body_text(&b, "verdict", c.failed ? "fail" : c.skipped ? "skip" : "pass");
    if (c.failed || c.skipped)
        body_text(&b, "why", c.why);
    send(a, &b);
}

static enum clock clock_of(const struct agent *a, const struct timing *t) {
    if (t->count)
        return CLOCK_EVENTS;
    if (a->params->clock == CLOCK_ICOUNT && (t->inexact || t->waits))
        return t->inexact ? CLOCK_INEXACT : CLOCK_VIRTUAL;
    return t->lines ? CLOCK_LINES : t->size ? CLOCK_SIZE : a->params->clock;
}

static void bench_send(const struct agent *a, const char *row, const struct timing *t) {
    enum clock clock = clock_of(a, t);
    bool figures = clock != CLOCK_NONE;
    struct body b;
    begin(&b, BODY_BENCH);
    body_text(&b, "name", row);
    body_text(&b, "clock", clock_name(clock));
    body_uint(&b, "overhead", figures ? t->overhead : 0);
    body_uint(&b, "batch", t->batch);
    body_uint(&b, "warm", t->warm);
    body_uint(&b, "cold", figures ? t->cold : 0);
    body_uint(&b, "steady", figures ? t->steady : 0);
    if (t->skip) {
        /* A record may have no room for all of a long reason, as a verifier's is. */
        char why[sizeof((struct check *)0)->why];
        format_text(why, sizeof why, "%s", t->skip);
        body_text(&b, "skip", why);
    }
    if (a->params->times && !t->skip) {
        body_uint(&b, "began", t->began);
        body_uint(&b, "ended", t->ended);
    }
    send(a, &b);
    if (figures) {
        samples_send(a, row, "cold", t->cold_samples, t->cold);
        samples_send(a, row, "steady", t->steady_samples, t->steady);
    }
}

static void hook_inject(const struct agent *a) {
    if (a->inject)
        a->inject(a->params->inject);
}

static void bench_run(const struct agent *a, const struct agent_row *row) {
    enum injection inject = row->first_bench ? a->params->inject : INJECT_NOTHING;
    struct timing t = {.batch = 1, .warm = a->params->warm};
    if (inject == INJECT_HANG)
        hang();
    if (inject == INJECT_USER_FAULT)
        hook_inject(a);
    if (row->first_bench)
        agent_inject(a);
    if (inject != INJECT_NO_SAMPLE)
        t = timing_take(a, row->name, row->entry->bench);
    bench_send(a, row->name, &t);
}

void agent_inject(const struct agent *a) {
    enum injection inject = a->params->inject;
    if (inject == INJECT_PANIC || inject == INJECT_TRIPLE || inject == INJECT_RESET)
        hook_inject(a);
}

void agent_run_row(const struct agent *a, const struct agent_row *row) {
    running = a;
    if (row->entry->bench)
        bench_run(a, row);
    else
        check_run(a, row);
}

/* What agent_run() remembers from row to row. */
struct progress {
    unsigned last; /* the last selected row's number */
    bool bench_seen;
};

static void row_remember(const struct agent *a, const struct agent_row *row, void *state) {
    (void)a;
    ((struct progress *)state)->last = row->number;
}

static void row_run(const struct agent *a, const struct agent_row *row, void *state) {
    struct progress *progress = state;
    struct agent_row told = *row;
    if (a->params->inject == INJECT_UNPLANNED && row->number == progress->last)
        return;
    told.first_bench = row->entry->bench && !progress->bench_seen;
    progress->bench_seen |= told.first_bench;
    if (a->run_apart)
        a->run_apart(a, &told);
    else
        agent_run_row(a, &told);
}

void agent_run(const struct agent *a) {
    struct progress progress = {0};
    rows_visit(a, true, row_remember, &progress);
    rows_visit(a, true, row_run, &progress);
}

bool agent_may_finish(const struct agent *a) {
    return a->params->inject != INJECT_EARLY;
}
