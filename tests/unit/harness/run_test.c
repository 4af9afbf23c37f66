/* SPDX-License-Identifier: MIT */
/* run_test.c -- a run written, read back from its raw logs, and derived again: inputs
 * round, figures by hand, every problem with its exit status, and the same bytes from the
 * same raw logs. */
#include "run/run.h"
#include "run/run_json.h"
#include "serial.h"
#include "base/status.h"
#include "result/summary.h"
#include "unit.h"

#include <stdlib.h>

static char scratch[64];

static int scratch_make(void **state) {
    (void)state;
    strcpy(scratch, "/tmp/exospin-run-XXXXXX");
    return mkdtemp(scratch) ? 0 : -1;
}

static int scratch_remove(void **state) {
    (void)state;
    char *command = text_format("rm -rf %s", scratch);
    int status = system(command);
    free(command);
    return status;
}

struct log {
    const char *system, *label;
    unsigned boot, layout;
    const char *bytes;
    int status;
};

/* Writes a run with these raw logs under SCRATCH and reads it back. */
static struct run *run_from(const struct log *logs, size_t count, unsigned layouts) {
    struct run *run = run_new();
    struct folder f;
    struct failure why = {0};
    run_set(&run->revision, "abc");
    run->complete = true;
    run->layouts = layouts;
    run_add_tool(run, "qemu", "7.2.22");
    run_add_row(run, "spin:syscall/null", "syscall");
    run_add_row(run, "spin:call/direct", "hardware");
    assert_int_equal(folder_create(&f, scratch, true, &why), 0);
    for (size_t i = 0; i < count; i++) {
        struct boot *b = run_add_boot(run);
        char *raw = text_format("raw/%s.%zu.log", logs[i].system, i);
        run_set(&b->system, logs[i].system);
        run_set(&b->label, logs[i].label);
        run_set(&b->raw, raw);
        b->boot = logs[i].boot;
        b->layout = logs[i].layout;
        b->status = logs[i].status;
        run_set(&b->outcome, status_find(b->status)->name);
        assert_int_equal(folder_write(&f, raw, logs[i].bytes, strlen(logs[i].bytes), &why), 0);
        free(raw);
    }
    assert_int_equal(run_write(run, &f, &why), 0);
    assert_int_equal(folder_finish(&f, true, NULL, &why), 0);
    folder_close(&f);
    run_free(run);
    run = run_load(scratch, &why);
    if (!run)
        fail_msg("%s", why.text);
    return run;
}

/* One spin boot made of these record bodies, null-ended; STATUS is what the runner saw. */
static struct run *run_of(int status, const char *const *bodies) {
    struct serial s = {0};
    for (; *bodies; bodies++)
        serial_record(&s, *bodies);
    return run_from(&(struct log){"spin", "", 0, 0, s.bytes, status}, 1, 1);
}

static char *summary_text(const struct run *run) {
    json_t *summary = summary_to_json(run, &(struct verdicts){0});
    char *text = json_dumps(summary, 0);
    json_decref(summary);
    return text;
}

#define HELLO "hello system=spin build= clock=icount"
#define PLAN1 "plan row=0 kind=bench name=syscall/null"
#define BENCH "bench name=syscall/null clock=icount overhead=3 batch=1 cold=1 steady=4"
#define COLD  "samples name=syscall/null phase=cold v=143"
#define WARM  "samples name=syscall/null phase=steady v=43x3,44"

