/* SPDX-License-Identifier: MIT */
/* reader_test.c -- the protocol reader on good lines, on every kind of bad one, and on good ones
 * cut and changed at every byte. */
#include "log/reader.h"
#include "serial.h"
#include "unit.h"

#include <stdlib.h>

/* What the callback heard, a line an event: "0:1 record hello" (byte:line). */
struct heard {
    char text[65536];
    size_t length;
    int records, texts, diagnoses;
    int of[DIAGNOSIS_KINDS];
};

static void hear(void *context, const struct reader_event *e) {
    struct heard *h = context;
    const char *kind[] = {"record", "text", "diagnosis"};
    h->records += e->kind == READER_RECORD;
    h->texts += e->kind == READER_TEXT;
    if (e->kind == READER_DIAGNOSIS) {
        h->diagnoses++;
        h->of[e->diagnosis]++;
    }
    const char *what = e->kind == READER_RECORD ? record_type_name(e->record.type)
                       : e->kind == READER_TEXT ? e->text
                                                : diagnosis_name(e->diagnosis);
    h->length += (size_t)snprintf(h->text + h->length, sizeof h->text - h->length,
                                  "%llu:%llu %s %.60s\n", (unsigned long long)e->offset,
                                  (unsigned long long)e->line, kind[e->kind], what);
    assert_true(h->length < sizeof h->text);
}

/* Feeds the bytes in pieces of PIECE. */
static struct heard *listen(const char *bytes, size_t length, size_t piece) {
    struct heard *h = calloc(1, sizeof *h);
    struct reader *r = reader_new(hear, h);
    for (size_t at = 0; at < length; at += piece)
        reader_feed(r, bytes + at, length - at < piece ? length - at : piece);
    reader_end(r);
    reader_free(r);
    return h;
}

static void a_whole_boot_has_no_diagnosis(void **state) {
    (void)state;
    struct serial s = {0};
    serial_boot(&s);
    struct heard *h = listen(s.bytes, s.length, s.length);
    assert_int_equal(h->records, 14);
    assert_int_equal(h->texts, 1);
    assert_int_equal(h->diagnoses, 0);
    assert_non_null(strstr(h->text, "0:1 text spin: booting\n15:2 record hello\n"));
    free(h);
}

static void pieces_of_any_size_give_the_same(void **state) {
    (void)state;
    struct serial s = {0};
    serial_boot(&s);
    serial_text(&s, "@X1 7 damaged #00000000\nlast words");
    struct heard *whole = listen(s.bytes, s.length, s.length);
    for (size_t piece = 1; piece < 70; piece++) {
        struct heard *h = listen(s.bytes, s.length, piece);
        assert_string_equal(h->text, whole->text);
        free(h);
    }
    free(whole);
}

static void take_values(void *context, const struct reader_event *e) {
    uint64_t number = 0;
    if (e->kind != READER_RECORD)
        return;
    *(bool *)context = true;
    assert_string_equal(record_value(&e->record, "text"), "a b%c\n");
    assert_true(record_number(&e->record, "most", &number));
    assert_true(number == UINT64_MAX);
    assert_false(record_number(&e->record, "above", &number));
    assert_false(record_number(&e->record, "text", &number));
    assert_string_equal(record_value(&e->record, "empty"), "");
    assert_null(record_value(&e->record, "tex"));
}

static void values_are_decoded(void **state) {
    (void)state;
    struct serial s = {0};
    bool heard = false;
    serial_record(&s, "log text=a%20b%25c%0A most=18446744073709551615 "
                      "above=18446744073709551616 empty=");
    struct reader *r = reader_new(take_values, &heard);
    reader_feed(r, s.bytes, s.length);
    reader_free(r);
    assert_true(heard);
}

