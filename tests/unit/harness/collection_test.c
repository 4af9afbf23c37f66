/* SPDX-License-Identifier: MIT */
/* collection_test.c -- what one raw log can make of a run is bounded, whatever it holds, and what
 * is left out is said. */
#include "run/collection.h"
#include "experiment/rows.h"
#include "run/run_json.h"
#include "serial.h"
#include "result/summary.h"
#include "base/scope.h"
#include "base/status.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* A raw log as it is written: hello first. */
struct log {
    FILE *to;
    char *bytes;
    size_t length;
    unsigned next;
};

static void record(struct log *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void record(struct log *l, const char *format, ...) {
    char line[256];
    va_list arguments;
    int head = snprintf(line, sizeof line, "@X1 %u ", l->next++);
    va_start(arguments, format);
    vsnprintf(line + head, sizeof line - (size_t)head, format, arguments);
    va_end(arguments);
    fprintf(l->to, "%s #%08lx\n", line, crc32(0, (unsigned char *)line, (unsigned)strlen(line)));
}

static void log_begin(struct log *l) {
    *l = (struct log){0};
    l->to = open_memstream(&l->bytes, &l->length);
    assert_non_null(l->to);
    record(l, "hello system=spin build=b clock=icount");
}

static struct run *log_run(struct log *l) {
    struct run *run = run_new();
    struct boot *b = run_add_boot(run);
    struct collection c;
    fclose(l->to);
    run_set(&b->system, "spin");
    run_set(&b->raw, "raw/spin.0.log");
    collection_begin(&c, run);
    collection_boot(&c, 0);
    guest_log_collect(&c, l->bytes, l->length);
    collection_judge(&c);
    collection_end(&c);
    free(l->bytes);
    return run;
}

static size_t problems_of(const struct run *run, int status, const char *words) {
    size_t count = 0;
    for (size_t i = 0; i < run->problem_count; i++)
        count += run->problems[i].status == status && strstr(run->problems[i].text, words);
    return count;
}

static void rows_of_a_boot_are_bounded(void **state) {
    (void)state;
    struct log l;
    log_begin(&l);
    for (int i = 0; i < ROWS_MAX + 50; i++)
        record(&l, "plan kind=bench name=a/%d", i);
    record(&l, "check name=b/c verdict=fail why=x"); /* one more, and a failed one */
    record(&l, "samples name=b/d phase=steady v=1");
    struct run *run = log_run(&l);
    assert_int_equal(run->row_count, ROWS_MAX);
    assert_int_equal(problems_of(run, STATUS_DAMAGED, "more rows than a boot may have"), 1);
    run_free(run);
}

static void samples_of_a_boot_are_bounded(void **state) {
    (void)state;
    struct log l;
    log_begin(&l);
    record(&l, "bench name=a clock=icount overhead=0 batch=1 cold=0 steady=1");
    for (int i = 0; i < 6; i++)
        record(&l, "samples name=a phase=steady v=1x1000000");
    struct run *run = log_run(&l);
    assert_int_equal(run->rows[0].trials[0].steady.count, SAMPLES_BOOT_MAX);
    assert_int_equal(problems_of(run, STATUS_DAMAGED, "more samples"), 2);
    run_free(run);
}

static size_t clock_problems(const char *session, const char *row) {
    struct log l;
    log_begin(&l);
    rewind(l.to);
    l.next = 0;
    record(&l, "hello system=spin build=b clock=%s", session);
    record(&l, "bench name=a clock=%s overhead=0 batch=1 cold=0 steady=1", row);
    record(&l, "samples name=a phase=steady v=1");
    struct run *run = log_run(&l);
    size_t count = problems_of(run, STATUS_DAMAGED, "another clock than its session");
    run_free(run);
    return count;
}

static void a_row_goes_by_its_sessions_clock(void **state) {
    (void)state;
    assert_int_equal(clock_problems("icount", "icount"), 0);
    assert_int_equal(clock_problems("icount", "inexact"), 0);
    assert_int_equal(clock_problems("icount", "virtual"), 0);
    assert_int_equal(clock_problems("icount", "tsc"), 1);
    assert_int_equal(clock_problems("tsc", "virtual"), 1);
    assert_int_equal(clock_problems("tsc", "inexact"), 1);
}

/* The guest's count, modulo 2^16, against QEMU's, of a boot that has disks. */
static size_t miscounts(const char *told, unsigned seen, const char *via, bool has_disks) {
    struct serial s = {0};
    struct run *run = run_new();
    struct boot *b = run_add_boot(run);
    struct collection c;
    scoped_text char *done =
        text_format("done benches=0 checks=0 failed=0 faults=0 records=2%s", told);
    serial_record(&s, "hello system=spin build=b clock=icount");
    serial_record(&s, "plan count=0");
    serial_record(&s, done);
    run_set(&b->system, "spin");
    run_set(&b->raw, "raw/spin.0.log");
    run_set(&run->via, via);
    b->requests = seen;
    if (has_disks)
        texts_add(&b->disks, "size=64MiB");
    collection_begin(&c, run);
    collection_boot(&c, 0);
    guest_log_collect(&c, s.bytes, s.length);
    collection_judge(&c);
    collection_end(&c);
    size_t count = problems_of(run, STATUS_LOST, "requests to its disks");
    run_free(run);
    return count;
}

static void requests_that_a_guest_miscounts_are_a_problem(void **state) {
    (void)state;
    assert_int_equal(miscounts(" requests=5", 5, "kernel", true), 0);
    assert_int_equal(miscounts(" requests=5", 65541, "kernel", true), 0);
    assert_int_equal(miscounts(" requests=5", 4, "kernel", true), 1);
    assert_int_equal(miscounts("", 4, "kernel", true), 1);
    assert_int_equal(miscounts(" requests=x", 4, "kernel", true), 1);
    assert_int_equal(miscounts(" requests=5", 0, "kernel", false), 0);
    assert_int_equal(miscounts(" requests=5", 6, "grub-bios", true), 0);
}

/* Many small failures do not hide the large one behind them. */
static void problems_of_a_boot_are_bounded_by_status(void **state) {
    (void)state;
    struct log l;
    log_begin(&l);
    for (int i = 0; i < 500; i++)
        record(&l, "fault where=user who=x%d", i);
    for (int i = 0; i < 500; i++) {
        l.next++;
        record(&l, "log text=x");
    }
    record(&l, "fault where=kernel why=last");
    struct run *run = log_run(&l);
    assert_int_equal(problems_of(run, STATUS_USER_FAULT, ""), PROBLEMS_BOOT_MAX);
    assert_int_equal(problems_of(run, STATUS_USER_FAULT, "who=x99; more of these are not listed"),
                     1);
    assert_int_equal(problems_of(run, STATUS_LOST, "gap"), PROBLEMS_BOOT_MAX);
    assert_int_equal(problems_of(run, STATUS_PANIC, "why=last"), 1);
    assert_int_equal(run_status(run), STATUS_PANIC);
    run_free(run);
}

/* A program of the host that leaves out a row is no better than a guest that does. */
static void a_row_of_the_host_that_never_comes_is_missing(void **state) {
    (void)state;
    static const char json[] =
        "{\"benchmarks\": [{\"run_name\": \"a/b\", \"run_type\": \"iteration\","
        " \"real_time\": 2, \"time_unit\": \"ns\"}]}";
    struct run *run = run_new();
    struct boot *b = run_add_boot(run);
    struct collection c;
    run_set(&b->system, "host");
    run_set(&b->raw, "raw/host.a.0.json");
    texts_add(&b->plan, "host:a/b");
    texts_add(&b->plan, "host:a/c");
    collection_begin(&c, run);
    collection_boot(&c, 0);
    host_log_collect(&c, json, sizeof json - 1);
    collection_judge(&c);
    collection_end(&c);
    assert_int_equal(run->problem_count, 1);
    assert_int_equal(problems_of(run, STATUS_PLAN, "1 planned row never came: host:a/c"), 1);
    assert_true(run_row(run, "host:a/b")->figures.median == 2);
    run_free(run);
}

enum { BOOTS = 3 };

/* Three boots of which each knows a row that the others do not, and the middle one ended badly. */
static struct run *three_boots(struct log *logs) {
    struct run *run = run_new();
    for (int i = 0; i < BOOTS; i++) {
        struct boot *b = run_add_boot(run);
        b->boot = (unsigned)i;
        b->status = i == 1 ? STATUS_HANG : 0;
        run_set(&b->system, i < 2 ? "spin" : "floor");
        scoped_text char *raw = text_format("raw/x.%d.log", i);
        run_set(&b->raw, raw);
        log_begin(&logs[i]);
        for (int k = 0; k < 4; k++) {
            record(&logs[i], "bench name=a/%d clock=icount overhead=1 batch=1 cold=0 steady=2",
                   k == 3 ? 10 + i : (k + i) % 3);
            record(&logs[i], "samples name=a/%d phase=steady v=%d,9", k == 3 ? 10 + i : (k + i) % 3,
                   k + i);
        }
        record(&logs[i], "fault where=user who=x%d", i);
        fclose(logs[i].to);
    }
    return run;
}

static char *judged(struct collection *c) {
    collection_judge(c);
    json_t *summary = summary_to_json(c->run, &(struct verdicts){0});
    char *text = json_dumps(summary, 0);
    json_decref(summary);
    run_free(c->run);
    collection_end(c);
    return text;
}

/* What is collected while the boots run side by side is what their logs give one by one, whoever is
 * heard and ends first. */
static void boots_side_by_side_come_out_in_order(void **state) {
    (void)state;
    struct log logs[BOOTS];
    struct collection c;
    struct run *run = three_boots(logs);
    collection_begin(&c, run);
    for (size_t i = 0; i < BOOTS; i++) {
        collection_boot(&c, i);
        guest_log_collect(&c, logs[i].bytes, logs[i].length);
        free(logs[i].bytes);
    }
    char *wanted = judged(&c);
    run = three_boots(logs);
    collection_begin(&c, run);
    struct guest_log *heard[BOOTS];
    struct reader *readers[BOOTS];
    for (size_t i = 0; i < BOOTS; i++) {
        heard[i] = guest_log_begin(&c, i);
        readers[i] = reader_new(guest_log_event, heard[i]);
    }
    for (size_t at = 0; at < 4096; at += 40)
        for (size_t i = BOOTS; i-- > 0;)
            if (at < logs[i].length)
                reader_feed(readers[i], logs[i].bytes + at,
                            logs[i].length - at < 40 ? logs[i].length - at : 40);
    for (size_t i = BOOTS; i-- > 0;) {
        reader_end(readers[i]);
        reader_free(readers[i]);
        guest_log_end(heard[i], true);
        free(logs[i].bytes);
    }
    char *found = judged(&c);
    assert_non_null(strstr(wanted, "who=x2"));
    assert_string_equal(found, wanted);
    free(found);
    free(wanted);
}

/* run.json: "rows" and a boot's "plan", one more than there may be; and nesting without end. */
static void lists_of_run_json_are_bounded(void **state) {
    (void)state;
    static const struct {
        const char *head, *item, *tail;
        int count;
        const char *why;
    } cases[] = {
        {"{\"exospin\":1,\"boots\":[],\"rows\":{\"a\":[\"x\"", ",", "]}}", RUN_ROWS_MAX,
         "run.json: \"rows\" must be lists of rows, 24576 in all at most; was it changed by hand?"},
        {"{\"exospin\":1,\"boots\":[{\"system\":\"spin\",\"raw\":\"raw/x\",\"plan\":[\"x\"", ",",
         "]}]}", ROWS_MAX,
         "run.json: \"plan\" must be a list of 4096 rows at most; was it changed by hand?"},
        {"{\"exospin\":1,\"rows\":", "[", "", 100000,
         "run.json:1: maximum parsing depth reached near '['"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text;
        size_t length;
        struct failure why = {0};
        FILE *to = open_memstream(&text, &length);
        assert_non_null(to);
        fputs(cases[i].head, to);
        for (int k = 0; k < cases[i].count; k++)
            if (*cases[i].item == ',')
                fprintf(to, ",\"spin:a/%d\"", k);
            else
                fputs(cases[i].item, to);
        fputs(cases[i].tail, to);
        fclose(to);
        assert_null(run_parse(text, length, "run.json", &why));
        assert_string_equal(why.text, cases[i].why);
        assert_int_equal(why.status, STATUS_DAMAGED);
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_a_boot_are_bounded),
        cmocka_unit_test(samples_of_a_boot_are_bounded),
        cmocka_unit_test(problems_of_a_boot_are_bounded_by_status),
        cmocka_unit_test(a_row_goes_by_its_sessions_clock),
        cmocka_unit_test(requests_that_a_guest_miscounts_are_a_problem),
        cmocka_unit_test(a_row_of_the_host_that_never_comes_is_missing),
        cmocka_unit_test(boots_side_by_side_come_out_in_order),
        cmocka_unit_test(lists_of_run_json_are_bounded),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("collection", tests, NULL, NULL);
}