static void figures_are_net_and_by_hand(void **state) {
    (void)state;
    struct serial s = {0};
    serial_boot(&s);
    struct run *run = run_from(&(struct log){"spin", "", 0, 0, s.bytes, 0}, 1, 1);
    assert_int_equal(run_status(run), 0);
    assert_int_equal(run->row_count, 3);
    const struct row *row = run_row(run, "spin:syscall/null");
    assert_non_null(row);
    assert_string_equal(row->experiment, "syscall");
    assert_int_equal(row->state, ROW_COMPLETE);
    assert_int_equal(row->clock, CLOCK_ICOUNT);
    const struct figures *f = &row->figures;
    assert_true(f->present && f->has_cold);
    assert_int_equal(f->samples, 4);
    assert_true(f->median == 40 && f->p05 == 40 && f->p95 == 41 && f->cold == 140);
    assert_true(f->low == 40 && f->high == 40 && f->overhead == 3 && f->spread == 0);
    /* The bytes the figure came from. */
    const struct trial *t = &row->trials[0];
    const char *record = s.bytes + t->offset;
    assert_non_null(strstr(record, " bench name=syscall/null"));
    assert_true(strchr(record, '\n') > strstr(record, " bench name=syscall/null"));
    assert_int_equal(t->line, 7);
    const struct row *check = run_row(run, "spin:trap/named");
    assert_int_equal(check->kind, ROW_CHECK);
    assert_int_equal(check->verdict, VERDICT_PASS);
    assert_string_equal(check->experiment, "checks");
    assert_string_equal(run->boots[0].hello_build, "b1d");
    assert_string_equal(run_tool(run, "qemu"), "7.2.22");
    run_free(run);
}

static void a_batch_divides(void **state) {
    (void)state;
    struct run *run = run_of(
        0, (const char *[]){"hello system=spin build= clock=tsc tsc_hz=2000000000",
                            "plan row=0 kind=bench name=call/direct", "plan count=1",
                            "bench name=call/direct clock=tsc overhead=20 batch=10 cold=0 steady=2",
                            "samples name=call/direct phase=steady v=45,1020",
                            "done benches=1 checks=0 failed=0 faults=0 records=5", NULL});
    assert_int_equal(run_status(run), 0);
    const struct row *row = run_row(run, "spin:call/direct");
    assert_true(row->figures.median == 2.5 && row->figures.p95 == 100);
    assert_string_equal(row->experiment, "hardware");
    assert_false(row->figures.has_cold);
    run_free(run);
}

static void clock_none_gives_no_figure_and_checks_count(void **state) {
    (void)state;
    struct run *run = run_of(
        0, (const char *[]){"hello system=spin build= clock=none", PLAN1,
                            "plan row=1 kind=check name=trap/named", "plan count=2",
                            "bench name=syscall/null clock=none overhead=0 batch=1 cold=0 steady=0",
                            "check name=trap/named verdict=pass",
                            "done benches=1 checks=1 failed=0 faults=0 records=6", NULL});
    assert_int_equal(run_status(run), 0);
    assert_false(run_row(run, "spin:syscall/null")->figures.present);
    json_t *summary = summary_to_json(run, &(struct verdicts){0});
    const json_t *row = json_array_get(json_object_get(summary, "benchmarks"), 0);
    assert_string_equal(json_string_value(json_object_get(row, "clock")), "none");
    assert_null(json_object_get(row, "real_time"));
    assert_null(json_object_get(row, "median"));
    json_decref(summary);
    run_free(run);
}

