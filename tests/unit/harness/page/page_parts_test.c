/* SPDX-License-Identifier: MIT */
/* page_parts_test.c -- what the parts of the page say of figures and verdicts set by hand. */
#include "page/page.h"
#include "base/text.h"
#include "base/tree.h"
#include "result/verdicts.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* A run of a few rows with one boot, and the one chapter of its page. */
struct made {
    struct row rows[8];
    struct trial trial;
    struct boot boot;
    struct run run;
    struct experiment *experiment;
    struct judged *claims;
    struct papers tables;
    struct chapter chapter;
};

static char none[] = "";

static void add(struct made *m, const char *name, enum clock clock, double median) {
    m->run.rows = m->rows;
    m->rows[m->run.row_count++] =
        (struct row){.name = (char *)(uintptr_t)name,
                     .kind = ROW_BENCH,
                     .state = ROW_COMPLETE,
                     .clock = clock,
                     .why = "",
                     .trials = &m->trial,
                     .trial_count = 1,
                     .figures = {.present = true, .median = median, .low = median, .high = median}};
}

/* The page's PART of M and an experiment with these answers and claims, a new string. */
static char *page(struct made *m, const char *rest, void (*part)(struct page *p)) {
    char *folder = tree_path("experiments/papers");
    char *text = text_format("title: T\nquestion: Q\nunit: call\nsystems: [exo]\n%s", rest);
    struct failure why = {0};
    size_t length;
    m->boot.label = m->boot.raw = m->boot.system = none;
    m->run.boots = &m->boot;
    m->run.boot_count = 1;
    papers_open(&m->tables, folder);
    m->experiment = experiment_parse("x", "x.yaml", text, strlen(text), &why);
    assert_non_null(m->experiment);
    m->claims = claims_judge(m->experiment, &m->run, &m->tables, &why);
    assert_non_null(m->claims);
    m->chapter = (struct chapter){.experiment = m->experiment, .claims = m->claims};
    struct page p = {.html = html_new(),
                     .run = &m->run,
                     .chapters = &m->chapter,
                     .chapter_count = 1,
                     .tables = &m->tables};
    part(&p);
    char *html = html_finish(p.html, &length);
    claims_free(m->claims, m->experiment->claims.count);
    experiment_free(m->experiment);
    papers_close(&m->tables);
    free(text);
    free(folder);
    return html;
}

static void expect(struct made *m, const char *rest, void (*part)(struct page *p),
                   const char *there, const char *not_there) {
    char *html = page(m, rest, part);
    if (!strstr(html, there))
        fail_msg("'%s' is not in %s", there, html);
    if (not_there && strstr(html, not_there))
        fail_msg("'%s' is in %s", not_there, html);
    free(html);
}

#define ANSWER "answers:\n  - {cost: a, rows: [exo:a, linux:a], floor: floor:a}\n"

/* Of another clock a figure is no answer: the columns are in one unit. */
static void answers_are_by_the_runs_clock(void **state) {
    (void)state;
    struct made m = {.run = {.clock = CLOCK_ICOUNT}};
    add(&m, "exo:a", CLOCK_ICOUNT, 34);
    add(&m, "floor:a", CLOCK_ICOUNT, 17);
    add(&m, "linux:a", CLOCK_HOST, 340);
    expect(&m, ANSWER, page_answers, "<b>34</b>", "340");
    m.rows[2].clock = CLOCK_ICOUNT;
    expect(&m, ANSWER, page_answers, "<b>340</b>", NULL);
}

/* Ten million times the floor: of eight powers of ten those are named that do not touch. */
static void an_axis_of_many_powers_names_few(void **state) {
    (void)state;
    struct made m = {.run = {.clock = CLOCK_ICOUNT}};
    add(&m, "exo:a", CLOCK_ICOUNT, 1e7);
    add(&m, "floor:a", CLOCK_ICOUNT, 1);
    expect(&m, ANSWER, page_answers, ">10,000,000</span>", ">1,000,000</span>");
    expect(&m, ANSWER, page_answers, ">1 × floor</span>", ">100</span>");
    expect(&m, ANSWER, page_answers, ">10,000</span>", NULL);
    m.rows[0].figures.median = 100;
    expect(&m, ANSWER, page_answers, ">10</span>", NULL);
}

#define CLAIM(id, holds)                                                                           \
    "  - id: " id "\n    sentence: S\n    source: P\n    checked: C\n    holds: " holds "\n"

static void the_first_sentence_counts_what_means_something(void **state) {
    (void)state;
    static const char claims[] = "claims:\n" CLAIM("a", "{row: exo:a, at_most: 2, of: floor:a}")
        CLAIM("b", "{row: exo:a, at_most: 3, of: floor:b}")
            CLAIM("c", "{row: exo:a, at_least: 1, of: floor:a}\n    clocks: [host]");
    struct made m = {.run = {.clock = CLOCK_ICOUNT}};
    add(&m, "exo:a", CLOCK_ICOUNT, 34);
    add(&m, "floor:a", CLOCK_ICOUNT, 17);
    expect(&m, claims, page_answers, "1 of 2 claims hold", "do not");
    expect(&m, claims, page_answers, "; 1 has no verdict (", "does not");
    m.rows[0].figures.low = m.rows[0].figures.median = m.rows[0].figures.high = 35;
    expect(&m, claims, page_answers, "; 1 does not, 1 has no verdict (", NULL);
    add(&m, "floor:b", CLOCK_ICOUNT, 17);
    expect(&m, claims, page_answers, "; 1 does not (", "no verdict");
}

