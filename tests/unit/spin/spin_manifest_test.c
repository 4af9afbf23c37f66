/* SPDX-License-Identifier: MIT */
/* spin_manifest_test.c -- what an object says of its extension, and bytes that say nothing. */
#include "unit.h"

#include <string.h>

#include "lib/error.h"
#include "spin/services/loader/manifest.h"

static struct manifest_line line;

static struct manifest open_bytes(const char *bytes, size_t length) {
    const uint8_t *at = (const uint8_t *)bytes;
    return (struct manifest){at, at + length};
}

static void strings_are_read_one_after_the_other(void **state) {
    static const char said[] = "needs /svc/domains/a\0\0\0own b\0exports c d";
    struct manifest m = open_bytes(said, sizeof said - 1); /* the last one ends with the section */
    (void)state;
    assert_int_equal(manifest_next(&m, &line), 1);
    assert_int_equal(line.what, MANIFEST_NEEDS);
    assert_string_equal(line.which, "/svc/domains/a");
    assert_int_equal(manifest_next(&m, &line), 1);
    assert_int_equal(line.what, MANIFEST_OWN);
    assert_string_equal(line.which, "b");
    assert_int_equal(manifest_next(&m, &line), 1);
    assert_int_equal(line.what, MANIFEST_EXPORTS);
    assert_string_equal(line.which, "c d");
    assert_int_equal(manifest_next(&m, &line), 0);
    assert_int_equal(manifest_next(&m, &line), 0);
}

static void what_says_nothing_is_refused(void **state) {
    static const char *const bad[] = {"needs", "needs ", "need a", "wants a", " needs a", "x"};
    (void)state;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct manifest m = open_bytes(bad[i], strlen(bad[i]));
        assert_int_equal(manifest_next(&m, &line), -E_INVALID);
    }
    struct manifest none = open_bytes(NULL, 0), zeros = open_bytes("\0\0\0", 3);
    assert_int_equal(manifest_next(&none, &line), 0);
    assert_int_equal(manifest_next(&zeros, &line), 0);
}

static void a_word_is_as_long_as_there_is_room(void **state) {
    char said[8 + MANIFEST_WORD_MAX];
    struct manifest m;
    (void)state;
    memset(said, 'a', sizeof said);
    memcpy(said, "exports ", 8);
    m = open_bytes(said, 8 + MANIFEST_WORD_MAX - 1);
    assert_int_equal(manifest_next(&m, &line), 1);
    assert_int_equal(strlen(line.which), MANIFEST_WORD_MAX - 1);
    m = open_bytes(said, sizeof said);
    assert_int_equal(manifest_next(&m, &line), -E_TOO_LONG);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_read_one_after_the_other),
        cmocka_unit_test(what_says_nothing_is_refused),
        cmocka_unit_test(a_word_is_as_long_as_there_is_room),
    };
    return cmocka_run_group_tests_name("spin_manifest", tests, NULL, NULL);
}