/* What goes wrong, and the exit status that the run then has. */
static const struct wrong_case {
    const char *name;
    int seen; /* by the runner */
    int status;
    const char *bodies[12];
    const char *says; /* in one of the problems */
} wrong_cases[] = {
    {"a check fails",
     0,
     STATUS_CHECK,
     {HELLO, "plan row=0 kind=check name=trap/named", "plan count=1",
      "check name=trap/named verdict=fail why=frame%203",
      "done benches=0 checks=1 failed=1 faults=0 records=4"},

     "spin:trap/named failed: frame 3"},
    {"the kernel panics",
     STATUS_PANIC,
     STATUS_PANIC,
     {HELLO, PLAN1, "plan count=1", "fault where=kernel vector=14 rip=0x1"},

     "where=kernel vector=14"},
    {"user code faults, and the rest goes on",
     0,
     STATUS_USER_FAULT,
     {HELLO, PLAN1, "plan count=1", "fault where=user who=env1 vector=6", BENCH, COLD, WARM,
      "done benches=1 checks=0 failed=0 faults=1 records=7"},

     "who=env1"},
    {"a fault was provoked by a check",
     0,
     0,
     {HELLO, PLAN1, "plan count=1", "fault where=user expected=1 vector=6", BENCH, COLD, WARM,
      "done benches=1 checks=0 failed=0 faults=1 records=7"},

     NULL},
    {"nothing is said", 0, STATUS_NO_HELLO, {NULL}, "no hello"},
    {"it ends before done",
     0,
     STATUS_EARLY,
     {HELLO, PLAN1, "plan count=1", BENCH, COLD, WARM},

     "no done"},
    {"a row is planned and never comes",
     0,
     STATUS_PLAN,
     {HELLO, PLAN1, "plan row=1 kind=bench name=syscall/two", "plan count=2", BENCH, COLD, WARM,
      "done benches=1 checks=0 failed=0 faults=0 records=7"},

     "spin:syscall/two"},
    {"it was told to run what it does not have",
     0,
     STATUS_PLAN,
     /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma) */
     {HELLO " told=clock=icount%20run=0-3,syscall/n?ll,*l*l,nosuch", PLAN1, "plan count=1", BENCH,
      COLD, WARM, "done benches=1 checks=0 failed=0 faults=0 records=6"},

     "spin has no row 'nosuch'"},
    {"a number that no row has",
     0,
     STATUS_PLAN,
     /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma) */
     {HELLO " told=run=0,1-7", PLAN1, "plan count=1", BENCH, COLD, WARM,
      "done benches=1 checks=0 failed=0 faults=0 records=6"},

     "spin has no row '1-7'"},
    {"all that it was told to run is there",
     0,
     0,
     /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma) */
     {HELLO " told=run=nosuch%20run=all,0,0-9,*,syscall/n?*l,*/null", PLAN1, "plan count=1", BENCH,
      COLD, WARM, "done benches=1 checks=0 failed=0 faults=0 records=6"},

     NULL},
    {"a row comes that was not planned",
     0,
     STATUS_PLAN,
     {HELLO, PLAN1, "plan count=1", BENCH, COLD, WARM,
      "bench name=syscall/two clock=icount overhead=3 batch=1 cold=0 steady=1",
      "samples name=syscall/two phase=steady v=4",
      "done benches=2 checks=0 failed=0 faults=0 records=8"},

     "spin:syscall/two was not in the plan"},
    {"the plan's count is wrong",
     0,
     STATUS_PLAN,
     {HELLO, PLAN1, "plan count=2", BENCH, COLD, WARM,
      "done benches=1 checks=0 failed=0 faults=0 records=6"},

     "count"},
    {"a bench returns no sample",
     0,
     STATUS_NO_SAMPLE,
     {HELLO, PLAN1, "plan count=1",
      "bench name=syscall/null clock=icount overhead=3 batch=1 cold=0 steady=0",
      "done benches=1 checks=0 failed=0 faults=0 records=4"},

     "spin:syscall/null returned no sample"},
    {"a bench is skipped for want of a feature",
     0,
     0,
     {HELLO, PLAN1, "plan count=1",
      "bench name=syscall/null clock=icount overhead=3 batch=1 cold=0 steady=0 skip=no%20PCID",
      "done benches=1 checks=0 failed=0 faults=0 records=4"},

     NULL},
    {"fewer samples than announced",
     0,
     STATUS_LOST,
     {HELLO, PLAN1, "plan count=1", BENCH, COLD, "samples name=syscall/null phase=steady v=43x3",
      "done benches=1 checks=0 failed=0 faults=0 records=6"},

     "announced 5 samples and sent 4"},
    {"one bench twice",
     0,
     STATUS_DAMAGED,
     {HELLO, PLAN1, "plan count=1", BENCH, COLD, WARM, BENCH,
      "done benches=2 checks=0 failed=0 faults=0 records=7"},

     "before"},
    {"one check twice",
     0,
     STATUS_DAMAGED,
     {HELLO, "plan row=0 kind=check name=a", "plan count=1", "check name=a verdict=pass",
      "check name=a verdict=pass", "done benches=0 checks=2 failed=0 faults=0 records=5"},

     "spin:a was reported before"},
    {"a check of a bench's name",
     0,
     STATUS_PLAN,
     {HELLO, PLAN1, "plan count=1", BENCH, COLD, WARM, "check name=syscall/null verdict=pass",
      "done benches=1 checks=1 failed=0 faults=0 records=7"},

     "spin:syscall/null was planned as a bench"},
    {"a bench of a check's name",
     0,
     STATUS_PLAN,
     {HELLO, "plan row=0 kind=check name=syscall/null", "plan count=1", BENCH, COLD, WARM,
      "check name=syscall/null verdict=pass",
      "done benches=1 checks=1 failed=0 faults=0 records=7"},

     "spin:syscall/null was planned as a check"},
    {"a plan without its count",
     0,
     STATUS_PLAN,
     {HELLO, PLAN1, BENCH, COLD, WARM, "done benches=1 checks=0 failed=0 faults=0 records=5"},

     ":3: the plan has not ended"},
    {"neither a plan nor its count",
     0,
     STATUS_PLAN,
     {HELLO, "done benches=0 checks=0 failed=0 faults=0 records=1"},

     ":2: the plan has not ended"},
    {"a row planned behind the plan's end",
     0,
     STATUS_PLAN,
     {HELLO, "plan count=0", PLAN1, BENCH, COLD, WARM,
      "done benches=1 checks=0 failed=0 faults=0 records=6"},

     ":3: a plan record stands behind the plan's end"},
    {"a plan that ends twice",
     0,
     STATUS_PLAN,
     {HELLO, PLAN1, "plan count=1", "plan count=1", BENCH, COLD, WARM,
      "done benches=1 checks=0 failed=0 faults=0 records=7"},

     ":4: a plan record stands behind the plan's end"},
    {"a bench by another clock",
     0,
     STATUS_DAMAGED,
     {HELLO, PLAN1, "plan count=1",
      "bench name=syscall/null clock=tsc overhead=3 batch=1 cold=1 steady=4", COLD, WARM,
      "done benches=1 checks=0 failed=0 faults=0 records=6"},

     "spin:syscall/null has another clock than its session"},
    {"a fault of the kernel that is called expected",
     0,
     STATUS_PANIC,
     {HELLO, "plan count=0", "fault where=kernel expected=1 why=x",
      "done benches=0 checks=0 failed=0 faults=1 records=3"},

     "where=kernel"},
    {"done counts wrongly",
     0,
     STATUS_LOST,
     {HELLO, PLAN1, "plan count=1", BENCH, COLD, WARM,
      "done benches=2 checks=0 failed=0 faults=0 records=6"},

     "done counts"},
    {"another system answers",
     0,
     STATUS_PLAN,
     {"hello system=exo build= clock=icount", "plan count=0",
      "done benches=0 checks=0 failed=0 faults=0 records=2"},

     "another system"},
    {"a triple fault in a bench",
     STATUS_TRIPLE,
     STATUS_TRIPLE,
     {HELLO, PLAN1, "plan count=1"},

     "triple"},
};

