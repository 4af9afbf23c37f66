/* SPDX-License-Identifier: MIT */
/* measure_body_test.c -- what a record's body looks like, what does not fit, and which bodies are
 * refused. */
#include "measure/body.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fields_and_numbers(void **state) {
    char buffer[BODY_MAX];
    struct body b;
    (void)state;
    body_begin(&b, buffer, sizeof buffer, BODY_FAULT);
    body_text(&b, "where", "kernel");
    body_uint(&b, "zero", 0);
    body_uint(&b, "most", UINT64_MAX);
    body_hex(&b, "rip", 0xffffffff80001000);
    body_hex(&b, "nil", 0);
    body_digest(&b, "build", "\x00\xff\x0a", 3);
    body_text(&b, "empty", "");
    size_t length = body_end(&b);
    static const char want[] = "fault where=kernel zero=0 most=18446744073709551615 "
                               "rip=0xffffffff80001000 nil=0x0 build=00ff0a empty=";
    assert_int_equal(length, sizeof want - 1);
    assert_memory_equal(buffer, want, length);
    assert_int_equal(body_type(buffer, length), BODY_FAULT);
}

static void values_are_escaped(void **state) {
    char buffer[BODY_MAX];
    struct body b;
    (void)state;
    body_begin(&b, buffer, sizeof buffer, BODY_LOG);
    body_bytes(&b, "text", "a b%\n\x7f\xc3\xa9=#\0~!", 13);
    size_t length = body_end(&b);
    static const char want[] = "log text=a%20b%25%0a%7f%c3%a9=#%ef%bf%bd~!";
    assert_int_equal(length, sizeof want - 1);
    assert_memory_equal(buffer, want, length);
    assert_int_equal(body_type(buffer, length), BODY_LOG);
}

/* A field that has no room is left out whole and counted, at every buffer size; what is written
 * never passes it. */
static void fields_are_whole_or_left_out(void **state) {
    (void)state;
    for (size_t size = 64; size <= 200; size++) {
        char *buffer = malloc(size); /* the sanitizer guards its end */
        struct body b;
        unsigned there = 0, left_out = 0;
        body_begin(&b, buffer, size, BODY_FAULT);
        for (unsigned i = 0; i < 12; i++) {
            char key[] = {'k', (char)('a' + i), 0};
            body_text(&b, key, "1234567 ");
        }
        size_t length = body_end(&b), value_length;
        assert_true(length <= size);
        assert_int_equal(body_type(buffer, length), BODY_FAULT);
        for (unsigned i = 0; i < 12; i++) {
            char key[] = {'k', (char)('a' + i), 0};
            if (body_value(buffer, length, key, &value_length)) {
                assert_int_equal(value_length, 10);
                there++;
            }
        }
        const char *value = body_value(buffer, length, "left_out", &value_length);
        for (size_t i = 0; value && i < value_length; i++)
            left_out = left_out * 10 + (unsigned)(value[i] - '0');
        assert_int_equal(there + left_out, 12);
        free(buffer);
    }
}

static void no_more_fields_than_the_protocol_has(void **state) {
    char buffer[BODY_MAX], key[8];
    struct body b;
    (void)state;
    body_begin(&b, buffer, sizeof buffer, BODY_FAULT);
    for (unsigned i = 0; i < 70; i++) {
        snprintf(key, sizeof key, "k%u", i);
        body_uint(&b, key, i);
    }
    size_t length = body_end(&b), value_length;
    assert_int_equal(body_type(buffer, length), BODY_FAULT);
    assert_non_null(body_value(buffer, length, "k62", &value_length));
    assert_null(body_value(buffer, length, "k63", &value_length));
    assert_memory_equal(body_value(buffer, length, "left_out", &value_length), "7", 1);
}

static void untrusted_bodies_are_judged(void **state) {
    static const struct {
        const char *body;
        enum body_type type;
    } cases[] = {
        {"done", BODY_DONE},
        {"check name=a verdict=pass", BODY_CHECK},
        {"log text=", BODY_LOG},
        {"", BODY_TYPES},
        {" ", BODY_TYPES},
        {"don", BODY_TYPES},
        {"donee", BODY_TYPES},
        {"done ", BODY_TYPES},
        {"done  a=1", BODY_TYPES},
        {"done a", BODY_TYPES},
        {"done =1", BODY_TYPES},
        {"done A=1", BODY_TYPES},
        {"done a=1 ", BODY_TYPES},
        {"done a=1\n@X1 0 hello", BODY_TYPES},
        {"done a=\t", BODY_TYPES},
        {"done a=\x80", BODY_TYPES},
        {"done a=%", BODY_TYPES},
        {"done a=%4", BODY_TYPES},
        {"done a=%4 b=1", BODY_TYPES},
        {"done a=%4g", BODY_TYPES},
        {"done a=%00", BODY_TYPES},
        {"done a=%41", BODY_DONE},
        {"done a=1 a=2", BODY_TYPES},
        {"done a=1 b=2 aa=3", BODY_DONE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        /* Exactly its own bytes, without a NUL: reading on is seen by the sanitizer. */
        size_t length = strlen(cases[i].body);
        char *copy = memcpy(malloc(length + !length), cases[i].body, length);
        if (body_type(copy, length) != cases[i].type)
            fail_msg("'%s' is judged %d", cases[i].body, body_type(copy, length));
        free(copy);
    }
}

static void a_body_too_long_is_refused(void **state) {
    char body[BODY_MAX + 2];
    (void)state;
    snprintf(body, sizeof body, "log text=%0*d", BODY_MAX + 1 - 9, 0);
    assert_int_equal(body_type(body, BODY_MAX), BODY_LOG);
    assert_int_equal(body_type(body, BODY_MAX + 1), BODY_TYPES);
}

/* What the log records of one text add up to. */
static char logged[8192];
static size_t logged_length;
static unsigned log_records, log_more;

static void log_collect(const char *body, size_t length) {
    size_t value_length;
    assert_int_equal(body_type(body, length), BODY_LOG);
    const char *value = body_value(body, length, "text", &value_length);
    assert_null(body_value(body, length, "left_out", &(size_t){0}));
    log_more += body_value(body, length, "more", &(size_t){0}) != NULL;
    memcpy(logged + logged_length, value, value_length);
    logged_length += value_length;
    log_records++;
}

static void a_long_log_is_split_and_nothing_is_lost(void **state) {
    char text[3000];
    (void)state;
    memset(text, 'x', sizeof text);
    text[1000] = ' ';
    body_log(log_collect, text, sizeof text);
    assert_int_equal(logged_length, sizeof text + 2);
    assert_int_equal(log_records, 4);
    assert_int_equal(log_more, 3);
    logged_length = log_records = log_more = 0;
    body_log(log_collect, "", 0);
    assert_int_equal(log_records, 1);
    assert_int_equal(log_more, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_and_numbers),
        cmocka_unit_test(values_are_escaped),
        cmocka_unit_test(fields_are_whole_or_left_out),
        cmocka_unit_test(no_more_fields_than_the_protocol_has),
        cmocka_unit_test(untrusted_bodies_are_judged),
        cmocka_unit_test(a_body_too_long_is_refused),
        cmocka_unit_test(a_long_log_is_split_and_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
