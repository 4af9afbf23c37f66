/* SPDX-License-Identifier: MIT */
/* claims_test.c -- every outcome a claim can have, on figures set by hand. */
#include "result/verdicts.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A run of a few rows; run_row finds them as in a real one. */
struct made {
    struct row rows[8];
    struct run run;
};

static struct row make_row(const char *name, enum clock clock, double low, double median,
                           double high) {
    return (struct row){
        .name = (char *)(uintptr_t)name,
        .kind = ROW_BENCH,
        .state = ROW_COMPLETE,
        .clock = clock,
        .why = "",
        .figures = {.present = true, .samples = 64, .median = median, .low = low, .high = high}};
}

static void add(struct made *m, struct row row) {
    m->run.rows = m->rows;
    m->rows[m->run.row_count++] = row;
}

static void add_exact(struct made *m, const char *name, double median) {
    add(m, make_row(name, CLOCK_ICOUNT, median, median, median));
}

static struct experiment *parse(const char *claims) {
    struct failure why = {0};
    char *text =
        text_format("title: T\nquestion: Q\nunit: call\nsystems: [exo]\nclaims:\n  - id: a\n"
                    "    sentence: S\n    source: P\n    checked: C\n    %s\n",
                    claims);
    struct experiment *e = experiment_parse("x", "x.yaml", text, strlen(text), &why);
    if (!e)
        fail_msg("%s", why.text);
    free(text);
    return e;
}

/* Judges the one claim by the made run and compares outcome, words and reason. */
static void expect(struct made *m, const char *claim, enum outcome outcome, const char *words,
                   const char *reason) {
    struct experiment *e = parse(claim);
    struct papers tables;
    struct failure why = {0};
    char *folder = tree_path("experiments/papers");
    papers_open(&tables, folder);
    struct judged *j = claims_judge(e, &m->run, &tables, &why);
    if (!j) {
        fail_msg("%s", why.text);
        return;
    }
    assert_string_equal(j->words, words);
    assert_string_equal(j->why, reason);
    assert_int_equal(j->outcome, outcome);
    claims_free(j, 1);
    papers_close(&tables);
    experiment_free(e);
    free(folder);
}

#define TWICE "holds: {row: exo:a, at_most: 2, of: floor:a}"

static void exact_clock_reproduces_in_instructions(void **state) {
    (void)state;
    struct made m = {0};
    add_exact(&m, "exo:a", 34);
    add_exact(&m, "floor:a", 17);
    expect(&m, TWICE, OUTCOME_REPRODUCED, "reproduced in instructions", "");
}

static void one_instruction_too_many_is_a_miss(void **state) {
    (void)state;
    struct made m = {0};
    add_exact(&m, "exo:a", 35);
    add_exact(&m, "floor:a", 17);
    expect(&m, TWICE, OUTCOME_MISSED, "not reproduced", "");
}

static void at_least_is_the_other_way_round(void **state) {
    (void)state;
    struct made m = {0};
    add_exact(&m, "exo:a", 34);
    add_exact(&m, "linux:a", 340);
    expect(&m, "holds: {row: linux:a, at_least: 10, of: exo:a}", OUTCOME_REPRODUCED,
           "reproduced in instructions", "");
    m.rows[1].figures.median = m.rows[1].figures.low = m.rows[1].figures.high = 339;
    expect(&m, "holds: {row: linux:a, at_least: 10, of: exo:a}", OUTCOME_MISSED, "not reproduced",
           "");
}

/* How many times nothing, or less than nothing, is no number. */
static void a_ratio_needs_something_to_divide_by(void **state) {
    (void)state;
    static const double bases[] = {0, -5};
    struct experiment *e = parse(TWICE);
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        struct made m = {0};
        struct papers none = {0};
        struct failure why = {0};
        add_exact(&m, "exo:a", 34);
        add_exact(&m, "floor:a", bases[i]);
        struct judged *j = claims_judge(e, &m.run, &none, &why);
        assert_int_equal(j->outcome, OUTCOME_MISSED);
        assert_true(isnan(j->cases[0].ratio));
        assert_true(j->cases[0].bound == 2 * bases[i]);
        claims_free(j, 1);
    }
    experiment_free(e);
}