/* One bad line after a good hello: exactly this diagnosis, and the records around it arrive. */
static const struct bad_case {
    const char *body; /* framed rightly; null: LINE is used as it is */
    const char *line;
    enum diagnosis wrong;
} bad_cases[] = {
    {"nonsense name=x", NULL, DIAGNOSIS_UNKNOWN_TYPE},
    {"", NULL, DIAGNOSIS_UNKNOWN_TYPE},
    {"log", NULL, DIAGNOSIS_MISSING_KEY},
    {"log test=x", NULL, DIAGNOSIS_MISSING_KEY},
    {"bench name=a clock=icount overhead=3 batch=1 cold=1", NULL, DIAGNOSIS_MISSING_KEY},
    {"plan kind=bench", NULL, DIAGNOSIS_MISSING_KEY},
    {"bench name=a clock=sundial overhead=3 batch=1 cold=1 steady=1", NULL, DIAGNOSIS_BAD_VALUE},
    {"bench name=a clock=icount overhead=-3 batch=1 cold=1 steady=1", NULL, DIAGNOSIS_BAD_VALUE},
    {"bench name=a clock=icount overhead=3 batch=0 cold=1 steady=1", NULL, DIAGNOSIS_BAD_VALUE},
    {"bench name= clock=icount overhead=3 batch=1 cold=1 steady=1", NULL, DIAGNOSIS_BAD_VALUE},
    {"plan kind=bench name=a<b>", NULL, DIAGNOSIS_BAD_VALUE},
    {"plan kind=tune name=a", NULL, DIAGNOSIS_BAD_VALUE},
    {"check name=a verdict=maybe why=", NULL, DIAGNOSIS_BAD_VALUE},
    {"samples name=a phase=warm v=1", NULL, DIAGNOSIS_BAD_VALUE},
    {"samples name=a phase=cold v=1,", NULL, DIAGNOSIS_BAD_VALUE},
    {"samples name=a phase=cold v=1x0", NULL, DIAGNOSIS_BAD_VALUE},
    {"samples name=a phase=cold v=1x1000001", NULL, DIAGNOSIS_BAD_VALUE},
    {"samples name=a phase=cold v=1;2", NULL, DIAGNOSIS_BAD_VALUE},
    {"samples name=a phase=cold v=9007199254740992", NULL, DIAGNOSIS_BAD_VALUE},
    {"log text=%zz", NULL, DIAGNOSIS_BAD_VALUE},
    {"log text=%2", NULL, DIAGNOSIS_BAD_VALUE},
    {"log text=a%00b", NULL, DIAGNOSIS_BAD_VALUE},
    {"log text=\x80", NULL, DIAGNOSIS_BAD_VALUE},
    {"log text=a text=b", NULL, DIAGNOSIS_MALFORMED},
    {"log text", NULL, DIAGNOSIS_MALFORMED},
    {"log  text=a", NULL, DIAGNOSIS_MALFORMED},
    {"log Text=a", NULL, DIAGNOSIS_MALFORMED},
    {"hello system=a build=b clock=icount", NULL, DIAGNOSIS_OUT_OF_ORDER},
    {NULL, "@X1 1 log text=a #00000000\n", DIAGNOSIS_BAD_CRC},
    {NULL, "@X1 1 log text=a\n", DIAGNOSIS_CUT},
    {NULL, "@X1 1 log text=a #0000000\n", DIAGNOSIS_CUT},
    {NULL, "@X\n", DIAGNOSIS_CUT},
    {NULL, "@X2 1 log text=a #42de779a\n", DIAGNOSIS_VERSION},
    {NULL, "@Xx 1 log text=a #d1505af0\n", DIAGNOSIS_MALFORMED},
    {NULL, "@X1 one log text=a #8fc843f8\n", DIAGNOSIS_MALFORMED},
    {NULL, "@X1 18446744073709551616 log text=a #953dcea3\n", DIAGNOSIS_MALFORMED},
};

static void each_wrong_has_its_diagnosis(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof bad_cases / sizeof bad_cases[0]; i++) {
        const struct bad_case *c = &bad_cases[i];
        struct serial s = {0};
        serial_record(&s, "hello system=a build=b clock=icount");
        if (c->body)
            serial_numbered(&s, 1, c->body);
        else
            serial_text(&s, c->line);
        serial_numbered(&s, 2, "log text=after");
        struct heard *h = listen(s.bytes, s.length, s.length);
        if (h->of[c->wrong] != 1 || h->diagnoses != 1)
            fail_msg("case %zu, '%s': %s", i, c->body ? c->body : c->line, h->text);
        /* hello is delivered even where it is out of place */
        assert_int_equal(h->records, c->wrong == DIAGNOSIS_OUT_OF_ORDER ? 3 : 2);
        free(h);
    }
}