#define RECALLED "{table: aegis-sosp95, row: syscall/null, value: ultrix, of: aegis}"
#define SEEN     "{table: aegis-sosp95, row: claims, value: aegis_low}"

/* Beside a number that was read, one that is only recalled widens nothing. */
static void a_papers_ratio_is_of_what_was_read(void **state) {
    (void)state;
    struct made m = {.run = {.clock = CLOCK_ICOUNT}};
    add(&m, "exo:a", CLOCK_ICOUNT, 34);
    add(&m, "floor:a", CLOCK_ICOUNT, 17);
    expect(&m,
           "claims:\n" CLAIM("a", "{row: exo:a, at_most: 2, of: floor:a}\n    paper: [" RECALLED
                                  ", " SEEN "]"),
           page_claims, "<td class=\"number\">10\u00a0×</td>", NULL);
    expect(
        &m,
        "claims:\n" CLAIM("a", "{row: exo:a, at_most: 2, of: floor:a}\n    paper: [" RECALLED "]"),
        page_claims, "<td class=\"number\">10.1\u00a0– 13.3\u00a0×<abbr class=\"dagger\"", NULL);
}

/* A ratio of rows that the claim is not about under this clock would look like an answer. */
static void a_claim_that_means_nothing_has_no_ratio(void **state) {
    (void)state;
    static const char claim[] =
        "claims:\n" CLAIM("a", "{row: exo:a, at_most: 2, of: floor:a}\n    clocks: [host]");
    struct made m = {.run = {.clock = CLOCK_ICOUNT}};
    add(&m, "exo:a", CLOCK_ICOUNT, 34);
    add(&m, "floor:a", CLOCK_ICOUNT, 17);
    expect(&m, claim, page_claims, "<td class=\"number\">–<small>at most", "<b>34</b>");
}

static void papers_of_the_chapter(struct page *p) {
    page_papers(p, p->chapters);
}

/* SPIN's call was 0.8 times OSF/1's; ours has a multiple where both have a figure by one clock. */
static void a_multiple_beside_the_papers_is_of_one_clock(void **state) {
    (void)state;
    static const char papers[] =
        "papers:\n  - table: spin-sosp95\n    row: syscall/null\n    of: osf1\n"
        "    ours: {osf1: linux:a, spin: exo:a}\n";
    static const char with[] = "<td class=\"number strong\">0.25\u00a0×</td>";
    struct made m = {.run = {.clock = CLOCK_ICOUNT}};
    add(&m, "exo:a", CLOCK_ICOUNT, 25);
    add(&m, "linux:a", CLOCK_ICOUNT, 100);
    expect(&m, papers, papers_of_the_chapter, "<td class=\"number\">0.8\u00a0×</td>", NULL);
    expect(&m, papers, papers_of_the_chapter, with, NULL);
    m.rows[1].clock = CLOCK_TSC;
    expect(&m, papers, papers_of_the_chapter, "exo:a", with);
    m.rows[1].clock = CLOCK_ICOUNT;
    m.rows[1].figures.present = false;
    expect(&m, papers, papers_of_the_chapter, "exo:a", with);
}

static void a_banner_says_what_is_wrong_and_else_nothing(void **state) {
    (void)state;
    struct problem problem = {0};
    char partial[] = "signal 2";
    struct made m = {.run = {.complete = true, .partial = none}};
    expect(&m, "", page_banner, "", "banner");
    m.run.problems = &problem;
    m.run.problem_count = 1;
    expect(&m, "", page_banner, ">What went wrong</a>", "partial");
    m.run.complete = false;
    m.run.partial = partial;
    expect(&m, "", page_banner, "This run is partial</b>: signal 2.", NULL);
}

static void checks_that_never_reported_are_counted(void **state) {
    (void)state;
    struct made m = {0};
    add(&m, "exo:a", CLOCK_NONE, 0);
    m.rows[0].kind = ROW_CHECK;
    m.rows[0].verdict = VERDICT_PASS;
    expect(&m, "", page_problems, "1 passed, 0 failed.", NULL);
    add(&m, "exo:b", CLOCK_NONE, 0);
    m.rows[1].kind = ROW_CHECK;
    expect(&m, "", page_problems, "1 passed, 0 failed, 1 never reported.", NULL);
}

/* The command that makes a row again asks for it and for no row with a like name. */
static void a_rows_command_quotes_its_name(void **state) {
    (void)state;
    struct made m = {.run = {.clock = CLOCK_TSC, .via = none}};
    m.boot.label = none;
    m.run.boots = &m.boot;
    m.run.boot_count = 1;
    add(&m, "exo:a.b+c", CLOCK_TSC, 1);
    m.rows[0].system = (char[]){"exo"};
    m.rows[0].experiment = (char[]){"a"};
    char *command = page_command(&m.run, &m.rows[0]);
    assert_string_equal(command,
                        "./exospin run a --systems exo --filter '^exo:a\\.b\\+c$' --clock tsc");
    free(command);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_by_the_runs_clock),
        cmocka_unit_test(an_axis_of_many_powers_names_few),
        cmocka_unit_test(the_first_sentence_counts_what_means_something),
        cmocka_unit_test(a_papers_ratio_is_of_what_was_read),
        cmocka_unit_test(a_claim_that_means_nothing_has_no_ratio),
        cmocka_unit_test(a_multiple_beside_the_papers_is_of_one_clock),
        cmocka_unit_test(a_banner_says_what_is_wrong_and_else_nothing),
        cmocka_unit_test(checks_that_never_reported_are_counted),
        cmocka_unit_test(a_rows_command_quotes_its_name),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("page parts", tests, NULL, NULL);
}