static void real_cycles_need_the_whole_interval(void **state) {
    (void)state;
    struct made m = {0};
    add(&m, make_row("exo:a", CLOCK_TSC, 180, 190, 200));
    add(&m, make_row("floor:a", CLOCK_TSC, 100, 110, 120));
    m.run.clock = CLOCK_TSC;
    expect(&m, TWICE, OUTCOME_REPRODUCED, "reproduced", "");
    m.rows[0].figures.high = 201;
    expect(&m, TWICE, OUTCOME_NONE, "no verdict",
           "the medians' intervals reach across the threshold");
    m.rows[0].figures.low = m.rows[0].figures.median = m.rows[0].figures.high = 241;
    expect(&m, TWICE, OUTCOME_MISSED, "not reproduced", "");
}

static void missing_rows_give_no_verdict(void **state) {
    (void)state;
    struct made m = {0};
    expect(&m, TWICE, OUTCOME_NONE, "no verdict", "exo:a was not run");
    add_exact(&m, "exo:a", 34);
    expect(&m, TWICE, OUTCOME_NONE, "no verdict", "floor:a was not run");
    add_exact(&m, "floor:a", 17);
    m.rows[1].figures.present = false;
    expect(&m, TWICE, OUTCOME_NONE, "no verdict", "floor:a has no figure in this run");
    m.rows[1].clock = CLOCK_NONE;
    expect(&m, TWICE, OUTCOME_NONE, "no verdict",
           "floor:a has no figure: this boot has neither an exact nor a real clock");
    struct boot boot = {.outcome = (char[]){"guest panic"}};
    struct trial trial = {.state = ROW_MISSING};
    m.run.boots = &boot;
    m.run.boot_count = 1;
    m.rows[1].trials = &trial;
    m.rows[1].trial_count = 1;
    m.rows[1].state = ROW_MISSING;
    expect(&m, TWICE, OUTCOME_NONE, "no verdict",
           "floor:a was asked for and did not arrive; its boot: guest panic");
}

static void two_clocks_are_never_compared(void **state) {
    (void)state;
    struct made m = {0};
    add_exact(&m, "exo:a", 34);
    add(&m, make_row("floor:a", CLOCK_TSC, 17, 17, 17));
    expect(&m, TWICE, OUTCOME_NONE, "no verdict", "exo:a is by clock icount and floor:a by tsc");
    struct experiment *e = parse(TWICE);
    struct papers none = {0};
    struct failure why = {0};
    struct judged *j = claims_judge(e, &m.run, &none, &why);
    assert_true(isnan(j->cases[0].ratio) && !j->cases[0].holds && !j->cases[0].fails);
    claims_free(j, 1);
    experiment_free(e);
}

static void a_claim_in_instructions_means_nothing_in_cycles(void **state) {
    (void)state;
    struct made m = {0};
    add(&m, make_row("exo:a", CLOCK_TSC, 34, 34, 34));
    add(&m, make_row("floor:a", CLOCK_TSC, 17, 17, 17));
    expect(&m, TWICE "\n    clocks: [icount]", OUTCOME_INAPPLICABLE, "not applicable",
           "the claim means nothing under clock tsc");
}

static void a_claim_of_a_host_says_so(void **state) {
    (void)state;
    struct made m = {0};
    add(&m, make_row("host:a", CLOCK_HOST, 300, 300, 300));
    add(&m, make_row("host:b", CLOCK_HOST, 11, 11, 11));
    expect(&m, "holds: {row: host:a, at_least: 10, of: host:b}", OUTCOME_INAPPLICABLE,
           "not applicable", "the claim means nothing under clock host");
    expect(&m, "holds: {row: host:a, at_least: 10, of: host:b}\n    clocks: [host]",
           OUTCOME_REPRODUCED, "reproduced on this host", "");
}

#define EVERY "holds: {row: 'spin:b/n:*', at_most: 1, of: 'spin:c/n:*', plus: 2}"

static void a_star_means_every_value(void **state) {
    (void)state;
    struct made m = {0};
    expect(&m, EVERY, OUTCOME_NONE, "no verdict", "spin:b/n:* was not run");
    add_exact(&m, "spin:b/n:0", 4);
    add_exact(&m, "spin:c/n:0", 2);
    add_exact(&m, "spin:b/n:1", 5);
    add_exact(&m, "spin:c/n:1", 3);
    expect(&m, EVERY, OUTCOME_REPRODUCED, "reproduced in instructions", "");
    add_exact(&m, "spin:c/n:5", 7);
    expect(&m, EVERY, OUTCOME_NONE, "no verdict", "spin:b/n:5 was not run");
    add_exact(&m, "spin:b/n:5", 10); /* a miss is not hidden by what is missing */
    add_exact(&m, "spin:b/n:6", 1);
    expect(&m, EVERY, OUTCOME_MISSED, "not reproduced", "");
}

