/* SPDX-License-Identifier: MIT */
/* host_log.c -- the JSON that a Google Benchmark program (experiments/X/host.cc) wrote: each of its
 * repetitions is a steady sample, in ns of real time for one operation. Google Benchmark has taken
 * its own loop's cost out already, so there is no overhead and no cold sample. */
#include "run/collection.h"
#include "run/due.h"
#include "base/scope.h"
#include "log/record.h"
#include "base/status.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool unit_in_ns(const char *unit, double *ns) {
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (!strcmp(unit, units[i].name)) {
            *ns = units[i].ns;
            return true;
        }
    return false;
}

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void problem(struct collection *c, int status, const char *spec, const char *what) {
    scoped_text char *name = *spec ? collection_name(c, spec) : text_copy("");
    collection_problem(c, status, name, 0, 0, "%s: %s%s%s", c->run->boots[c->boot].raw, name,
                       *name ? " " : "", what);
}

static void take_benchmark(struct collection *c, const json_t *benchmark) {
    const char *spec = text_of(benchmark, "run_name");
    if (strcmp(text_of(benchmark, "run_type"), "iteration") != 0)
        return; /* means and medians are ours to make */
    if (!row_name_fits(spec)) {
        problem(c, STATUS_DAMAGED, "", "a benchmark with a name that no row can have");
        return;
    }
    struct trial *t = collection_trial(c, spec, ROW_BENCH, NULL);
    if (!t) {
        problem(c, STATUS_DAMAGED, "", "more rows than a boot may have; the rest was dropped");
        return;
    }
    t->clock = CLOCK_HOST;
    t->batch = 1;
    t->line = 1;
    t->steady.announced++;
    if (json_is_true(json_object_get(benchmark, "error_occurred"))) {
        problem(c, STATUS_NO_SAMPLE, spec, text_of(benchmark, "error_message"));
        return;
    }
    double time = json_number_value(json_object_get(benchmark, "real_time")), ns;
    if (!unit_in_ns(text_of(benchmark, "time_unit"), &ns) || !isfinite(time * ns) || time < 0)
        problem(c, STATUS_DAMAGED, spec, "has no time in a unit that is known");
    else if (!collection_samples(c, &t->steady, time * ns, 1))
        problem(c, STATUS_DAMAGED, spec, "has too many repetitions");
}

void host_log_collect(struct collection *c, const char *bytes, size_t length) {
    collection_outside(c, bytes);
    if (!bytes)
        return;
    json_t *root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
    const json_t *benchmarks = json_object_get(root, "benchmarks");
    struct boot *b = &c->run->boots[c->boot];
    b->clock = CLOCK_HOST;
    if (!json_is_array(benchmarks)) {
        problem(c, STATUS_DAMAGED, "", "is not the JSON of a Google Benchmark program");
        json_decref(root);
        return;
    }
    for (size_t i = 0; i < json_array_size(benchmarks); i++)
        take_benchmark(c, json_array_get(benchmarks, i));
    b->hello = b->done = true;
    due_judge(c, true); /* a repetition that failed is named already */
    json_decref(root);
}
