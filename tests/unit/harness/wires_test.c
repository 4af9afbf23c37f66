/* SPDX-License-Identifier: MIT */
/* wires_test.c -- each frame of a capture is counted where it belongs. */
#include "run/wires.h"
#include "base/scope.h"
#include "base/status.h"
#include "captured.h"
#include "guest/qemu.h"
#include "serial.h"
#include "unit.h"

#include <stdlib.h>

enum { MICRO = 0xa1b2c3d4 };

#define BENCH_RECORD(row, warm, steady, times)                                                     \
    "bench name=packet/" row " clock=icount overhead=3 batch=1 " warm " cold=0 steady=" steady times

/* Two rows that ran from 10 to 20 and from 30 to 40 us, a third that does not say when. */
static void boot_log(struct serial *s) {
    static const char *const bodies[] = {
        "hello system=spin build=b1d clock=icount tsc_hz=0",
        "plan row=0 kind=bench name=packet/one",
        "plan row=1 kind=bench name=packet/two",
        "plan row=2 kind=bench name=packet/three",
        "plan count=3",
        BENCH_RECORD("one", "warm=1", "2", " began=10000 ended=20000"),
        "samples name=packet/one phase=steady v=43x2",
        BENCH_RECORD("two", "warm=0", "1", " began=30999 ended=40000"),
        "samples name=packet/two phase=steady v=43",
        BENCH_RECORD("three", "warm=0", "1", ""),
        "samples name=packet/three phase=steady v=43",
        "done benches=3 checks=0 failed=0 faults=0 records=11",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        serial_record(s, bodies[i]);
}

static struct run *captured_run(const struct captured *a, const struct captured *b) {
    struct serial s = {0};
    boot_log(&s);
    struct run *run = run_new();
    struct boot *boot = run_add_boot(run);
    struct collection c;
    run_set(&boot->system, "spin");
    run_set(&boot->raw, "raw/spin.0.log");
    collection_begin(&c, run);
    collection_boot(&c, 0);
    guest_log_collect(&c, s.bytes, s.length);
    wires_collect(&c, "a", a ? (const char *)a->bytes : NULL, a ? a->length : 0);
    wires_collect(&c, "b", b ? (const char *)b->bytes : NULL, b ? b->length : 0);
    collection_judge(&c);
    collection_end(&c);
    return run;
}

static void at(struct captured *c, uint32_t us) {
    captured_frame(c, QEMU_RTC_BASE, us, 14, 60);
}

static void frames_are_counted_where_they_belong(void **state) {
    (void)state;
    struct captured a = {0}, b = {0};
    captured_head(&a, MICRO, 1);
    captured_head(&b, MICRO, 1);
    at(&a, 9), at(&a, 10), at(&a, 15), at(&a, 20), at(&a, 21), at(&a, 30), at(&a, 41);
    at(&b, 12), at(&b, 35), at(&b, 40);
    struct run *run = captured_run(&a, &b);
    const struct figures *one = &run_row(run, "spin:packet/one")->figures,
                         *two = &run_row(run, "spin:packet/two")->figures;
    assert_true(one->captured && one->frames == 4 && one->frame_bytes == 240);
    assert_int_equal(one->frame_samples, 3);
    assert_true(two->captured && two->frames == 3 && two->frame_samples == 1);
    assert_false(run_row(run, "spin:packet/three")->figures.captured);
    assert_int_equal(run_status(run), STATUS_OK);
    run_free(run);
}

static void a_run_without_captures_has_none(void **state) {
    (void)state;
    struct run *run = captured_run(NULL, NULL);
    assert_false(run_row(run, "spin:packet/one")->figures.captured);
    assert_int_equal(run_status(run), STATUS_OK);
    run_free(run);
}

static void one_that_is_cut_is_a_problem_and_what_was_in_it_counts(void **state) {
    (void)state;
    struct captured a = {0};
    captured_head(&a, MICRO, 1);
    at(&a, 12), at(&a, 13);
    a.length--;
    struct run *run = captured_run(&a, NULL);
    assert_int_equal(run_row(run, "spin:packet/one")->figures.frames, 1);
    assert_int_equal(run_status(run), STATUS_DAMAGED);
    assert_non_null(strstr(run->problems[0].text, "captures/spin.0.a.pcap"));
    run_free(run);
}

static void wires_are_named_once(void **state) {
    (void)state;
    scoped_texts struct texts names = {0};
    struct run *run = run_new();
    struct boot *b = run_add_boot(run);
    texts_add(&b->nics, "hub=a link_ns=1"), texts_add(&b->nics, "hub=a link_ns=1");
    texts_add(&b->nics, "hub=b2 link_ns=1"), texts_add(&b->nics, "hub=../x link_ns=1");
    texts_add(&b->nics, "hub="), texts_add(&b->nics, "else");
    wires_names(b, &names);
    assert_int_equal(names.count, 2);
    assert_string_equal(names.items[1], "b2");
    run_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_counted_where_they_belong),
        cmocka_unit_test(a_run_without_captures_has_none),
        cmocka_unit_test(one_that_is_cut_is_a_problem_and_what_was_in_it_counts),
        cmocka_unit_test(wires_are_named_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
