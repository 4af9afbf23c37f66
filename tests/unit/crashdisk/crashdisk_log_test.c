/* SPDX-License-Identifier: MIT */
/* crashdisk_log_test.c -- a log is read as it was written, and one that is damaged is refused with
 * the entry that is. */
#include "unit.h"
#include "write_log.h"
#include "written.h"

enum { DISK = 64 }; /* sectors */

static struct write_log read_well(const struct written *w) {
    struct write_log log;
    char *why = NULL;
    assert_true(write_log_read(&log, w->bytes, w->length, DISK, UINT64_MAX, &why));
    return log;
}

static void refused(const struct written *w, size_t length, const char *with) {
    struct write_log log;
    char *why = NULL;
    assert_false(write_log_read(&log, w->bytes, length, DISK, UINT64_MAX, &why));
    assert_non_null(strstr(why, with));
    assert_null(log.writes);
    free(why);
}

static void writes_flushes_and_what_has_no_effect(void **state) {
    (void)state;
    struct written *w = written_new(512);
    written_add(w, 8, 2, 0, 'a');
    written_add(w, 0, 0, WRITTEN_FLUSH, 0);
    written_add(w, 0, 0, WRITTEN_MARK, 0);
    written_add(w, 0, 0, 0, 0);
    written_add(w, 9, 1, WRITTEN_FUA, 'b');
    written_add(w, 60, 4, WRITTEN_DISCARD, 0);
    written_add(w, 3, 1, WRITTEN_FLUSH, 'c'); /* the flush comes before its data */
    struct write_log log = read_well(w);
    assert_int_equal(log.entries, 7);
    assert_int_equal(log.flushes, 2);
    assert_int_equal(log.count, 4);
    assert_int_equal(log.writes[0].first, 8);
    assert_int_equal(log.writes[0].sectors, 2);
    assert_int_equal(log.writes[0].data[1023], 'a');
    assert_int_equal(log.writes[0].epoch, 0);
    assert_true(log.writes[1].fua && !log.writes[0].fua);
    assert_int_equal(log.writes[1].entry, 4);
    assert_int_equal(log.writes[1].epoch, 1);
    assert_null(log.writes[2].data);
    assert_int_equal(log.writes[3].epoch, 2);
    assert_int_equal(log.writes[3].data[0], 'c');
    write_log_free(&log);
    free(w);
}

static void larger_sectors_count_in_smaller_ones(void **state) {
    (void)state;
    struct written *w = written_new(4096);
    written_add(w, 1, 2, 0, 'a');
    struct write_log log = read_well(w);
    assert_int_equal(log.writes[0].first, 8);
    assert_int_equal(log.writes[0].sectors, 16);
    assert_int_equal(log.writes[0].data[16 * 512 - 1], 'a');
    write_log_free(&log);
    free(w);
}

static void a_write_beyond_the_disk_is_refused(void **state) {
    (void)state;
    struct written *w = written_new(512);
    written_add(w, DISK - 1, 1, 0, 'a');
    struct write_log log = read_well(w);
    write_log_free(&log);
    written_add(w, DISK - 1, 2, 0, 'a');
    refused(w, w->length, "entry 1: sectors 63 and 2 behind it");
    free(w);
    w = written_new(512);
    written_add(w, 0, 1, 0, 'a');
    written_little(w->bytes + 512, UINT64_MAX, 8); /* no sum of the two may wrap */
    refused(w, w->length, "entry 0: ");
    free(w);
}

static void each_cut_of_a_log_is_refused(void **state) {
    (void)state;
    struct written *w = written_new(512);
    written_add(w, 0, 1, 0, 'a');
    written_add(w, 1, 2, 0, 'b');
    for (size_t length = 0; length < w->length; length++) {
        /* A copy as short as the cut: what is read behind it is seen. */
        uint8_t *bytes = malloc(length ? length : 1);
        struct write_log log;
        char *why = NULL;
        assert_non_null(bytes);
        memcpy(bytes, w->bytes, length);
        assert_false(write_log_read(&log, bytes, length, DISK, UINT64_MAX, &why));
        assert_non_null(why);
        free(why);
        free(bytes);
    }
    free(w);
}

