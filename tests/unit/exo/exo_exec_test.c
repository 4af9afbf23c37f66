/* SPDX-License-Identifier: MIT */
/* exo_exec_test.c -- the strings that a program of ExOS begins with, and scripts. */
#include "exo/libos/exos/program/arguments.h"
#include "exo/libos/exos/program/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/error.h"

#define AT 0x7e0000001000ul /* where the program will see the block */

static const char *const words[] = {"program", "", "two words", NULL};
static const char *const more[] = {"A=b", NULL};

/* The string that the i-th word of the block leads to. */
static const char *string_at(const char *block, size_t i) {
    uint64_t at;
    memcpy(&at, block + i * sizeof at, sizeof at);
    return at ? block + (at - AT) : NULL;
}

static void check_block(arguments first, arguments second) {
    long bytes = arguments_size(first, second, 4096);
    assert_true(bytes > 0);
    char *block = malloc((size_t)bytes); /* exactly: a byte more is an error */
    uint64_t n = arguments_write(block, AT, first, second);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(string_at(block, i), first[i]);
    assert_null(string_at(block, n));
    size_t at = n + 1;
    for (size_t i = 0; second && second[i]; i++)
        assert_string_equal(string_at(block, at++), second[i]);
    assert_null(string_at(block, at));
    free(block);
}

static void strings_and_vectors_are_where_they_say(void **unused) {
    (void)unused;
    check_block(words, more);
    check_block(NULL, NULL);
    check_block(words + 3, more);
    check_block(words, NULL);
}

static void a_block_is_as_long_as_it_is_said_to_be_or_too_long(void **unused) {
    (void)unused;
    const size_t bytes = (3 + 1 + 2) * 8 + 8 + 1 + 10 + 4;
    assert_int_equal(arguments_size(words, more, 4096), bytes);
    for (size_t room = 1; room < bytes; room++)
        assert_int_equal(arguments_size(words, more, room), -E_TOO_LONG);
}

/* Whether `text` is a script; then what of it is asked for in `argv` after a and b. */
static bool is_script(struct script *s, const char *text, size_t length) {
    static const char *const argv[] = {"name", "a", "b", NULL};
    char *copy = malloc(length ? length : 1);
    memcpy(copy, text, length);
    const struct elf_source source = elf_in_memory(copy, length);
    bool so = script_read(s, &source, "/bin/name", argv);
    free(copy);
    return so;
}

static void a_script_names_its_interpreter_and_is_its_argument(void **unused) {
    (void)unused;
    static const char *const lines[] = {"#!sh\nrest", "#! sh", "#! \tsh -x\n",
                                        "#!sh -x more words"};
    for (unsigned i = 0; i < 4; i++) {
        struct script s;
        unsigned n = 0;
        assert_true(is_script(&s, lines[i], strlen(lines[i])));
        assert_string_equal(s.interpreter, "sh");
        assert_string_equal(s.argv[n++], "sh");
        if (i > 1)
            assert_string_equal(s.argv[n++], "-x");
        assert_string_equal(s.argv[n++], "/bin/name");
        assert_string_equal(s.argv[n++], "a");
        assert_string_equal(s.argv[n++], "b");
        assert_null(s.argv[n]);
    }
}

static void what_is_no_script_or_names_no_interpreter_is_said_so(void **unused) {
    (void)unused;
    struct script s;
    char many[SCRIPT_LINE + 8];
    assert_false(is_script(&s, "", 0));
    assert_false(is_script(&s, "#", 1));
    assert_false(is_script(&s, "\177ELF", 4));
    assert_true(is_script(&s, "#!", 2) && !s.interpreter);
    assert_true(is_script(&s, "#! \t \n", 6) && !s.interpreter);
    memset(many, 'x', sizeof many);
    memcpy(many, "#!", 2);
    assert_true(is_script(&s, many, sizeof many) && !s.interpreter);
    assert_true(is_script(&s, many, SCRIPT_LINE) && !s.interpreter);
    assert_true(is_script(&s, many, SCRIPT_LINE - 1) && s.interpreter);
}

/* Random lines: never a byte beyond, and what comes out is NUL-terminated words of the line. */
static void random_lines_do_no_harm(void **unused) {
    (void)unused;
    static const char letters[] = "#! \t\nab\0-";
    uint64_t state = 88172645463325252;
    for (unsigned n = 0; n < 20000; n++) {
        char line[SCRIPT_LINE + 16] = "#!";
        state = state * 6364136223846793005 + 1442695040888963407;
        size_t length = (state >> 33) % sizeof line;
        for (size_t i = 2; i < length; i++) {
            state = state * 6364136223846793005 + 1442695040888963407;
            line[i] = letters[(state >> 33) % (sizeof letters - 1)];
        }
        struct script s;
        if (is_script(&s, line, length) && s.interpreter)
            assert_true(strlen(s.interpreter) < SCRIPT_LINE && !strchr(s.interpreter, ' '));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_and_vectors_are_where_they_say),
        cmocka_unit_test(a_block_is_as_long_as_it_is_said_to_be_or_too_long),
        cmocka_unit_test(a_script_names_its_interpreter_and_is_its_argument),
        cmocka_unit_test(what_is_no_script_or_names_no_interpreter_is_said_so),
        cmocka_unit_test(random_lines_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