static void numbers_tell_of_gaps_repetitions_and_restarts(void **state) {
    (void)state;
    struct serial s = {0};
    serial_numbered(&s, 0, "hello system=a build=b clock=icount");
    serial_numbered(&s, 3, "log text=a");
    serial_numbered(&s, 3, "log text=a");
    serial_text(&s, "@X1 4 damaged #00000000\n");
    serial_numbered(&s, 5, "log text=b");
    serial_numbered(&s, 6, "done benches=0 checks=0 failed=0 faults=0 records=6");
    serial_numbered(&s, 7, "check name=late verdict=pass why=");
    serial_numbered(&s, 0, "hello system=a build=b clock=icount"); /* the next session */
    serial_numbered(&s, 1, "log text=c");
    serial_numbered(&s, 0, "hello system=a build=b clock=icount"); /* before its done */
    struct heard *h = listen(s.bytes, s.length, s.length);
    assert_int_equal(h->of[DIAGNOSIS_GAP], 1);
    assert_int_equal(h->of[DIAGNOSIS_REPEATED], 1);
    assert_int_equal(h->of[DIAGNOSIS_BAD_CRC], 1); /* and no gap beside it */
    assert_int_equal(h->of[DIAGNOSIS_OUT_OF_ORDER], 1);
    assert_int_equal(h->of[DIAGNOSIS_RESTART], 1);
    assert_int_equal(h->diagnoses, 5);
    assert_int_equal(h->records, 8);
    free(h);
}

static void a_fault_before_hello_is_in_order(void **state) {
    (void)state;
    struct serial s = {0};
    serial_numbered(&s, 0, "fault where=kernel who=a why=b");
    struct heard *h = listen(s.bytes, s.length, s.length);
    assert_int_equal(h->records, 1);
    assert_int_equal(h->diagnoses, 0);
    free(h);
    serial_numbered(&s, 1, "log text=a");
    serial_numbered(&s, 0,
                    "fault where=kernel who=a why=b"); /* only the first record is number 0 */
    h = listen(s.bytes, s.length, s.length);
    assert_int_equal(h->of[DIAGNOSIS_REPEATED], 1);
    assert_int_equal(h->diagnoses, 1);
    free(h);
    struct serial other = {0};
    serial_numbered(&other, 0, "log text=a"); /* of other types hello is the first */
    h = listen(other.bytes, other.length, other.length);
    assert_int_equal(h->of[DIAGNOSIS_OUT_OF_ORDER], 1);
    free(h);
}

static void a_record_behind_a_damaged_one_is_found(void **state) {
    (void)state;
    struct serial s = {0};
    serial_record(&s, "hello system=a build=b clock=icount");
    serial_text(&s, "@X1 1 log te");
    s.next++;
    serial_record(&s, "log text=b");
    struct heard *h = listen(s.bytes, s.length, 7);
    assert_int_equal(h->records, 2);
    assert_int_equal(h->texts, 0);
    assert_int_equal(h->of[DIAGNOSIS_CUT], 1);
    assert_int_equal(h->diagnoses, 1);
    free(h);
}

/* Else a guest could forge a figure by printing text. A lost record leaves a gap. */
static void a_record_behind_log_text_is_text(void **state) {
    (void)state;
    static const char *const before[] = {" ", "x", "> ", "\r", "@", "no newline here "};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        struct serial s = {0};
        serial_record(&s, "hello system=a build=b clock=icount");
        serial_text(&s, before[i]);
        serial_record(&s, "log text=a");
        serial_record(&s, "log text=b");
        struct heard *h = listen(s.bytes, s.length, 7);
        assert_int_equal(h->records, 2);
        assert_int_equal(h->texts, 1);
        assert_int_equal(h->of[DIAGNOSIS_GAP], 1);
        assert_int_equal(h->diagnoses, 1);
        free(h);
    }
}

/* 1024 bytes with the newline are a record, one more is not. */
static void a_record_has_at_most_1024_bytes(void **state) {
    (void)state;
    for (int over = 0; over < 2; over++) {
        struct serial s = {0};
        char body[PROTOCOL_LINE_MAX];
        serial_record(&s, "hello system=a build=b clock=icount");
        size_t hello = s.length, around = strlen("@X1 1 ") + strlen(" #00000000\n");
        memset(body, 'x', sizeof body);
        memcpy(body, "log text=", 9);
        body[PROTOCOL_LINE_MAX - around + (size_t)over] = '\0';
        serial_record(&s, body);
        assert_int_equal(s.length - hello, PROTOCOL_LINE_MAX + over);
        struct heard *h = listen(s.bytes, s.length, s.length);
        assert_int_equal(h->records, over ? 1 : 2);
        assert_int_equal(h->of[DIAGNOSIS_OVERLONG], over);
        assert_int_equal(h->diagnoses, over);
        free(h);
    }
}

