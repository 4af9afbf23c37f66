/* SPDX-License-Identifier: MIT */
/* engine_explain_test.c -- a verdict gets the source's lines around it, and is cut where it becomes
 * too long. */
#include "unit.h"
#include "engine/verify/explain.h"
#include "engine_lined.h"

/* Of the object: slot 0 has a line with its text, slot 2 one without, and .text its own. */
static struct account account;
static struct hooks hooks;
static struct object object;
static struct source source;
static struct made made;
static struct verdict verdict;
/* The program's slots are others than the object's. */
static const uint32_t origin[] = {7, 0, 2};
enum { AT_TEXT = 1, AT_NUMBER = 2 };
#define LINE_TEXT "  return 3;\n"

static int open_object(void **state) {
    struct report why;
    (void)state;
    hooks = account_hooks(&account);
    make_ext(&source);
    make_lined(&made, &source);
    return object_open(&object, &hooks, made.bytes, made.len, &why) ? 0 : 1;
}

static int close_object(void **state) {
    (void)state;
    object_close(&object);
    free(source.types);
    return account.live != 0;
}

static void explain(uint32_t slot, const char *text) {
    verdict.slot = slot;
    snprintf(verdict.text, sizeof verdict.text, "%s", text);
    explain_verdict(&object, origin, &verdict);
}

static void the_line_stands_in_front_where_there_is_one(void **state) {
    (void)state;
    verdict.forks = 0;
    explain(AT_TEXT, "broken\nhint: mend it\n");
    assert_string_equal(verdict.text, LINE_TEXT "broken\nhint: mend it\n");
    explain(AT_NUMBER, "broken\n");
    assert_string_equal(verdict.text, "broken\n");
}

static void forks_stand_in_order_before_the_last_hint_and_are_counted(void **state) {
    static const struct {
        uint32_t slot;
        bool taken;
    } forks[] = {{AT_TEXT, true},    {AT_TEXT, true},    {AT_TEXT, false}, {AT_NUMBER, false},
                 {AT_NUMBER, false}, {AT_NUMBER, false}, {AT_TEXT, false}};
    (void)state;
    verdict.forks = sizeof forks / sizeof *forks;
    for (uint32_t i = 0; i < verdict.forks; i++) {
        verdict.fork[i].slot = forks[i].slot;
        verdict.fork[i].taken = forks[i].taken;
    }
    explain(AT_NUMBER, "broken\nhint: not this\nhint: mend it\n");
    assert_string_equal(verdict.text, "broken\nhint: not this\n"
                                      "  three.c:7:5 (in prog+0): return 3;: taken, 2 times\n"
                                      "  three.c:7:5 (in prog+0): return 3;: not taken\n"
                                      "  three.c:8 (in prog+2): not taken, 3 times\n"
                                      "  three.c:7:5 (in prog+0): return 3;: not taken\n"
                                      "hint: mend it\n");
    explain(AT_NUMBER, "broken"); /* no hint: they end it */
    assert_non_null(strstr(verdict.text, "broken  three.c:7:5"));
    verdict.forks = 0;
}

/* For every length of text up to the most: the line, and as much of the text as there is
 * room for. */
static void what_does_not_fit_is_cut_from_the_end(void **state) {
    static char text[VERDICT_TEXT_MAX], wanted[VERDICT_TEXT_MAX + sizeof LINE_TEXT];
    (void)state;
    verdict.forks = 0;
    for (size_t len = 0; len < sizeof text; len++) {
        text[len] = '\0';
        explain(AT_TEXT, text);
        snprintf(wanted, sizeof wanted, LINE_TEXT "%s", text);
        wanted[sizeof verdict.text - 1] = '\0';
        assert_string_equal(verdict.text, wanted);
        text[len] = (char)('a' + len % 26);
    }
    /* A fork that would stand where no room is left changes nothing. */
    text[sizeof text - 1] = '\0';
    verdict.forks = 1;
    verdict.fork[0].slot = AT_TEXT;
    explain(AT_NUMBER, text);
    assert_string_equal(verdict.text, text);
    verdict.forks = 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_stands_in_front_where_there_is_one),
        cmocka_unit_test(forks_stand_in_order_before_the_last_hint_and_are_counted),
        cmocka_unit_test(what_does_not_fit_is_cut_from_the_end),
    };
    return cmocka_run_group_tests_name("engine_explain", tests, open_object, close_object);
}