static void what_is_unknown_is_refused(void **state) {
    (void)state;
    struct written *w = written_new(512);
    written_add(w, 0, 1, 32, 'a');
    refused(w, w->length, "entry 0: flags 0x20 are unknown");
    written_little(w->bytes + 24, 768, 4);
    refused(w, w->length, "sectors of 768 bytes");
    written_little(w->bytes + 8, 2, 8);
    refused(w, w->length, "version 2");
    w->bytes[0]++;
    refused(w, w->length, "no log of dm-log-writes");
    free(w);
}

/* Its first sector says that there are more entries than there are, and as many as can be said. */
static void a_count_that_is_too_large_is_refused_where_the_log_ends(void **state) {
    (void)state;
    struct written *w = written_new(512);
    written_add(w, 0, 1, 0, 'a');
    for (unsigned i = 0; i < 2; i++) {
        written_little(w->bytes + 16, i ? UINT64_MAX : 2, 8);
        refused(w, w->length, "byte 1536: entry 1: the log ends before it, at byte 1536");
    }
    free(w);
}

/* Entries lie in the order in which they were written: one that lies elsewhere, or lost its first
 * sector, has data where an entry ought to be. */
static void entries_that_lie_elsewhere_are_refused(void **state) {
    (void)state;
    struct written *w = written_new(512);
    written_add(w, 0, 1, 0, 0xff);
    written_add(w, 1, 2, 0, 0xff);
    memmove(w->bytes + 512, w->bytes + 1024, w->length - 1024); /* the first entry is its data */
    refused(w, w->length - 512, "byte 512: entry 0: flags");
    free(w);
}

static void a_write_of_all_sectors_that_there_could_be_is_refused(void **state) {
    (void)state;
    static const uint64_t sectors[] = {DISK + 1, UINT32_MAX, UINT64_MAX / 512 + 1, UINT64_MAX};
    for (size_t i = 0; i < sizeof sectors / sizeof *sectors; i++) {
        struct written *w = written_new(512);
        written_add(w, 0, 1, 0, 'a');
        written_add(w, 0, 1, i % 2 ? WRITTEN_DISCARD : 0, 'b');
        written_little(w->bytes + 1536 + 8, sectors[i], 8);
        refused(w, w->length, "is BASE the disk that was written to?");
        free(w);
    }
}

/* What is before a damaged entry is as good as it was, as the refusal says. */
static void the_entries_before_a_damaged_one_can_be_taken(void **state) {
    (void)state;
    struct written *w = written_new(512);
    struct write_log log;
    char *why = NULL;
    written_add(w, 0, 1, 0, 'a');
    written_add(w, 1, 1, 0, 'b');
    written_add(w, 2, 1, 64, 'c');
    refused(w, w->length, "byte 2560: entry 2: flags 0x40 are unknown; --entries=2 takes those");
    assert_true(write_log_read(&log, w->bytes, w->length, DISK, 2, &why));
    assert_int_equal(log.count, 2);
    assert_int_equal(log.entries, 2);
    write_log_free(&log);
    refused(w, w->length - 1, "entry 2");
    free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_flushes_and_what_has_no_effect),
        cmocka_unit_test(larger_sectors_count_in_smaller_ones),
        cmocka_unit_test(a_write_beyond_the_disk_is_refused),
        cmocka_unit_test(each_cut_of_a_log_is_refused),
        cmocka_unit_test(what_is_unknown_is_refused),
        cmocka_unit_test(a_count_that_is_too_large_is_refused_where_the_log_ends),
        cmocka_unit_test(entries_that_lie_elsewhere_are_refused),
        cmocka_unit_test(a_write_of_all_sectors_that_there_could_be_is_refused),
        cmocka_unit_test(the_entries_before_a_damaged_one_can_be_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
