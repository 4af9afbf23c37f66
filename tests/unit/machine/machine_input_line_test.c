/* SPDX-License-Identifier: MIT */
/* machine_input_line_test.c -- typed bytes become lines, and a terminal shows them. */
#include "machine/interrupt/input_line.h"
#include "unit.h"

#include <string.h>

static char lines[4096], shown[4096];

/* All lines that ended, each with a '|' behind it; what is shown is in `shown`. */
static const char *type(struct input_line *l, const char *bytes, size_t n) {
    lines[0] = shown[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        bool ended;
        strcat(shown, input_line_take(l, (uint8_t)bytes[i], &ended));
        if (ended)
            strcat(strcat(lines, l->text), "|");
        assert_int_equal(strlen(l->text), l->length);
    }
    return lines;
}

#define TYPE(l, text) type(l, text, sizeof(text) - 1)

static void each_end_of_line_ends_one(void **state) {
    struct input_line l = {.length = 0};
    (void)state;
    assert_string_equal(TYPE(&l, "a\rb\nc\r\nd\n\re\n\n"), "a|b|c|d||e||");
    assert_string_equal(shown, "a\nb\nc\nd\n\ne\n\n");
    assert_string_equal(TYPE(&l, "half"), "");
    assert_string_equal(TYPE(&l, " a line\r"), "half a line|");
    assert_string_equal(TYPE(&l, "\nx\n"), "x|"); /* that LF was the CR's */
}

static void a_line_is_edited(void **state) {
    struct input_line l = {.length = 0};
    (void)state;
    assert_string_equal(TYPE(&l, "lisp\bt\n"), "list|");
    assert_string_equal(shown, "lisp\b \bt\n");
    assert_string_equal(TYPE(&l, "\b\x7fx\x7f\x7fy\n"), "y|");
    assert_string_equal(shown, "x\b \by\n");
    assert_string_equal(TYPE(&l, "all wrong\x15right\n"), "right|");
    assert_string_equal(TYPE(&l, "\b\n"), "|"); /* nothing of the line before */
}

static void what_is_no_character_is_not_taken(void **state) {
    struct input_line l = {.length = 0};
    (void)state;
    assert_string_equal(TYPE(&l, "\0a\x1b\t\x80\xff~ \n"), "a~ |");
    assert_string_equal(shown, "a~ \n");
}

static void what_finds_no_room_is_dropped_and_counted(void **state) {
    struct input_line l = {.length = 0};
    char bytes[INPUT_LINE_MAX + 4], expected[INPUT_LINE_MAX + 2];
    (void)state;
    memset(bytes, 'x', sizeof bytes);
    bytes[sizeof bytes - 1] = '\n';
    memset(expected, 'x', INPUT_LINE_MAX);
    strcpy(expected + INPUT_LINE_MAX, "|");
    assert_string_equal(type(&l, bytes, sizeof bytes), expected);
    assert_int_equal(l.dropped, 3);
    assert_string_equal(shown + INPUT_LINE_MAX, "\a\a\a\n");
    assert_string_equal(TYPE(&l, "y\n"), "y|");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_end_of_line_ends_one),
        cmocka_unit_test(a_line_is_edited),
        cmocka_unit_test(what_is_no_character_is_not_taken),
        cmocka_unit_test(what_finds_no_room_is_dropped_and_counted),
    };
    return cmocka_run_group_tests_name("machine/input_line", tests, NULL, NULL);
}