static void every_relation_of_a_claim_must_hold(void **state) {
    (void)state;
    static const char both[] = "holds: [{row: exo:a, at_most: 2, of: floor:a}, "
                               "{row: 'spin:b/n:*', at_least: 3, of: 'floor:b/n:*'}]";
    struct made m = {0};
    add_exact(&m, "exo:a", 34);
    add_exact(&m, "floor:a", 17);
    expect(&m, both, OUTCOME_NONE, "no verdict", "spin:b/n:* was not run");
    add_exact(&m, "spin:b/n:1", 9);
    add_exact(&m, "floor:b/n:1", 3);
    expect(&m, both, OUTCOME_REPRODUCED, "reproduced in instructions", "");
    m.rows[2].figures.median = m.rows[2].figures.low = m.rows[2].figures.high = 8;
    expect(&m, both, OUTCOME_MISSED, "not reproduced", "");
}

static void a_star_over_a_list_means_all_of_it_and_no_more(void **state) {
    (void)state;
    static const char listed[] =
        "holds: {row: 'exo:*/s', at_most: 1, of: 'spin:*/s', over: [a, c]}";
    struct made m = {0};
    add_exact(&m, "exo:a/s", 1);
    add_exact(&m, "spin:a/s", 1);
    add_exact(&m, "exo:b/s", 9);
    add_exact(&m, "spin:b/s", 1);
    expect(&m, listed, OUTCOME_NONE, "no verdict", "exo:c/s was not run");
    add_exact(&m, "exo:c/s", 1);
    add_exact(&m, "spin:c/s", 1);
    expect(&m, listed, OUTCOME_REPRODUCED, "reproduced in instructions", "");
}

static void recalled_numbers_are_no_ground(void **state) {
    (void)state;
    struct made m = {0};
    add_exact(&m, "exo:a", 34);
    add_exact(&m, "floor:a", 17);
#define RECALLED "{table: aegis-sosp95, row: syscall/null, value: ultrix, of: aegis}"
    expect(&m, TWICE "\n    paper: [" RECALLED "]", OUTCOME_NONE, "no verdict",
           "the paper's numbers are only recalled; the threshold itself holds here");
    m.rows[0].figures.median = m.rows[0].figures.low = m.rows[0].figures.high = 35;
    expect(&m, TWICE "\n    paper: [" RECALLED "]", OUTCOME_NONE, "no verdict",
           "the paper's numbers are only recalled; the threshold itself does not hold here");
    expect(&m,
           TWICE "\n    paper: [" RECALLED
                 ", {table: aegis-sosp95, row: claims, value: aegis_low}]",
           OUTCOME_MISSED, "not reproduced", "");
}

static void ratios_come_from_the_tables(void **state) {
    (void)state;
    struct made m = {0};
    struct experiment *e = parse(
        TWICE
        "\n    paper:\n"
        "      - {table: spin-sosp95, row: syscall/null, value: spin, of: osf1}\n"
        "      - {table: aegis-sosp95, row: syscall/null, value: ultrix, of: aegis}\n"
        "      - {table: aegis-sosp95, row: claims, value: aegis_high}\n"
        "      - {table: spin-sosp95, row: syscall/null, value: spin, of: spin, of_row: ipc/in_kernel_call}\n"
        "      - {table: spin-sosp95, row: size/sys, unit: lines, value: spin, of: spin, of_row: size/core}\n"
        "      - {table: spin-sosp95, row: size/extension, title: IPC, value: spin, of: spin, of_row: size/core}\n");
    struct papers tables;
    struct failure why = {0};
    char *folder = tree_path("experiments/papers");
    papers_open(&tables, folder);
    struct judged *j = claims_judge(e, &m.run, &tables, &why);
    assert_non_null(j);
    assert_int_equal(j->paper_count, 6);
    assert_true(j->papers[0].low == 0.8 && j->papers[0].high == 0.8 && j->papers[0].seen);
    /* 32.2 / 3.2, 33.7 / 2.9 and 21.3 / 1.6: each machine against itself */
    assert_true(fabs(j->papers[1].low - 10.0625) < 1e-9);
    assert_true(fabs(j->papers[1].high - 13.3125) < 1e-9);
    assert_false(j->papers[1].seen);
    assert_true(j->papers[2].low == 100 && !j->papers[2].below);
    assert_true(fabs(j->papers[3].low - 4 / 0.13) < 1e-9);
    /* of several rows of one name, those with the unit, or the title; never lines by bytes */
    assert_true(j->papers[4].low == 1646. / 10866 && j->papers[4].high == j->papers[4].low);
    assert_true(j->papers[5].low == 127. / 10866 && j->papers[5].high == j->papers[5].low);
    claims_free(j, 1);
    papers_close(&tables);
    experiment_free(e);
    free(folder);
}