static void each_wrong_has_its_status(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof wrong_cases / sizeof wrong_cases[0]; i++) {
        const struct wrong_case *c = &wrong_cases[i];
        struct run *run = run_of(c->seen, c->bodies);
        bool said = !c->says;
        for (size_t p = 0; p < run->problem_count; p++)
            said = said || strstr(run->problems[p].text, c->says);
        if (run_status(run) != c->status || !said)
            fail_msg("%s: status %d, problems: %zu, first: %s", c->name, run_status(run),
                     run->problem_count, run->problem_count ? run->problems[0].text : "none");
        run_free(run);
    }
}

static void what_came_before_a_cut_is_kept_as_partial(void **state) {
    (void)state;
    struct run *run = run_of(
        STATUS_HANG, (const char *[]){HELLO, PLAN1, "plan count=1", BENCH, COLD,
                                      "samples name=syscall/null phase=steady v=43x2", NULL});
    const struct row *row = run_row(run, "spin:syscall/null");
    assert_int_equal(row->state, ROW_PARTIAL);
    assert_int_equal(row->figures.samples, 2);
    assert_true(row->figures.median == 40);
    assert_int_equal(run_status(run), STATUS_HANG);
    run_free(run);
}

static void samples_without_their_bench_record_have_no_net(void **state) {
    (void)state;
    struct serial s = {0};
    serial_record(&s, HELLO);
    serial_record(&s, PLAN1);
    serial_record(&s, "plan count=1");
    s.next++; /* the bench record is lost */
    serial_record(&s, WARM);
    serial_record(&s, "done benches=1 checks=0 failed=0 faults=0 records=5");
    struct run *run = run_from(&(struct log){"spin", "", 0, 0, s.bytes, 0}, 1, 1);
    const struct row *row = run_row(run, "spin:syscall/null");
    assert_int_equal(row->state, ROW_PARTIAL);
    assert_false(row->figures.present);
    assert_int_equal(row->trials[0].steady.count, 4);
    assert_null(row->trials[0].steady.net);
    assert_int_equal(run_status(run), STATUS_LOST);
    run_free(run);
}

