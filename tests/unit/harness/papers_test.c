/* SPDX-License-Identifier: MIT */
/* papers_test.c -- the papers' tables: what is read, and the exact words for each thing that can be
 * wrong. */
#include "experiment/papers.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define HEAD                                                                                       \
    "experiment\tpaper_table\trow\tsystem\tplatform\tmetric\tunit\tvalue\tprovenance\tconfidence\n"
#define ROW(value, confidence)                                                                     \
    "a/b\t2\tA call\tspin\tAlpha\tlatency\tus\t" value "\tBook\t" confidence

#define OTHER "a/b\t2\tA reply\tspin\tAlpha\tlatency\tus\t5\tBook\trecalled"

struct refusal {
    const char *name, *text, *why;
};

static const struct refusal refusals[] = {
    {"an empty file", "", "t.tsv:1: 1 columns; allowed: 10, parted by tabs"},
    {"another header",
     "experiment\ttable\trow\tsystem\tplatform\tmetric\tunit\tvalue\tprovenance\tconfidence\n",
     "t.tsv:1: column 2 is called 'table'; allowed: 'paper_table'"},
    {"a short row", HEAD "a/b\t2\n", "t.tsv:2: 2 columns; allowed: 10, parted by tabs"},
    {"a long row", HEAD ROW("4", "seen") "\tmore\n",
     "t.tsv:2: 11 columns; allowed: 10, parted by tabs"},
    {"an empty column", HEAD "a/b\t\tA call\tspin\tAlpha\tlatency\tus\t4\tBook\tseen\n",
     "t.tsv:2: paper_table: is empty; a text belongs here"},
    {"a value in words", HEAD ROW("4", "seen") "\n" ROW("four", "seen") "\n",
     "t.tsv:3: value: 'four' is none; allowed: a decimal number above 0"},
    {"a value of nothing", HEAD ROW("0", "seen") "\n",
     "t.tsv:2: value: '0' is none; allowed: a decimal number above 0"},
    {"a value with no end", HEAD ROW("1e999", "seen") "\n",
     "t.tsv:2: value: '1e999' is none; allowed: a decimal number above 0"},
    {"a value in another base", HEAD ROW("0x10", "seen") "\n",
     "t.tsv:2: value: '0x10' is none; allowed: a decimal number above 0"},
    {"a row that stands twice", HEAD ROW("4", "seen") "\n" OTHER "\n" ROW("5", "recalled") "\n",
     "t.tsv:4: 'a/b' of 'spin' stands here again; first in line 2"},
    {"a control character of two bytes", HEAD ROW("4\xc2\x9b", "seen") "\n",
     "t.tsv:2: not a text; allowed: UTF-8 without control bytes"},
    {"another confidence", HEAD ROW("4", "guessed") "\n",
     "t.tsv:2: confidence: 'guessed' is none of these: seen recalled"},
    {"a line of nothing", HEAD "\n" ROW("4", "seen") "\n",
     "t.tsv:2: 1 columns; allowed: 10, parted by tabs"},
    {"a carriage return", HEAD ROW("4", "seen") "\r\n",
     "t.tsv:2: not a text; allowed: UTF-8 without control bytes"},
    {"bytes that are no UTF-8", HEAD ROW("4", "seen") "\n" ROW("4", "se\xffn") "\n",
     "t.tsv:3: not a text; allowed: UTF-8 without control bytes"},
};

static void refuses(void **state) {
    const struct refusal *r = *state;
    struct failure why = {0};
    assert_null(paper_parse("t.tsv", r->text, strlen(r->text), &why));
    assert_string_equal(why.text, r->why);
    assert_int_equal(why.status, STATUS_EXPERIMENT);
}

static void reads_rows(void **state) {
    (void)state;
    static const char text[] = HEAD ROW("0.25", "seen") "\n" OTHER;
    struct failure why = {0};
    struct paper *p = paper_parse("x/t.tsv", text, sizeof text - 1, &why);
    assert_non_null(p);
    assert_string_equal(p->table, "t");
    assert_int_equal(p->count, 2);
    assert_true(p->rows[0].number == 0.25 && p->rows[0].seen && !p->rows[1].seen);
    assert_string_equal(p->rows[1].row, "A reply");
    size_t from = 0;
    assert_ptr_equal(paper_next(p, &from, "a/b", "spin", NULL), &p->rows[0]);
    assert_ptr_equal(paper_next(p, &from, NULL, NULL, "Alpha"), &p->rows[1]);
    assert_null(paper_next(p, &from, NULL, NULL, NULL));
    assert_true(paper_row_is(&p->rows[0], NULL, NULL));
    assert_true(paper_row_is(&p->rows[0], "us", "A call"));
    assert_false(paper_row_is(&p->rows[0], "ms", NULL));
    assert_false(paper_row_is(&p->rows[0], NULL, "A reply"));
    paper_free(p);
}

static void refuses_a_nul(void **state) {
    (void)state;
    static const char text[] = HEAD "\0b";
    struct failure why = {0};
    assert_null(paper_parse("t.tsv", text, sizeof text - 1, &why));
    assert_string_equal(why.text, "t.tsv:2: not a text; allowed: UTF-8 without control bytes");
}

static void refuses_a_table_without_end(void **state) {
    (void)state;
    static char text[PAPER_BYTES_MAX + 1];
    struct failure why = {0};
    memset(text, '\n', sizeof text);
    assert_null(paper_parse("t.tsv", text, sizeof text, &why));
    assert_string_equal(why.text, "t.tsv:1: has 262145 bytes; allowed: 262144");
    assert_int_equal(why.status, STATUS_EXPERIMENT);
}

static void every_table_in_the_tree_reads(void **state) {
    (void)state;
    static const char *const names[] = {"spin-sosp95", "spin-dispatch-osdi96", "aegis-sosp95",
                                        "xok-sosp97"};
    char *folder = tree_path("experiments/papers");
    struct papers tables;
    papers_open(&tables, folder);
    for (int i = 0; i < 4; i++) {
        struct failure why = {0};
        const struct paper *p = papers_find(&tables, names[i], &why);
        if (!p)
            fail_msg("%s", why.text);
        assert_ptr_equal(papers_find(&tables, names[i], &why), p);
    }
    struct failure why = {0};
    assert_null(papers_find(&tables, "none", &why));
    assert_string_equal(why.text,
                        "cannot read the papers' table experiments/papers/none.tsv: No such "
                        "file or directory");
    papers_close(&tables);
    free(folder);
}

int main(void) {
    enum { REFUSALS = sizeof refusals / sizeof *refusals };
    struct CMUnitTest tests[REFUSALS + 4] = {
        cmocka_unit_test(reads_rows),
        cmocka_unit_test(refuses_a_nul),
        cmocka_unit_test(refuses_a_table_without_end),
        cmocka_unit_test(every_table_in_the_tree_reads),
    };
    for (int i = 0; i < REFUSALS; i++) {
        char *name = text_format("refuses %s", refusals[i].name);
        tests[4 + i] =
            (struct CMUnitTest){name, refuses, NULL, NULL, (void *)(uintptr_t)&refusals[i]};
    }
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int failed = cmocka_run_group_tests_name("papers", tests, NULL, NULL);
    for (int i = 0; i < REFUSALS; i++)
        free((char *)(uintptr_t)tests[4 + i].name);
    return failed;
}
