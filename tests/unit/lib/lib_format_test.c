/* SPDX-License-Identifier: MIT */
/* lib_format_test.c -- formatted print against the C library's, its twin; checksums against zlib's;
 * numbers by hand. */
#include "lib/crc32.h"
#include "lib/error.h"
#include "lib/format.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define SAME(...)                                                                                  \
    do {                                                                                           \
        char ours[200], theirs[200];                                                               \
        int n = snprintf(theirs, sizeof theirs, __VA_ARGS__);                                      \
        assert_int_equal(format_text(ours, sizeof ours, __VA_ARGS__), n);                          \
        assert_string_equal(ours, theirs);                                                         \
    } while (0)

/* One conversion with every flag, some widths and precisions, on numbers with edges. */
static void numbers_print_as_in_the_c_library(void **state) {
    static const char *const flags[] = {"", "-", "0", "+", " ", "#", "-#", "0+", "0#", "-+ "};
    static const char *const sizes[] = {"", "1", "7", "20", ".0", ".1", ".5", "12.6", "3.9"};
    static const long numbers[] = {0,    1,         -1,        7,         255,      -256,
                                   4096, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    (void)state;
    for (unsigned f = 0; f < 10; f++)
        for (unsigned s = 0; s < 9; s++)
            for (unsigned i = 0; i < 11; i++)
                for (const char *kind = "diuxXo"; *kind; kind++)
                    for (unsigned wide = 0; wide < 2; wide++) {
                        char format[32], ours[100], theirs[100];
                        if (*kind == 'o' && strchr(flags[f], '#'))
                            continue; /* nobody here asks for a leading 0 */
                        sprintf(format, "<%%%s%s%s%c>", flags[f], sizes[s], wide ? "l" : "", *kind);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
                        int n = wide ? snprintf(theirs, 100, format, numbers[i])
                                     : snprintf(theirs, 100, format, (int)numbers[i]);
                        int m = wide ? format_text(ours, 100, format, numbers[i])
                                     : format_text(ours, 100, format, (int)numbers[i]);
#pragma GCC diagnostic pop
                        if (m != n || strcmp(ours, theirs) != 0)
                            fail_msg("%s of %ld: %s instead of %s", format, numbers[i], ours,
                                     theirs);
                    }
}

static void text_prints_as_in_the_c_library(void **state) {
    (void)state;
    SAME("%s|%10s|%-10s|%.2s|%.0s|%c|%5c|%-5c|%%", "a", "bc", "de", "xyz", "gone", 'q', 'r', 's');
    SAME("%*d|%-*d|%.*s|%*d", 5, 1, 5, 2, 2, "abcdef", -5, 3);
    SAME("%hhd %hhu %hd %hu %zu %jd %td %lld", 300, 300, 70000, 70000, (size_t)5, (intmax_t)-5,
         (ptrdiff_t)9, -5ll);
    SAME("%p", (void *)0x1234);
    SAME("no directive at all");
}

static void a_text_too_long_is_cut_and_its_length_told(void **state) {
    char into[8];
    (void)state;
    memset(into, 'z', sizeof into);
    assert_int_equal(format_text(into, 5, "%s", "abcdefgh"), 8);
    assert_memory_equal(into, "abcd\0zzz", 8);
    assert_int_equal(format_text(into, 1, "abc"), 3);
    assert_int_equal(into[0], 0);
    assert_int_equal(format_text(NULL, 0, "%d", 12345), 5);
}

static void what_is_not_known_is_printed_as_it_stands(void **state) {
    char into[64];
    const char *volatile format = "a %q b %-5y %";
    (void)state;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
    format_text(into, sizeof into, format);
#pragma GCC diagnostic pop
    assert_string_equal(into, "a %q b %-5y %");
}

static void the_checksum_is_that_of_zlib(void **state) {
    uint8_t bytes[3000];
    (void)state;
    assert_int_equal(crc32_update(0, "123456789", 9), 0xcbf43926);
    srand(1);
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)rand();
    for (size_t n = 0; n <= sizeof bytes; n += 37) {
        assert_int_equal(crc32_update(0, bytes, n), crc32(0, bytes, (uInt)n));
        uint32_t first = crc32_update(0, bytes, n / 3);
        assert_int_equal(crc32_update(first, bytes + n / 3, n - n / 3), crc32(0, bytes, (uInt)n));
    }
}

static void every_error_has_a_sentence_of_its_own(void **state) {
    (void)state;
    for (int i = 0; i < E_COUNT; i++) {
        assert_non_null(error_sentence(i));
        assert_string_equal(error_sentence(i), error_sentence(-i));
        for (int k = 0; k < i; k++)
            assert_string_not_equal(error_sentence(i), error_sentence(k));
    }
    assert_string_equal(error_sentence(E_COUNT), "an unknown error");
    assert_string_equal(error_sentence(INT32_MIN), "an unknown error");
}

static void adds_pieces_until_the_buffer_is_full(void **state) {
    char text[8];
    struct format_buffer buffer = {text, sizeof text, 0};
    (void)state;
    format_add(&buffer, "%s", "abc");
    assert_int_equal(buffer.used, 3);
    format_add(&buffer, "%d", 12345);
    assert_string_equal(text, "abc1234");
    assert_int_equal(buffer.used, 8); /* that long the text would be */
    format_add(&buffer, "%s", "more");
    assert_string_equal(text, "abc1234");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_print_as_in_the_c_library),
        cmocka_unit_test(text_prints_as_in_the_c_library),
        cmocka_unit_test(a_text_too_long_is_cut_and_its_length_told),
        cmocka_unit_test(what_is_not_known_is_printed_as_it_stands),
        cmocka_unit_test(the_checksum_is_that_of_zlib),
        cmocka_unit_test(every_error_has_a_sentence_of_its_own),
        cmocka_unit_test(adds_pieces_until_the_buffer_is_full),
    };
    return cmocka_run_group_tests_name("lib", tests, NULL, NULL);
}