/* import cuts such a log apart; in a run each session has a raw log of its own. */
static void a_second_session_is_not_swallowed(void **state) {
    (void)state;
    struct serial s = {0};
    serial_boot(&s);
    s.next = 0;
    serial_boot(&s);
    struct run *run = run_from(&(struct log){"spin", "", 0, 0, s.bytes, 0}, 1, 1);
    assert_int_equal(run_status(run), STATUS_DAMAGED);
    assert_int_equal(run->problem_count, 1);
    assert_non_null(strstr(run->problems[0].text, "another session"));
    assert_int_equal(run_row(run, "spin:syscall/null")->figures.samples, 4);
    run_free(run);
}

static void a_label_is_part_of_the_name(void **state) {
    (void)state;
    struct serial s = {0};
    serial_record(&s, "hello system=linux build= clock=icount");
    serial_record(&s, PLAN1);
    serial_record(&s, "plan count=1");
    serial_record(&s, BENCH);
    serial_record(&s, COLD);
    serial_record(&s, WARM);
    serial_record(&s, "done benches=1 checks=0 failed=0 faults=0 records=6");
    struct log logs[] = {{"linux", "", 0, 0, s.bytes, 0},
                         {"linux", "mitigations:default", 0, 0, s.bytes, 0}};
    struct run *run = run_from(logs, 2, 1);
    assert_int_equal(run_status(run), 0);
    assert_non_null(run_row(run, "linux:syscall/null"));
    assert_non_null(run_row(run, "linux:syscall/null/mitigations:default"));
    run_free(run);
}

static void an_exact_row_must_agree_in_every_layout(void **state) {
    (void)state;
    struct serial one = {0}, other = {0};
    serial_boot(&one);
    serial_boot(&other);
    struct log logs[] = {{"spin", "", 0, 0, one.bytes, 0}, {"spin", "", 0, 1, other.bytes, 0}};
    struct run *run = run_from(logs, 2, 2);
    assert_int_equal(run_status(run), 0);
    assert_int_equal(run_row(run, "spin:syscall/null")->figures.samples, 4);
    run_free(run);

    memset(&other, 0, sizeof other);
    serial_record(&other, "hello system=spin build=b1d clock=icount");
    serial_record(&other, PLAN1);
    serial_record(&other, "plan count=1");
    serial_record(&other, BENCH);
    serial_record(&other, COLD);
    serial_record(&other, "samples name=syscall/null phase=steady v=45x4");
    serial_record(&other, "done benches=1 checks=0 failed=0 faults=0 records=6");
    run = run_from(logs, 2, 2);
    assert_int_equal(run_status(run), STATUS_CHECK);
    assert_string_equal(run->problems[0].row, "spin:syscall/null");
    assert_true(run_row(run, "spin:syscall/null")->figures.spread == 2);
    run_free(run);
}

static void host_rows_come_from_google_benchmark(void **state) {
    (void)state;
    const char *json =
        "{\"context\": {\"host_name\": \"secret\"}, \"benchmarks\": ["
        "{\"name\": \"syscall/null\", \"run_name\": \"syscall/null\", \"run_type\": \"iteration\","
        " \"iterations\": 10, \"real_time\": 0.5, \"cpu_time\": 0.4, \"time_unit\": \"us\"},"
        "{\"name\": \"syscall/null\", \"run_name\": \"syscall/null\", \"run_type\": \"iteration\","
        " \"iterations\": 10, \"real_time\": 0.25, \"cpu_time\": 0.4, \"time_unit\": \"us\"},"
        "{\"name\": \"syscall/null_mean\", \"run_name\": \"syscall/null\", \"run_type\": \"aggregate\","
        " \"real_time\": 0.4, \"cpu_time\": 0.4, \"time_unit\": \"us\"},"
        "{\"name\": \"bad\", \"run_name\": \"bad\", \"run_type\": \"iteration\","
        " \"error_occurred\": true, \"error_message\": \"no permission\"}]}";
    struct run *run = run_from(&(struct log){"host", "", 0, 0, json, 0}, 1, 1);
    const struct row *row = run_row(run, "host:syscall/null");
    assert_int_equal(row->clock, CLOCK_HOST);
    assert_int_equal(row->figures.samples, 2);
    assert_true(row->figures.median == 250);
    assert_int_equal(run_status(run), STATUS_NO_SAMPLE);
    char *summary = summary_text(run);
    assert_null(strstr(summary, "secret"));
    free(summary);
    run_free(run);
}