/* What a reader of summary.json gets of one claim, whose second row was not run. */
static void a_claim_stands_in_the_summary(void **state) {
    (void)state;
    static const char expected[] =
        "[{\"id\": \"x/a\", \"verdict\": \"no verdict\", \"why\": \"floor:b/n:2 was not run\","
        " \"sentence\": \"S\", \"source\": \"P\", \"checked\": \"C\","
        " \"rows\": [{\"row\": \"exo:b/n:1\", \"at_most\": 2, \"of\": \"floor:b/n:1\", \"plus\": 1, \"value\": 34, \"of_value\": 17,"
        " \"ratio\": 2, \"bound\": 35, \"holds\": true},"
        " {\"row\": \"exo:b/n:2\", \"at_most\": 2, \"of\": \"floor:b/n:2\", \"plus\": 1, \"value\": 50, \"of_value\": null,"
        " \"ratio\": null, \"bound\": null, \"holds\": null}],"
        " \"paper\": [{\"table\": \"aegis-sosp95\", \"row\": \"claims\", \"value\": \"aegis_low\","
        " \"of\": null, \"of_row\": null, \"low\": 10, \"high\": 10, \"recalled\": false}]}]";
    struct made m = {0};
    add_exact(&m, "exo:b/n:1", 34);
    add_exact(&m, "floor:b/n:1", 17);
    add_exact(&m, "exo:b/n:2", 50);
    struct experiment *e =
        parse("holds: {row: 'exo:b/n:*', at_most: 2, of: 'floor:b/n:*', plus: 1}\n"
              "    paper: [{table: aegis-sosp95, row: claims, value: aegis_low}]");
    struct verdict_list list = {e, NULL};
    struct verdicts v = {.lists = &list, .count = 1};
    struct failure why = {0};
    char *folder = tree_path("experiments/papers");
    papers_open(&v.tables, folder);
    list.claims = claims_judge(e, &m.run, &v.tables, &why);
    assert_non_null(list.claims);
    json_t *claims = verdicts_to_json(&v);
    char *text = json_dumps(claims, 0);
    assert_string_equal(text, expected);
    free(text);
    json_decref(claims);
    claims_free(list.claims, 1);
    papers_close(&v.tables);
    experiment_free(e);
    free(folder);
}

/* What the terminal shows of M's one claim where ASKED rows were asked for; a new string. */
static char *told(struct made *m, const char *claim, struct run_row *asked, size_t count) {
    struct experiment *e = parse(claim);
    struct failure why = {0};
    struct verdict_list list = {e, NULL};
    struct verdicts v = {.lists = &list, .count = 1};
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    m->run.run_rows = asked;
    m->run.run_row_count = count;
    list.claims = claims_judge(e, &m->run, &v.tables, &why);
    verdicts_tell(&v, &m->run, to);
    fclose(to);
    claims_free(list.claims, 1);
    experiment_free(e);
    return text;
}

/* Of a claim that fails the pairs that do; of one whose rows were not all asked for nothing. */
static void what_fails_is_told_and_nothing_else(void **state) {
    (void)state;
    static char names[][8] = {"exo:a", "floor:a", "exo:b"}, x[] = "x";
    static const char two[] = "holds: [{row: exo:a, at_most: 2, of: floor:a}, "
                              "{row: exo:b, at_most: 2, of: floor:a}]";
    struct run_row asked[] = {{.name = names[0], .experiment = x},
                              {.name = names[1], .experiment = x},
                              {.name = names[2], .experiment = x}};
    struct made m = {0};
    add_exact(&m, names[0], 35);
    add_exact(&m, names[1], 17);
    add_exact(&m, names[2], 34);
    char *all = told(&m, two, asked, 3), *some = told(&m, two, asked, 2);
    assert_string_equal(all, "claims: 1, 1 not reproduced\nx/a: not reproduced: S\n"
                             "  exo:a 35, at most 34 would hold (floor:a 17)\n");
    assert_string_equal(some, "");
    free(all);
    free(some);
}

struct check {
    const char *name, *claim, *why;
};

