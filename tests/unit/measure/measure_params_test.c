/* SPDX-License-Identifier: MIT */
/* measure_params_test.c -- boot words: what is taken, what is handed back, and which rows a list
 * selects. */
#include "measure/params.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char refused[256];

static void refuse(const char *word, size_t length) {
    size_t at = strlen(refused);
    snprintf(refused + at, sizeof refused - at, "%.*s|", (int)length, word);
}

static struct params parse(const char *text) {
    struct params p;
    refused[0] = '\0';
    params_default(&p);
    params_parse(&p, text, strlen(text), refuse);
    return p;
}

static void nothing_told_is_the_defaults(void **state) {
    struct params p = parse("");
    (void)state;
    assert_null(p.run);
    assert_int_equal(p.clock, CLOCK_NONE);
    assert_int_equal(p.samples, 64);
    assert_int_equal(p.cold, 1);
    assert_int_equal(p.warm, 8);
    assert_int_equal(p.inject, INJECT_NOTHING);
}

static void every_word_is_read(void **state) {
    struct params p =
        parse(" run=1-3,x\tclock=tsc\nsamples=4000  cold=0 warm=1000 inject=no-sample\n\n");
    (void)state;
    assert_string_equal(refused, "");
    assert_int_equal(p.run_length, 5);
    assert_memory_equal(p.run, "1-3,x", 5);
    assert_int_equal(p.clock, CLOCK_TSC);
    assert_int_equal(p.samples, 4000);
    assert_int_equal(p.cold, 0);
    assert_int_equal(p.warm, 1000);
    assert_int_equal(p.inject, INJECT_NO_SAMPLE);
}

static void the_last_of_two_counts_and_a_refused_one_changes_nothing(void **state) {
    struct params p = parse("clock=icount samples=5 samples=6 clock=host samples=0");
    (void)state;
    assert_int_equal(p.samples, 6);
    assert_int_equal(p.clock, CLOCK_ICOUNT);
    assert_string_equal(refused, "clock=host|samples=0|");
}

static void what_is_not_known_is_handed_back(void **state) {
    static const char *const words[] = {
        "quiet",
        "=",
        "run",
        "runs=1",
        "clock=",
        "clock=icounts",
        "samples=",
        "samples=x",
        "samples=-1",
        "samples=4001",
        "samples=99999999999999999999999",
        "inject=nothing",
        "cold=65",
        "warm=1001",
        "samples=6\x80",
    };
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        char want[64];
        struct params p = parse(words[i]), defaults = parse("");
        parse(words[i]);
        snprintf(want, sizeof want, "%s|", words[i]);
        assert_string_equal(refused, want);
        assert_memory_equal(&p, &defaults, sizeof p);
    }
}

static void the_text_may_end_anywhere(void **state) {
    static const char text[] = "run=all clock=icount";
    (void)state;
    for (size_t length = 0; length < sizeof text - 1; length++) {
        char *copy = memcpy(malloc(length + !length), text, length);
        struct params p;
        params_default(&p);
        params_parse(&p, copy, length, NULL);
        assert_int_equal(p.run != NULL, length >= 4);
        assert_int_equal(p.clock, CLOCK_NONE);
        free(copy);
    }
    struct params p;
    params_default(&p);
    params_parse(&p, "samples=7\0samples=8", 19, NULL);
    assert_int_equal(p.samples, 7);
}

static void lists_select(void **state) {
    static const struct {
        const char *list, *name;
        unsigned row;
        bool selected;
    } cases[] = {
        {"run=all", "a", 0, true},
        {"run=", "a", 0, false},
        {"run=0", "a", 0, true},
        {"run=1", "a", 0, false},
        {"run=0-14,17", "a", 14, true},
        {"run=0-14,17", "a", 15, false},
        {"run=0-14,17", "a", 17, true},
        {"run=5-3", "a", 4, false},
        {"run=4294967295", "a", 0, false},
        {"run=4294967296", "a", 0, false},
        {"run=-", "a", 0, false},
        {"run=1-", "a", 1, false},
        {"run=,,a,", "a", 9, true},
        {"run=syscall/null", "syscall/null", 0, true},
        {"run=syscall/null", "syscall/nulls", 0, false},
        {"run=syscall", "syscall/null", 0, false},
        {"run=syscall/*", "syscall/args:3", 0, true},
        {"run=*/args:*", "syscall/args:3", 0, true},
        {"run=*a*b*c", "xaxbxbc", 0, true},
        {"run=*a*b*c", "xaxbxbd", 0, false},
        {"run=?", "a", 0, true},
        {"run=?", "", 0, false},
        {"run=*", "", 0, true},
        {"run=mmu/cr3", "mmu/cr3_pcid", 0, false},
        {"run=7-a", "7-a", 7, true},
        {"clock=icount", "a", 0, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct params p = parse(cases[i].list);
        if (params_select(&p, cases[i].row, cases[i].name) != cases[i].selected)
            fail_msg("%s and row %u '%s'", cases[i].list, cases[i].row, cases[i].name);
    }
}

/* A glob of stars against a name it just misses takes no more than the product of both lengths. */
static void stars_do_not_explode(void **state) {
    struct params p = parse("run=a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b");
    char name[2048];
    (void)state;
    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_false(params_select(&p, 0, name));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_told_is_the_defaults),
        cmocka_unit_test(every_word_is_read),
        cmocka_unit_test(the_last_of_two_counts_and_a_refused_one_changes_nothing),
        cmocka_unit_test(what_is_not_known_is_handed_back),
        cmocka_unit_test(the_text_may_end_anywhere),
        cmocka_unit_test(lists_select),
        cmocka_unit_test(stars_do_not_explode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