static void a_key_that_stands_twice_is_damage(void **state) {
    (void)state;
    const char *json = "{\"context\": {}, \"benchmarks\": [{\"name\": \"syscall/null\","
                       " \"run_name\": \"syscall/null\", \"run_type\": \"iteration\","
                       " \"real_time\": 0.5, \"real_time\": 0.25, \"time_unit\": \"us\"}]}";
    struct run *run = run_from(&(struct log){"host", "", 0, 0, json, 0}, 1, 1);
    assert_int_equal(run_status(run), STATUS_DAMAGED);
    assert_null(run_row(run, "host:syscall/null"));
    run_free(run);
}

static void figures_are_written_with_fifteen_digits(void **state) {
    (void)state;
    const char *json = "{\"context\": {}, \"benchmarks\": [{\"name\": \"syscall/null\","
                       " \"run_name\": \"syscall/null\", \"run_type\": \"iteration\","
                       " \"real_time\": 0.3333333333333333, \"time_unit\": \"us\"}]}";
    struct run *run = run_from(&(struct log){"host", "", 0, 0, json, 0}, 1, 1);
    struct folder f;
    struct failure why;
    assert_int_equal(folder_open(&f, scratch, &why), 0);
    assert_int_equal(summary_write(run, &(struct verdicts){0}, &f, &why), 0);
    char *path = text_format("%s/summary.json", scratch), *summary = text_read(path, NULL);
    assert_non_null(strstr(summary, "\"median\": 333.333333333333,"));
    free(summary);
    free(path);
    folder_close(&f);
    run_free(run);
}

static void derived_files_are_the_same_each_time(void **state) {
    (void)state;
    struct serial s = {0};
    serial_boot(&s);
    char *first[2];
    for (int i = 0; i < 2; i++) {
        struct run *run = run_from(&(struct log){"spin", "", 0, 0, s.bytes, 0}, 1, 1);
        struct folder f;
        struct failure why;
        assert_int_equal(folder_open(&f, scratch, &why), 0);
        assert_int_equal(summary_write(run, &(struct verdicts){0}, &f, &why), 0);
        folder_close(&f);
        run_free(run);
        const char *names[] = {"summary.json", "samples/syscall.tsv"};
        for (int n = 0; n < 2; n++) {
            char *path = text_format("%s/%s", scratch, names[n]);
            char *text = text_read(path, NULL);
            assert_non_null(text);
            if (!i) {
                first[n] = text;
            } else {
                assert_string_equal(text, first[n]);
                free(text);
                free(first[n]);
            }
            free(path);
        }
    }
}

static void run_json_goes_round(void **state) {
    (void)state;
    static const char text[] =
        "{\"exospin\": 1, \"revision\": \"r\", \"dirty\": true, \"complete\": true, \"clock\": \"tsc\","
        " \"seed\": 7, \"samples\": 64, \"experiments\": [\"syscall\"], \"host\": {\"cpu\": \"c\"},"
        " \"tools\": {\"qemu\": \"7\"}, \"rows\": {\"syscall\": [\"exo:syscall/null\"]},"
        " \"boots\": [{\"system\": \"exo\", \"raw\": \"raw/exo.0.log\", \"status\": 13, \"qemu\": [\"-M\", \"pc\"]}]}";
    struct failure why;
    struct run *run = run_parse(text, strlen(text), "run.json", &why);
    assert_non_null(run);
    assert_true(run->dirty && run->complete && run->seed == 7 && run->clock == CLOCK_TSC);
    assert_string_equal(run->run_rows[0].experiment, "syscall");
    assert_string_equal(run->boots[0].qemu.items[1], "pc");
    assert_int_equal(run->boots[0].status, 13);
    run_free(run);
}

