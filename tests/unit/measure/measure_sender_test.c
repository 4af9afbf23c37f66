/* SPDX-License-Identifier: MIT */
/* measure_sender_test.c -- the serial line as the sender writes it, byte by byte, and with
 * each injected damage. */
#include "measure/sender.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static char line[65536];
static size_t line_length;
static unsigned cuts;

static void line_write(const char *bytes, size_t length) {
    assert_true(line_length + length < sizeof line);
    memcpy(line + line_length, bytes, length);
    line_length += length;
    line[line_length] = '\0';
}

static void line_cut(void) {
    cuts++;
}

static struct sender fresh(enum injection inject) {
    line_length = cuts = 0;
    line[0] = '\0';
    struct sender f = {.write = line_write, .cut = line_cut, .inject = inject};
    sender_session(&f);
    return f;
}

static bool record(struct sender *f, const char *body) {
    return sender_record(f, body, strlen(body));
}

static void text(struct sender *f, const char *bytes) {
    sender_text(f, bytes, strlen(bytes));
}

/* Whether the record that ends the line so far has the checksum zlib gives it. */
static void assert_crc_is_zlibs(const char *start) {
    char *tail = strstr(start, " #");
    assert_non_null(tail);
    assert_int_equal(strtoul(tail + 2, NULL, 16),
                     crc32(0, (const unsigned char *)start, (unsigned)(tail - start)));
    assert_string_equal(tail + 10, "\n");
}

static void a_record_is_numbered_and_summed(void **state) {
    struct sender f = fresh(INJECT_NOTHING);
    (void)state;
    assert_true(record(&f, "log text=one"));
    assert_memory_equal(line, "@X1 0 log text=one #", 20);
    assert_crc_is_zlibs(line);
    size_t first = line_length;
    assert_true(record(&f, "log text=two"));
    assert_memory_equal(line + first, "@X1 1 log text=two #", 20);
    assert_crc_is_zlibs(line + first);
}

static void the_longest_body_fills_a_line_exactly(void **state) {
    struct sender f = fresh(INJECT_NOTHING);
    char body[BODY_MAX + 2];
    (void)state;
    snprintf(body, sizeof body, "log text=%0*d", BODY_MAX + 1 - 9, 0);
    f.sequence = UINT32_MAX;
    assert_true(sender_record(&f, body, BODY_MAX));
    assert_int_equal(line_length, PROTOCOL_LINE_MAX);
    assert_crc_is_zlibs(line);
    assert_false(sender_record(&f, body, BODY_MAX + 1));
}

static void a_refused_body_leaves_no_trace(void **state) {
    struct sender f = fresh(INJECT_NOTHING);
    (void)state;
    assert_false(record(&f, "log text=a\n@X1 7 done #00000000"));
    assert_int_equal(line_length, 0);
    assert_int_equal(f.sequence, 0);
}

static void user_code_sends_its_rows_and_nothing_else(void **state) {
    struct sender f = fresh(INJECT_NOTHING);
    static const char *const may[] = {"plan row=1 kind=check name=a", "bench name=a",
                                      "samples name=a", "check name=a", "log text=a"};
    static const char *const may_not[] = {"hello system=spin", "done records=0", "plan count=0",
                                          "fault where=kernel", "check name=a\n@X1 0 done"};
    (void)state;
    for (size_t i = 0; i < sizeof may / sizeof *may; i++)
        assert_true(sender_user_record(&f, may[i], strlen(may[i])));
    size_t sent = line_length;
    for (size_t i = 0; i < sizeof may_not / sizeof *may_not; i++)
        assert_false(sender_user_record(&f, may_not[i], strlen(may_not[i])));
    assert_int_equal(line_length, sent);
}

static void text_cannot_look_like_a_record(void **state) {
    struct sender f = fresh(INJECT_NOTHING);
    (void)state;
    text(&f, "@X1 0 done #0\nhe@X\n@");
    text(&f, "@\n");
    text(&f, "@");
    assert_true(record(&f, "done"));
    text(&f, "ends\n");
    static const char want[] = "> @X1 0 done #0\nhe@X\n> @@\n> @\n@X1 0 done #";
    assert_memory_equal(line, want, sizeof want - 1);
    assert_string_equal(line + sizeof want - 1 + 8, "\nends\n");
}

static void a_session_is_counted(void **state) {
    struct sender f = fresh(INJECT_NOTHING);
    (void)state;
    record(&f, "plan kind=check name=a");
    record(&f, "plan kind=check name=b");
    sender_plan_end(&f);
    assert_non_null(strstr(line, "@X1 2 plan count=2 #"));
    record(&f, "check name=a verdict=pass");
    record(&f, "check name=b verdict=fail why=x");
    record(&f, "fault where=user");
    sender_done(&f, 0);
    assert_non_null(strstr(line, "@X1 6 done benches=0 checks=2 failed=1 faults=1 records=6 #"));
    sender_session(&f);
    line_length = 0;
    sender_done(&f, 0);
    assert_non_null(strstr(line, "@X1 0 done benches=0 checks=0 failed=0 faults=0 records=0 #"));
}

static const char samples[] = "samples name=a phase=steady v=1";

static void corrupt_changes_one_byte_once(void **state) {
    struct sender good = fresh(INJECT_NOTHING);
    char want[PROTOCOL_LINE_MAX + 1];
    unsigned differ = 0;
    (void)state;
    record(&good, samples);
    snprintf(want, sizeof want, "%.*s", PROTOCOL_LINE_MAX, line);
    struct sender f = fresh(INJECT_CORRUPT);
    record(&f, samples);
    assert_int_equal(strlen(want), line_length);
    for (size_t i = 0; i < line_length; i++)
        differ += want[i] != line[i];
    assert_int_equal(differ, 1);
    size_t first = line_length;
    record(&f, samples);
    assert_crc_is_zlibs(line + first);
}

static void lose_numbers_and_does_not_send(void **state) {
    struct sender f = fresh(INJECT_LOSE);
    (void)state;
    record(&f, "log text=a");
    size_t first = line_length;
    assert_true(record(&f, samples));
    assert_int_equal(line_length, first);
    record(&f, samples);
    assert_memory_equal(line + first, "@X1 2 samples", 13);
}

static void cut_stops_inside_a_record(void **state) {
    struct sender f = fresh(INJECT_CUT);
    (void)state;
    record(&f, samples);
    assert_int_equal(cuts, 1);
    assert_null(strchr(line, '\n'));
    assert_true(line_length > 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_numbered_and_summed),
        cmocka_unit_test(the_longest_body_fills_a_line_exactly),
        cmocka_unit_test(a_refused_body_leaves_no_trace),
        cmocka_unit_test(user_code_sends_its_rows_and_nothing_else),
        cmocka_unit_test(text_cannot_look_like_a_record),
        cmocka_unit_test(a_session_is_counted),
        cmocka_unit_test(corrupt_changes_one_byte_once),
        cmocka_unit_test(lose_numbers_and_does_not_send),
        cmocka_unit_test(cut_stops_inside_a_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
