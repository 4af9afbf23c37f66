/* SPDX-License-Identifier: MIT */
/* measure_sweep_test.c -- specs and their rows: order, values, and the specs that make none. */
#include "measure/sweep.h"
#include "unit.h"

#include <string.h>

static void assert_rows(const char *spec, const char *const *names, unsigned count) {
    char name[PROTOCOL_NAME_MAX];
    assert_int_equal(sweep_rows(spec), count);
    for (unsigned i = 0; i < count; i++) {
        sweep_name(spec, i, name);
        assert_string_equal(name, names[i]);
    }
}

static void a_name_without_sweep_is_one_row(void **state) {
    (void)state;
    assert_rows("syscall/null", (const char *const[]){"syscall/null"}, 1);
    assert_rows("a", (const char *const[]){"a"}, 1);
}

static void the_first_sweep_turns_slowest(void **state) {
    (void)state;
    assert_rows("d/handlers:1,10/args:0,1,5/level:inline",
                (const char *const[]){
                    "d/handlers:1/args:0/level:inline", "d/handlers:1/args:1/level:inline",
                    "d/handlers:1/args:5/level:inline", "d/handlers:10/args:0/level:inline",
                    "d/handlers:10/args:1/level:inline", "d/handlers:10/args:5/level:inline"},
                6);
}

static void malformed_specs_make_no_row(void **state) {
    static const char *const specs[] = {
        "",       "/",        "a/",  "/a",      "a//b", "a/k:", "a/:1",    "a/k:1,",
        "a/k:,1", "a/k:1,,2", "a,b", "a/k,l:1", "a b",  "a\n",  "a/k:1:2", "a\xc3\xa9",
    };
    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++)
        if (sweep_rows(specs[i]))
            fail_msg("'%s' makes %u rows", specs[i], sweep_rows(specs[i]));
}

static void the_longest_name_fits(void **state) {
    char spec[PROTOCOL_NAME_MAX + 2], name[PROTOCOL_NAME_MAX];
    (void)state;
    memset(spec, 'a', sizeof spec);
    spec[PROTOCOL_NAME_MAX - 1] = '\0';
    assert_int_equal(sweep_rows(spec), 1);
    sweep_name(spec, 0, name);
    assert_string_equal(name, spec);
    spec[PROTOCOL_NAME_MAX - 1] = 'a';
    spec[PROTOCOL_NAME_MAX] = '\0';
    assert_int_equal(sweep_rows(spec), 0);
}

static void too_many_rows_are_refused(void **state) {
#define TEN "/k:0,1,2,3,4,5,6,7,8,9"
    (void)state;
    assert_int_equal(sweep_rows("a" TEN TEN TEN TEN TEN), 100000);
    assert_int_equal(sweep_rows("a" TEN TEN TEN TEN TEN TEN), 0);
#undef TEN
}

static void values_are_found_by_key(void **state) {
    static const char name[] = "a/k:12/kk:word";
    size_t length;
    (void)state;
    assert_memory_equal(sweep_value(name, "k", &length), "12", 2);
    assert_int_equal(length, 2);
    assert_memory_equal(sweep_value(name, "kk", &length), "word", 4);
    assert_int_equal(length, 4);
    assert_null(sweep_value(name, "a", &length));
    assert_null(sweep_value(name, "", &length));
    assert_null(sweep_value(name, "kkk", &length));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_without_sweep_is_one_row),
        cmocka_unit_test(the_first_sweep_turns_slowest),
        cmocka_unit_test(malformed_specs_make_no_row),
        cmocka_unit_test(the_longest_name_fits),
        cmocka_unit_test(too_many_rows_are_refused),
        cmocka_unit_test(values_are_found_by_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