static void a_bad_run_json_names_its_key(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"", "run.json:1"},
        {"[]", "exospin"},
        {"{\"exospin\": 2}", "exospin"},
        {"{\"exospin\": 1}", "boots"},
        {"{\"exospin\": 1, \"boots\": {}}", "boots"},
        {"{\"exospin\": 1, \"boots\": [1]}", "boots"},
        {"{\"exospin\": 1, \"boots\": [{}]}", "system"},
        {"{\"exospin\": 1, \"boots\": [{\"system\": \"a:b\"}]}", "system"},
        {"{\"exospin\": 1, \"boots\": [{\"system\": \"exo\", \"raw\": \"/etc/passwd\"}]}", "raw"},
        {"{\"exospin\": 1, \"boots\": [{\"system\": \"exo\", \"raw\": \"raw/../../x\"}]}", "raw"},
        {"{\"exospin\": 1, \"boots\": [{\"system\": \"exo\", \"status\": 256}]}", "status"},
        {"{\"exospin\": 1, \"seed\": \"1\", \"boots\": []}", "seed"},
        {"{\"exospin\": 1, \"seed\": -1, \"boots\": []}", "seed"},
        {"{\"exospin\": 1, \"dirty\": 1, \"boots\": []}", "dirty"},
        {"{\"exospin\": 1, \"clock\": \"sundial\", \"boots\": []}", "clock"},
        {"{\"exospin\": 1, \"systems\": [1], \"boots\": []}", "systems"},
        {"{\"exospin\": 1, \"tools\": {\"qemu\": 7}, \"boots\": []}", "qemu"},
        {"{\"exospin\": 1, \"rows\": {\"../x\": []}, \"boots\": []}", "rows"},
        {"{\"exospin\": 1, \"rows\": [], \"boots\": []}", "\"rows\" must be an object"},
        {"{\"exospin\": 1, \"host\": \"x\", \"boots\": []}", "\"host\" must be an object"},
        {"{\"exospin\": 1, \"tools\": null, \"boots\": []}", "\"tools\" must be an object"},
        {"{\"exospin\": 1, \"exospin\": 1, \"boots\": []}", "duplicate"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct failure why = {0};
        struct run *run = run_parse(bad[i][0], strlen(bad[i][0]), "run.json", &why);
        if (run || why.status != STATUS_DAMAGED || !strstr(why.text, bad[i][1]))
            fail_msg("%s: %s", bad[i][0], run ? "accepted" : why.text);
    }
}

static void bytes_that_are_no_text_do_no_harm(void **state) {
    (void)state;
    struct run *run =
        run_of(0, (const char *[]){HELLO, "plan row=0 kind=check name=a", "plan count=1",
                                   "check name=a verdict=fail why=%ff%fe%0a%22",
                                   "done benches=0 checks=1 failed=1 faults=0 records=4", NULL});
    assert_string_equal(run_row(run, "spin:a")->why, "\xff\xfe\n\"");
    char *summary = summary_text(run);
    assert_non_null(strstr(summary, "\"why\": \"\?\?\\n\\\"\""));
    free(summary);
    run_free(run);
}

#define RUN_TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        RUN_TEST(figures_are_net_and_by_hand),
        RUN_TEST(a_batch_divides),
        RUN_TEST(clock_none_gives_no_figure_and_checks_count),
        RUN_TEST(each_wrong_has_its_status),
        RUN_TEST(what_came_before_a_cut_is_kept_as_partial),
        RUN_TEST(samples_without_their_bench_record_have_no_net),
        RUN_TEST(a_second_session_is_not_swallowed),
        RUN_TEST(a_label_is_part_of_the_name),
        RUN_TEST(an_exact_row_must_agree_in_every_layout),
        RUN_TEST(host_rows_come_from_google_benchmark),
        RUN_TEST(a_key_that_stands_twice_is_damage),
        RUN_TEST(figures_are_written_with_fifteen_digits),
        RUN_TEST(derived_files_are_the_same_each_time),
        RUN_TEST(run_json_goes_round),
        RUN_TEST(a_bad_run_json_names_its_key),
        RUN_TEST(bytes_that_are_no_text_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
