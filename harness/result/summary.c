/* SPDX-License-Identifier: MIT */
/* summary.c -- summary.json, in Google Benchmark's schema so that its tools read it, with our
 * figures beside its fields, and the claims' verdicts beside its lists.
 *
 * Nothing in it tells when, where or beside what it was measured: two icount runs of one build give
 * the same bytes. A row without a figure (clock none, a feature that is missing, nothing arrived)
 * is listed with run_type "aggregate", which Google's compare.py passes over; it would stumble over
 * an iteration without a time. */
#include "run/run_json.h"
#include "base/assert.h"
#include "base/status.h"
#include "result/summary.h"

#include <string.h>

static void set_text(json_t *object, const char *key, const char *text) {
    json_object_set_new(object, key, json_text(text));
}

static void set_figure(json_t *object, const char *key, double value) {
    json_object_set_new(object, key, json_figure(value));
}

static void set_count(json_t *object, const char *key, uint64_t count) {
    json_object_set_new(object, key, json_integer((json_int_t)count));
}

static uint64_t row_iterations(const struct run *run, const struct row *row) {
    uint64_t iterations = 0;
    for (size_t i = 0; i < row->trial_count; i++)
        if (!run_trial_boot(run, &row->trials[i])->layout)
            iterations += row->trials[i].steady.count * row->trials[i].batch;
    return iterations;
}

static uint64_t row_boots(const struct run *run, const struct row *row) {
    uint64_t boots = 0;
    for (size_t i = 0; i < row->trial_count; i++)
        boots += !run_trial_boot(run, &row->trials[i])->layout && row->trials[i].line;
    return boots;
}

static void set_figures(json_t *object, const struct run *run, const struct row *row) {
    const struct figures *f = &row->figures;
    assert_that(f->present && f->p05 <= f->median && f->median <= f->p95);
    set_count(object, "iterations", row_iterations(run, row));
    set_figure(object, "real_time", f->median);
    set_figure(object, "cpu_time", f->median);
    set_text(object, "time_unit", "ns");
    set_text(object, "unit", clock_unit(row->clock));
    set_figure(object, "median", f->median);
    set_figure(object, "p05", f->p05);
    set_figure(object, "p95", f->p95);
    set_figure(object, "low", f->low);
    set_figure(object, "high", f->high);
    if (f->has_cold)
        set_figure(object, "cold", f->cold);
    set_count(object, "samples", f->samples);
    set_figure(object, "overhead", f->overhead);
    set_count(object, "boots", row_boots(run, row));
    if (run->layouts > 1)
        set_figure(object, "spread", f->spread);
}

static json_t *counters_to_json(const struct figures *f) {
    json_t *object = json_object();
#define COUNTER_SET(name) set_figure(object, #name, f->counters[COUNTER_##name]);
    COUNTERS(COUNTER_SET)
#undef COUNTER_SET
    return object;
}

static json_t *wires_to_json(const struct figures *f) {
    json_t *object = json_object();
    set_count(object, "frames", f->frames);
    set_count(object, "bytes", f->frame_bytes);
    set_count(object, "samples", f->frame_samples);
    return object;
}

static json_t *bench_to_json(const struct run *run, const struct row *row) {
    json_t *object = json_object();
    set_text(object, "name", row->name);
    set_text(object, "run_name", row->name);
    set_text(object, "run_type", row->figures.present ? "iteration" : "aggregate");
    if (!row->figures.present)
        set_text(object, "aggregate_name", "no figure");
    set_count(object, "repetitions", 1);
    set_count(object, "threads", 1);
    set_text(object, "experiment", row->experiment);
    set_text(object, "clock", clock_name(row->clock));
    if (row->figures.present)
        set_figures(object, run, row);
    if (row->figures.captured)
        json_object_set_new(object, "wires", wires_to_json(&row->figures));
    if (row->figures.counted)
        json_object_set_new(object, "counters", counters_to_json(&row->figures));
    if (row->state != ROW_COMPLETE)
        set_text(object, "state", row_state_name(row->state));
    if (row->verdict != VERDICT_NONE) {
        set_text(object, "verdict", verdict_name(row->verdict));
        set_text(object, "why", row->why);
    }
    return object;
}

static json_t *check_to_json(const struct row *row) {
    json_t *object = json_object();
    set_text(object, "name", row->name);
    set_text(object, "verdict",
             row->verdict == VERDICT_NONE ? row_state_name(ROW_MISSING)
                                          : verdict_name(row->verdict));
    if (*row->why)
        set_text(object, "why", row->why);
    return object;
}

/* What was booted: one entry a system, from its first boot. */
static json_t *systems_to_json(const struct run *run) {
    json_t *object = json_object();
    for (size_t i = 0; i < run->boot_count; i++) {
        const struct boot *b = &run->boots[i];
        if (json_object_get(object, b->system))
            continue;
        json_t *system = json_object();
        set_text(system, "image", b->image);
        set_text(system, "image_sha256", b->image_sha256);
        set_text(system, "build_id", b->build_id);
        json_object_set_new(object, b->system, system);
    }
    return object;
}

static json_t *context_to_json(const struct run *run) {
    json_t *object = json_object(), *tools = json_object();
    set_count(object, "exospin", 1);
    set_text(object, "revision", run->revision);
    json_object_set_new(object, "dirty", json_boolean(run->dirty));
    json_object_set_new(object, "complete", json_boolean(run->complete));
    set_text(object, "clock", clock_name(run->clock));
    set_text(object, "unit", clock_unit(run->clock));
    set_text(object, "via", run->via);
    set_count(object, "seed", run->seed);
    set_count(object, "layouts", run->layouts);
    for (size_t i = 0; i + 1 < run->tools.count; i += 2)
        set_text(tools, run->tools.items[i], run->tools.items[i + 1]);
    json_object_set_new(object, "tools", tools);
    json_object_set_new(object, "systems", systems_to_json(run));
    return object;
}

static json_t *problems_to_json(const struct run *run) {
    json_t *array = json_array();
    for (size_t i = 0; i < run->problem_count; i++) {
        const struct problem *p = &run->problems[i];
        json_t *object = json_object();
        set_count(object, "status", (uint64_t)p->status);
        set_text(object, "what", status_find(p->status)->name);
        set_text(object, "row", p->row);
        set_text(object, "text", p->text);
        json_array_append_new(array, object);
    }
    return array;
}

json_t *summary_to_json(const struct run *run, const struct verdicts *verdicts) {
    json_t *root = json_object(), *benchmarks = json_array(), *checks = json_array();
    for (size_t i = 0; i < run->row_count; i++) {
        const struct row *row = &run->rows[i];
        if (row->kind == ROW_CHECK)
            json_array_append_new(checks, check_to_json(row));
        else
            json_array_append_new(benchmarks, bench_to_json(run, row));
    }
    json_object_set_new(root, "context", context_to_json(run));
    json_object_set_new(root, "benchmarks", benchmarks);
    json_object_set_new(root, "checks", checks);
    json_object_set_new(root, "claims", verdicts_to_json(verdicts));
    json_object_set_new(root, "problems", problems_to_json(run));
    return root;
}

int summary_write(const struct run *run, const struct verdicts *verdicts, struct folder *folder,
                  struct failure *why) {
    int status = samples_write(run, folder, why);
    return status ? status : json_save(summary_to_json(run, verdicts), folder, "summary.json", why);
}
