/* SPDX-License-Identifier: MIT */
/* text_test.c -- lists of strings, and the word that somebody meant. */
#include "guest/image.h"
#include "base/text.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void split_and_join_are_opposites(void **state) {
    (void)state;
    struct texts list = {0};
    texts_split(&list, ",a,,b;c,", ",;");
    assert_int_equal(list.count, 3);
    assert_null(list.items[3]);
    assert_true(texts_has(&list, "b"));
    assert_false(texts_has(&list, ""));
    char *joined = texts_join(&list, ", ");
    assert_string_equal(joined, "a, b, c");
    free(joined);
    texts_free(&list);
    joined = texts_join(&list, ", ");
    assert_string_equal(joined, "");
    free(joined);
}

static void a_long_list_keeps_its_end(void **state) {
    (void)state;
    struct texts list = {0};
    for (int i = 0; i < 1000; i++) {
        texts_take(&list, text_format("%d", i));
        assert_null(list.items[list.count]);
    }
    assert_string_equal(list.items[999], "999");
    texts_free(&list);
}

static void expect_nearest(const char *typed, const char *meant) {
    static const char *const words[] = {"run", "report", "compare", "doctor", "boot"};
    const char *found = text_nearest(typed, words, 5);
    if (meant)
        assert_string_equal(found ? found : "(none)", meant);
    else
        assert_null(found);
}

static void a_slip_finds_the_word_that_was_meant(void **state) {
    (void)state;
    expect_nearest("rnu", "run");
    expect_nearest("reprot", "report");
    expect_nearest("comparee", "compare");
    expect_nearest("doctor", "doctor");
}

static void another_word_finds_none(void **state) {
    (void)state;
    expect_nearest("frobnicate", NULL);
    expect_nearest("zz", NULL);
    char longest[200];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    expect_nearest(longest, NULL);
}

static void a_word_that_was_meant_is_asked_for(void **state) {
    (void)state;
    static const char *const words[] = {"run", "report"};
    char *meant = text_meant("rnu", words, 2), *none = text_meant("zz", words, 2);
    assert_string_equal(meant, "did you mean 'run'? ");
    assert_string_equal(none, "");
    free(meant);
    free(none);
}

static void what_is_special_is_quoted_and_nothing_else(void **state) {
    (void)state;
    char *comma = text_quote(",a,,b", ",", ','), *none = text_quote("", ".*", '\\'),
         *dots = text_quote("a.b*\\", ".*\\", '\\');
    assert_string_equal(comma, ",,a,,,,b");
    assert_string_equal(none, "");
    assert_string_equal(dots, "a\\.b\\*\\\\");
    free(comma);
    free(none);
    free(dots);
}

static void a_new_text_is_added_once(void **state) {
    (void)state;
    struct texts list = {0};
    texts_add_new(&list, "a");
    texts_add_new(&list, "b");
    texts_add_new(&list, "a");
    assert_int_equal(list.count, 2);
    texts_free(&list);
}

static void nothing_is_printed_as_nothing(void **state) {
    (void)state;
    char *said;
    size_t length;
    FILE *to = open_memstream(&said, &length);
    text_print(to, "%s", "");
    text_print(to, "%s", "a\n");
    assert_int_equal(fclose(to), 0);
    assert_string_equal(said, "a\n");
    free(said);
}

static void a_file_is_read_whole(void **state) {
    (void)state;
    size_t length;
    char *text = text_read("/proc/self/status", &length);
    assert_non_null(text);
    assert_int_equal(strlen(text), length);
    assert_memory_equal(text, "Name:", 5);
    free(text);
    assert_null(text_read("/nowhere", &length));
    assert_null(text_read("/", &length));
}

static void numbers_are_decimal(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double number;
    } fit[] = {{"0", 0}, {"10", 10}, {"0.5", 0.5}, {"1e3", 1000}, {"25E-1", 2.5}, {"1e+2", 100}};
    static const char *const none[] = {"",    " 1",    "1 ",    "+1",  "-1", "0x10",
                                       "1.",  ".5",    "inf",   "nan", "1e", "1e+",
                                       "1,5", "1e999", "1_000", "1f",  "e5", "infinity"};
    double number;
    for (size_t i = 0; i < sizeof fit / sizeof fit[0]; i++) {
        assert_true(text_number(fit[i].text, &number));
        assert_true(number == fit[i].number);
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        if (text_number(none[i], &number))
            fail_msg("'%s' is taken for a number", none[i]);
}

