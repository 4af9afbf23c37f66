/* SPDX-License-Identifier: MIT */
/* measure_console_test.c -- a person types: commands, editing, nonsense, lines without end. */
#include "measure/console.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

static const char *typed;
static char shown[16384], obeyed[4096];

static int type(void) {
    return *typed ? (unsigned char)*typed++ : -1;
}

static void show(const char *bytes, size_t length) {
    strncat(shown, bytes, length);
}

static void list(void) {
    size_t at = strlen(obeyed);
    snprintf(obeyed + at, sizeof obeyed - at, "LIST|");
}

static void run(const char *words, size_t length) {
    size_t at = strlen(obeyed);
    snprintf(obeyed + at, sizeof obeyed - at, "%.*s|", (int)length, words);
}

/* A system's own commands: those that begin with a dot. */
static bool obey(const char *line, size_t length) {
    size_t at = strlen(obeyed);
    if (line[0] != '.')
        return false;
    snprintf(obeyed + at, sizeof obeyed - at, "%.*s|", (int)length, line);
    return true;
}

static const struct console_more dots = {.obey = obey, .help = ".anything        of its own\n"};
static const struct console_more *more;

/* Types KEYS until they end; the line's end is a halt. */
static void session(const char *keys) {
    typed = keys;
    shown[0] = obeyed[0] = '\0';
    console_run(
        &(struct console){.read = type, .text = show, .list = list, .run = run, .more = more});
}

static void commands_are_obeyed(void **state) {
    (void)state;
    session("list\rrun syscall/*\n  run  all clock=tsc  \n\nhalt\nlist\n");
    assert_string_equal(obeyed, "LIST|run=syscall/*|run=all clock=tsc|");
}

static void help_is_shown_and_nonsense_is_named(void **state) {
    (void)state;
    session("help\n");
    assert_non_null(strstr(shown, "stop the machine"));
    session(" frobnicate all\n");
    assert_non_null(strstr(shown, "\nno such command: frobnicate; 'help' lists them\n> "));
    assert_null(strstr(shown, "stop the machine"));
    session("lists\nruns\n");
    assert_string_equal(obeyed, "");
}

static void a_system_has_commands_of_its_own(void **state) {
    (void)state;
    session(".mine 1 2\nhelp\n");
    assert_string_equal(obeyed, "");
    assert_null(strstr(shown, "of its own"));
    more = &dots;
    session(".mine 1 2\nlist\n");
    assert_string_equal(obeyed, ".mine 1 2|LIST|");
    assert_null(strstr(shown, "no such command"));
    session("mine\nhelp\n");
    assert_non_null(strstr(shown, "no such command"));
    assert_non_null(strstr(shown, "of its own"));
    more = NULL;
}

static void run_without_a_name_does_nothing(void **state) {
    (void)state;
    session("run  \n");
    assert_string_equal(obeyed, "");
    assert_non_null(strstr(shown, "run what?"));
}

static void lines_are_edited(void **state) {
    (void)state;
    session("lisx\bt\nnonsense\025list\nxyz\003list\n\b\b\177list\x80\x01\n");
    assert_string_equal(obeyed, "LIST|LIST|LIST|LIST|");
}

static void a_line_too_long_does_nothing(void **state) {
    char keys[CONSOLE_LINE_MAX * 2];
    (void)state;
    snprintf(keys, sizeof keys, "run all %0*d\nlist\n", CONSOLE_LINE_MAX, 0);
    session(keys);
    assert_string_equal(obeyed, "LIST|");
    assert_non_null(strstr(shown, "too long"));
}

static void the_longest_line_is_obeyed(void **state) {
    char keys[CONSOLE_LINE_MAX + 2];
    (void)state;
    snprintf(keys, sizeof keys, "run %0*d\n", CONSOLE_LINE_MAX - 4, 0);
    session(keys);
    assert_int_equal(strlen(obeyed), CONSOLE_LINE_MAX + 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_obeyed),
        cmocka_unit_test(help_is_shown_and_nonsense_is_named),
        cmocka_unit_test(a_system_has_commands_of_its_own),
        cmocka_unit_test(run_without_a_name_does_nothing),
        cmocka_unit_test(lines_are_edited),
        cmocka_unit_test(a_line_too_long_does_nothing),
        cmocka_unit_test(the_longest_line_is_obeyed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