static const struct check checks[] = {
    {"all exists", TWICE, ""},
    {"a row that no system has", "holds: {row: exo:quite/other, at_most: 2, of: floor:a}",
     "x.yaml:10: claim a: there is no row 'exo:quite/other'; `exospin list` prints all there are"},
    {"the other side's row", "holds: {row: exo:a, at_most: 2, of: floor:aa}",
     "x.yaml:10: claim a: there is no row 'floor:aa'; did you mean 'floor:a'? `exospin list` prints "
     "all there are"},
    {"rows of the host, which nobody knows before it has run",
     "holds: {row: host:b, at_most: 2, of: host:c}", ""},
    {"of the two, the row that is not the host's", "holds: {row: host:b, at_most: 2, of: exo:c}",
     "x.yaml:10: claim a: there is no row 'exo:c'; did you mean 'exo:a'? `exospin list` prints all "
     "there are"},
    {"a star that fits nothing", "holds: {row: 'exo:b/n:*', at_most: 2, of: 'floor:b/n:*'}",
     "x.yaml:10: claim a: there is no row 'exo:b/n:*'; `exospin list` prints all there are"},
    {"the second of two relations",
     "holds:\n      - {row: exo:a, at_most: 2, of: floor:a}\n"
     "      - {row: exo:b, at_most: 2, of: floor:a}",
     "x.yaml:12: claim a: there is no row 'exo:b'; did you mean 'exo:a'? `exospin list` prints all "
     "there are"},
    {"a value of a star that no row has",
     "holds: {row: 'exo:*', at_most: 2, of: 'floor:*', over: [a, b]}",
     "x.yaml:10: claim a: there is no row 'exo:b'; did you mean 'exo:a'? `exospin list` prints all "
     "there are"},
    {"a table that is not there", TWICE "\n    paper: [{table: nope, row: r, value: v}]",
     "cannot read the papers' table experiments/papers/nope.tsv: No such file or directory"},
    {"a paper's row that is not there",
     TWICE "\n    paper:\n      - {table: spin-sosp95, row: syscall/none, value: spin}",
     "x.yaml:12: papers/spin-sosp95.tsv has no row 'syscall/none' for system 'spin'; its rows and "
     "systems are in columns 1 and 4"},
    {"a paper's row in a unit that it does not have",
     TWICE
     "\n    paper:\n      - {table: spin-sosp95, row: size/extension, title: IPC, unit: ms, value: spin}",
     "x.yaml:12: papers/spin-sosp95.tsv has no row 'size/extension' called IPC in ms for system "
     "'spin'; its rows and systems are in columns 1 and 4"},
    {"a paper's system that is not there",
     TWICE "\n    paper:\n      - {table: spin-sosp95, row: syscall/null, value: spin, of: ultrix}",
     "x.yaml:12: papers/spin-sosp95.tsv has no row 'syscall/null' for system 'spin' to divide by "
     "'ultrix'; its rows and systems are in columns 1 and 4"},
};

static void names_must_exist(void **state) {
    (void)state;
    char *folder = tree_path("experiments/papers");
    struct texts known = {0};
    texts_add(&known, "exo:a");
    texts_add(&known, "floor:a");
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        struct experiment *e = parse(checks[i].claim);
        struct papers tables;
        struct failure why = {0};
        papers_open(&tables, folder);
        int status = claims_check(e, &known, &tables, &why);
        assert_string_equal(why.text, checks[i].why);
        assert_int_equal(status, *checks[i].why ? STATUS_EXPERIMENT : STATUS_OK);
        papers_close(&tables);
        experiment_free(e);
    }
    texts_free(&known);
    free(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_clock_reproduces_in_instructions),
        cmocka_unit_test(one_instruction_too_many_is_a_miss),
        cmocka_unit_test(at_least_is_the_other_way_round),
        cmocka_unit_test(a_ratio_needs_something_to_divide_by),
        cmocka_unit_test(real_cycles_need_the_whole_interval),
        cmocka_unit_test(missing_rows_give_no_verdict),
        cmocka_unit_test(what_fails_is_told_and_nothing_else),
        cmocka_unit_test(two_clocks_are_never_compared),
        cmocka_unit_test(a_claim_in_instructions_means_nothing_in_cycles),
        cmocka_unit_test(a_claim_of_a_host_says_so),
        cmocka_unit_test(a_star_means_every_value),
        cmocka_unit_test(every_relation_of_a_claim_must_hold),
        cmocka_unit_test(a_star_over_a_list_means_all_of_it_and_no_more),
        cmocka_unit_test(recalled_numbers_are_no_ground),
        cmocka_unit_test(ratios_come_from_the_tables),
        cmocka_unit_test(a_claim_stands_in_the_summary),
        cmocka_unit_test(names_must_exist),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("claims", tests, NULL, NULL);
}