static void what_a_terminal_obeys_is_tamed(void **state) {
    (void)state;
    static const struct {
        const char *text, *line, *block;
        bool control;
    } cases[] = {
        {"plain \xc3\xa9", "plain \xc3\xa9", "plain \xc3\xa9", false},
        {"a\tb\n", "a b ", "a\tb\n", false},
        {"\033[31m", "?[31m", "?[31m", true},
        {"\r\b\x7f", "???", "???", true},
        {"\xc2\x9b"
         "31m\xc2\xa0",
         "??31m\xc2\xa0", "??31m\xc2\xa0", true},
        {"\xc2", "?", "?", true},
        {"a\x9b"
         "31m\xff",
         "a?31m?", "a?31m?", true},
        {"\xe2\x82\xac\xf0\x9f\x90\xa7", "\xe2\x82\xac\xf0\x9f\x90\xa7",
         "\xe2\x82\xac\xf0\x9f\x90\xa7", false},
        {"\xe2\x82", "??", "??", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *line = text_copy(cases[i].text), *block = text_copy(cases[i].text);
        assert_string_equal(text_tame(line, true), cases[i].line);
        assert_string_equal(text_tame(block, false), cases[i].block);
        assert_int_equal(text_has_control(cases[i].text), cases[i].control);
        free(line);
        free(block);
    }
    char *printed = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&printed, &length);
    text_print(to, "%s: %d\n", "a\n\033b", 1);
    fclose(to);
    assert_string_equal(printed, "a ?b: 1\n");
    free(printed);
}

/* Neither waited for nor read without end. */
static void what_is_no_file_is_not_read(void **state) {
    (void)state;
    char fifo[] = "/tmp/exospin-fifo-XXXXXX";
    assert_non_null(mkdtemp(fifo));
    char *name = text_format("%s/fifo", fifo);
    assert_int_equal(mkfifo(name, 0600), 0);
    const struct {
        const char *path;
        int error;
    } cases[] = {{name, ENODEV}, {"/dev/zero", ENODEV}, {"/dev/null", ENODEV}, {"/", EISDIR}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        errno = 0;
        assert_null(text_read(cases[i].path, NULL));
        assert_int_equal(errno, cases[i].error);
    }
    assert_string_equal(text_read_error(ENODEV), "no regular file stands there");
    unlink(name);
    rmdir(fifo);
    free(name);
}

static void a_file_that_is_too_large_is_not_read(void **state) {
    (void)state;
    char path[] = "/tmp/exospin-large-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)TEXT_READ_MAX + 1), 0); /* all hole */
    errno = 0;
    assert_null(text_read(path, NULL));
    assert_int_equal(errno, EOVERFLOW);
    close(fd);
    unlink(path);
}

/* An image is hashed and looked into; neither waits for a FIFO's writer nor for a device's end. */
static void an_image_is_a_regular_file(void **state) {
    (void)state;
    char fifo[] = "/tmp/exospin-image-XXXXXX";
    int fd = mkstemp(fifo);
    assert_true(fd >= 0);
    close(fd);
    unlink(fifo);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    const char *const paths[] = {fifo, "/dev/zero"};
    for (size_t i = 0; i < 2; i++) {
        errno = 0;
        assert_null(image_sha256(&paths[i], 1));
        assert_int_equal(errno, ENODEV);
        char *id = image_build_id(paths[i]);
        assert_string_equal(id, "");
        free(id);
    }
    unlink(fifo);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split_and_join_are_opposites),
        cmocka_unit_test(a_long_list_keeps_its_end),
        cmocka_unit_test(a_slip_finds_the_word_that_was_meant),
        cmocka_unit_test(another_word_finds_none),
        cmocka_unit_test(a_word_that_was_meant_is_asked_for),
        cmocka_unit_test(what_is_special_is_quoted_and_nothing_else),
        cmocka_unit_test(a_new_text_is_added_once),
        cmocka_unit_test(nothing_is_printed_as_nothing),
        cmocka_unit_test(a_file_is_read_whole),
        cmocka_unit_test(numbers_are_decimal),
        cmocka_unit_test(what_a_terminal_obeys_is_tamed),
        cmocka_unit_test(what_is_no_file_is_not_read),
        cmocka_unit_test(a_file_that_is_too_large_is_not_read),
        cmocka_unit_test(an_image_is_a_regular_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