static void the_first_byte_of_a_record_is_cut(void **state) {
    (void)state;
    struct heard *h = listen("text\n@", 6, 6);
    assert_int_equal(h->of[DIAGNOSIS_CUT], 1);
    free(h);
}

static void long_lines_cost_no_record(void **state) {
    (void)state;
    static char bytes[200000];
    struct serial tail = {.next = 1};
    serial_record(&tail, "log text=a");
    serial_record(&tail, "log text=b");
    for (int magic = 0; magic < 2; magic++) {
        memset(bytes, 'x', sizeof bytes);
        if (magic)
            memcpy(bytes, PROTOCOL_MAGIC "1 0 ", sizeof PROTOCOL_MAGIC "1 0 " - 1);
        memcpy(bytes + sizeof bytes - tail.length, tail.bytes, tail.length);
        struct heard *h = listen(bytes, sizeof bytes, 4000);
        /* the line's own end is a record where the line began as one */
        assert_int_equal(h->records, magic ? 2 : 1);
        assert_int_equal(h->of[DIAGNOSIS_OVERLONG], magic);
        assert_int_equal(h->of[DIAGNOSIS_GAP], !magic);
        char *place = text_format("%zu:1 record log\n", sizeof bytes - tail.length);
        assert_int_equal(strstr(h->text, place) != NULL, magic);
        free(place);
        free(h);
    }
}

/* The whole records that end before byte AT. */
static int records_before(const struct serial *s, size_t at) {
    int count = 0;
    const char *line = s->bytes, *end;
    while ((end = memchr(line, '\n', s->length - (size_t)(line - s->bytes)))) {
        if ((size_t)(end - s->bytes) > at)
            break;
        count += line[0] == '@';
        line = end + 1;
    }
    return count;
}

static void every_cut_is_noticed_and_keeps_what_came(void **state) {
    (void)state;
    struct serial s = {0};
    serial_boot(&s);
    for (size_t at = 0; at < s.length; at++) {
        struct heard *h = listen(s.bytes, at, 4096);
        assert_int_equal(h->records, records_before(&s, at));
        free(h);
        struct run *run = serial_run(s.bytes, at);
        if (!run->problem_count)
            fail_msg("cut at byte %zu: nobody noticed", at);
        run_free(run);
    }
}

static void every_changed_byte_is_noticed(void **state) {
    (void)state;
    struct serial s = {0};
    serial_boot(&s);
    size_t text = strlen("spin: booting\r\n"); /* log text is not protected */
    for (size_t at = text; at < s.length; at++)
        for (int bit = 0; bit < 8; bit++) {
            s.bytes[at] ^= (char)(1 << bit);
            struct run *run = serial_run(s.bytes, s.length);
            if (!run->problem_count)
                fail_msg("byte %zu, bit %d: nobody noticed", at, bit);
            if (run->boots[0].records < 12)
                fail_msg("byte %zu, bit %d: only %d records came", at, bit,
                         (int)run->boots[0].records);
            run_free(run);
            s.bytes[at] ^= (char)(1 << bit);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_boot_has_no_diagnosis),
        cmocka_unit_test(pieces_of_any_size_give_the_same),
        cmocka_unit_test(values_are_decoded),
        cmocka_unit_test(each_wrong_has_its_diagnosis),
        cmocka_unit_test(numbers_tell_of_gaps_repetitions_and_restarts),
        cmocka_unit_test(a_fault_before_hello_is_in_order),
        cmocka_unit_test(a_record_behind_a_damaged_one_is_found),
        cmocka_unit_test(a_record_behind_log_text_is_text),
        cmocka_unit_test(a_record_has_at_most_1024_bytes),
        cmocka_unit_test(the_first_byte_of_a_record_is_cut),
        cmocka_unit_test(long_lines_cost_no_record),
        cmocka_unit_test(every_cut_is_noticed_and_keeps_what_came),
        cmocka_unit_test(every_changed_byte_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
