/* SPDX-License-Identifier: MIT */
/* crashdisk_states_test.c -- each disk that a power cut may leave is built, and none that it cannot
 * leave: against sets made by hand and against the rules, read from the log once more. */
#include "crash_states.h"
#include "hash_set.h"
#include "unit.h"
#include "written.h"

#include <stdio.h>

enum { DISK = 64, MOST = 1 << 16 };

static uint8_t base[DISK * SECTOR];

/* The disks of a log, each as text: the first byte of each of its first sectors. */
struct disks {
    char (*text)[DISK + 1];
    size_t count, sectors;
    struct write_log log;
    struct hash_set hashes;
    struct state_hash *hash;
};

static void disk_text(const struct disk_state *disk, char text[DISK + 1], size_t sectors) {
    const uint64_t *sector;
    size_t count = disk_state_sectors(disk, &sector);
    memset(text, '.', sectors);
    text[sectors] = '\0';
    for (size_t i = 0; i < count; i++)
        if (sector[i] < sectors && disk_state_bytes(disk, i)[0])
            text[sector[i]] = (char)disk_state_bytes(disk, i)[0];
}

static bool take(void *context, const struct crash_state *state, struct disk_state *disk) {
    struct disks *d = context;
    assert_int_equal(state->number, d->count);
    assert_true(d->count < MOST);
    disk_text(disk, d->text[d->count], d->sectors);
    d->hash[d->count] = disk_state_hash(disk);
    hash_set_add(&d->hashes, d->hash[d->count++], state->flushes, state->torn.write != NULL);
    return true;
}

static struct disks all_of(const struct written *w, size_t sectors) {
    struct disks d = {.sectors = sectors};
    char *why = NULL;
    d.text = malloc(MOST * sizeof *d.text);
    d.hash = malloc(MOST * sizeof *d.hash);
    assert_true(write_log_read(&d.log, w->bytes, w->length, DISK, UINT64_MAX, &why));
    struct disk_state *disk = disk_state_new(&d.log, base);
    crash_states_visit(&d.log, disk, 1, take, &d);
    disk_state_free(disk);
    return d;
}

static void give_back(struct disks *d) {
    write_log_free(&d->log);
    hash_set_free(&d->hashes);
    free(d->text);
    free(d->hash);
}

static bool has(const struct disks *d, const char *text) {
    for (size_t i = 0; i < d->count; i++)
        if (!strcmp(d->text[i], text))
            return true;
    return false;
}

/* Exactly those, and equal hashes exactly for equal ones. */
static void are_exactly(const struct disks *d, const char *const *texts) {
    size_t count = 0;
    for (; texts[count]; count++)
        if (!has(d, texts[count]))
            fail_msg("there is no disk %s", texts[count]);
    for (size_t i = 0; i < d->count; i++) {
        size_t k = 0;
        while (k < count && strcmp(d->text[i], texts[k]) != 0)
            k++;
        if (k == count)
            fail_msg("no cut leaves the disk %s", d->text[i]);
    }
    assert_int_equal(d->hashes.count, count);
}

static void any_choice_of_an_epoch(void **state) {
    (void)state;
    struct written *w = written_new(512);
    written_add(w, 0, 1, 0, 'a');
    written_add(w, 1, 1, 0, 'b');
    written_add(w, 0, 0, WRITTEN_FLUSH, 0);
    written_add(w, 2, 1, 0, 'c');
    written_add(w, 0, 1, 0, 'd');
    struct disks d = all_of(w, 3);
    are_exactly(&d, (const char *const[]){"...", "a..", ".b.", "ab.", "abc", "db.", "dbc", NULL});
    give_back(&d);
    free(w);
}

static void a_write_with_fua_is_there_before_later_ones(void **state) {
    (void)state;
    struct written *w = written_new(512);
    written_add(w, 0, 1, 0, 'a');
    written_add(w, 1, 1, WRITTEN_FUA, 'b');
    written_add(w, 2, 1, 0, 'c');
    struct disks d = all_of(w, 3);
    are_exactly(&d, (const char *const[]){"...", "a..", ".b.", "ab.", ".bc", "abc", NULL});
    give_back(&d);
    free(w);
}

static void a_discard_leaves_zeros_or_what_was_there(void **state) {
    (void)state;
    struct written *w = written_new(512);
    written_add(w, 0, 2, 0, 'a');
    written_add(w, 0, 0, WRITTEN_FLUSH, 0);
    written_add(w, 0, 2, WRITTEN_DISCARD, 0);
    written_add(w, 1, 1, 0, 'b');
    struct disks d = all_of(w, 2);
    are_exactly(&d, (const char *const[]){"..", "aa", "a.", ".a", "ab", ".b", NULL});
    give_back(&d);
    free(w);
}

static void a_write_is_torn_at_each_sector_from_either_side(void **state) {
    (void)state;
    struct written *w = written_new(512);
    written_add(w, 4, 1, 0, 'x');
    written_add(w, 0, 4, 0, 'a');
    written_add(w, 5, 1, 0, 'y');
    struct disks d = all_of(w, 6);
    static const char *const torn[] = {"a...", "aa..", "aaa.", ".aaa", "..aa", "...a"};
    for (size_t i = 0; i < sizeof torn / sizeof *torn; i++) {
        char text[8];
        snprintf(text, sizeof text, "%sx.", torn[i]);
        assert_true(has(&d, text));
        snprintf(text, sizeof text, "%sxy", torn[i]);
        assert_true(has(&d, text));
    }
    assert_int_equal(d.hashes.count, 8 + 12); /* choices of three; tears */
    give_back(&d);
    free(w);
}

static void nothing_behind_a_torn_write_with_fua(void **state) {
    (void)state;
    struct written *w = written_new(512);
    written_add(w, 0, 2, WRITTEN_FUA, 'a');
    written_add(w, 2, 1, 0, 'b');
    struct disks d = all_of(w, 3);
    are_exactly(&d, (const char *const[]){"...", "a..", ".a.", "aa.", "aab", NULL});
    give_back(&d);
    free(w);
}

/* Of an epoch that has more writes than choices are made of. */
static void a_large_epoch_lacks_two_at_most_and_others_are_drawn(void **state) {
    (void)state;
    enum { WRITES = 14 };
    struct written *w = written_new(512);
    for (int i = 0; i < WRITES; i++)
        written_add(w, (uint64_t)i, 1, 0, 'a' + i);
    struct disks d = all_of(w, WRITES);
    for (int a = 0; a < WRITES; a++)
        for (int b = a; b < WRITES; b++) {
            char text[WRITES + 1] = "abcdefghijklmn";
            text[a] = text[b] = '.';
            assert_true(has(&d, text));
        }
    for (int count = 0; count <= WRITES; count++) {
        char text[WRITES + 1];
        for (int i = 0; i < WRITES; i++)
            text[i] = (char)(i < count ? 'a' + i : '.');
        text[WRITES] = '\0';
        assert_true(has(&d, text));
    }
    assert_int_equal(d.count, WRITES + 1 + WRITES + WRITES * (WRITES - 1) / 2 + DRAWN);
    assert_true(d.hashes.count > 700); /* of 16,384 that may be */
    struct disks again = all_of(w, WRITES);
    assert_memory_equal(d.hash, again.hash, d.count * sizeof *d.hash);
    give_back(&again);
    give_back(&d);
    free(w);
}

/* A hash tells two disks apart by where bytes are, too, and forgets how a disk came about. */
static void hashes_are_of_contents(void **state) {
    (void)state;
    struct written *w = written_new(512);
    written_add(w, 0, 1, 0, 'a');
    written_add(w, 1, 1, 0, 'a');
    written_add(w, 0, 0, WRITTEN_FLUSH, 0);
    written_add(w, 0, 2, 0, 'a'); /* again what is there */
    struct disks d = all_of(w, 2);
    are_exactly(&d, (const char *const[]){"..", "a.", ".a", "aa", NULL});
    give_back(&d);
    free(w);
}

/* Whether the disk TEXT can be had by the rules: sectors are written once each here, so that what
 * is there is known from it. */
static void random_logs_leave_only_what_they_may(void **state) {
    (void)state;
    for (unsigned seed = 0; seed < 300; seed++) {
        struct written *w = written_new(512);
        uint64_t n = 0;
        struct {
            uint64_t at, sectors;
            unsigned flags, epoch;
        } writes[DISK];
        size_t count = 0, flushes = 0;
        for (uint64_t at = 0; at < 20;) {
            uint64_t sectors = 1 + drawn_by(seed, n++) % 3;
            unsigned kind = drawn_by(seed, n++) % 8;
            unsigned flags = (kind == 0 ? WRITTEN_FLUSH : 0) | (kind == 1 ? WRITTEN_FUA : 0);
            flushes += flags == WRITTEN_FLUSH;
            written_add(w, at, sectors, flags, 'a');
            writes[count].at = at;
            writes[count].sectors = sectors;
            writes[count].flags = flags;
            writes[count++].epoch = (unsigned)flushes;
            at += sectors;
        }
        struct disks d = all_of(w, 24);
        for (size_t i = 0; i < d.count; i++) {
            /* Of each write how many sectors are there; the last that has any has an epoch, before
             * which all is there; and so is each FUA before it. */
            size_t last = 0, torn = 0;
            bool whole[DISK], any = false;
            for (size_t k = 0; k < count; k++) {
                uint64_t there = 0;
                for (uint64_t s = 0; s < writes[k].sectors; s++)
                    there += d.text[i][writes[k].at + s] == 'a';
                whole[k] = there == writes[k].sectors;
                torn += there && !whole[k];
                if (there) {
                    last = k;
                    any = true;
                }
            }
            assert_true(torn <= 1);
            for (size_t k = 0; any && k < last; k++)
                if (writes[k].epoch < writes[last].epoch || writes[k].flags & WRITTEN_FUA)
                    assert_true(whole[k]);
        }
        give_back(&d);
        free(w);
    }
}

/* ---- a slow twin: each state by what is told of it, write after write ---- */

static void twin_write(uint8_t *disk, struct write_part part) {
    for (uint64_t k = part.from; k < part.to; k++) {
        uint8_t *to = disk + (part.write->first + k) * SECTOR;
        if (part.write->data)
            memcpy(to, part.write->data + k * SECTOR, SECTOR);
        else
            memset(to, 0, SECTOR);
    }
}

static bool twin_agrees(void *context, const struct crash_state *state, struct disk_state *disk) {
    const struct write_log *log = context;
    static uint8_t twin[sizeof base];
    const uint64_t *sectors;
    memcpy(twin, base, sizeof twin);
    for (size_t i = 0; i < state->first + state->count; i++) {
        const struct logged_write *w = &log->writes[i];
        if (state->torn.write == w)
            twin_write(twin, state->torn);
        else if (i < state->first || state->has[i - state->first])
            twin_write(twin, (struct write_part){w, 0, w->sectors});
    }
    size_t count = disk_state_sectors(disk, &sectors);
    for (size_t i = 0; i < count; i++)
        assert_memory_equal(disk_state_bytes(disk, i), twin + sectors[i] * SECTOR, SECTOR);
    return true;
}

/* Writes over one another, in epochs small and large, with FUA and discards. */
static void each_state_is_what_it_says(void **state) {
    (void)state;
    for (unsigned seed = 0; seed < 40; seed++) {
        struct written *w = written_new(512);
        struct write_log log;
        char *why = NULL;
        uint64_t n = 0, writes = 5 + drawn_by(seed, n++) % 20;
        for (uint64_t i = 0; i < writes; i++) {
            uint64_t sectors = 1 + drawn_by(seed, n++) % 4, at = drawn_by(seed, n++) % 12;
            static const unsigned flags[16] = {WRITTEN_FUA, WRITTEN_DISCARD, WRITTEN_FLUSH};
            written_add(w, at, sectors, flags[drawn_by(seed, n++) % 16], 'a' + (int)i);
        }
        assert_true(write_log_read(&log, w->bytes, w->length, DISK, UINT64_MAX, &why));
        struct disk_state *disk = disk_state_new(&log, base);
        crash_states_visit(&log, disk, seed, twin_agrees, &log);
        disk_state_free(disk);
        write_log_free(&log);
        free(w);
    }
}

static void so_many_are_drawn(void **state) {
    (void)state;
    struct hash_set set = {0};
    assert_null(hash_set_find(&set, (struct state_hash){0, 0}));
    for (uint64_t i = 0; i < 5000; i++) {
        struct state_hash hash = {drawn_by(1, i), drawn_by(2, i)};
        assert_true(hash_set_add(&set, hash, 0, false));
        assert_false(hash_set_add(&set, hash, 0, false));
        assert_non_null(hash_set_find(&set, hash));
    }
    uint64_t last = hash_set_draw(&set, 7, 100), chosen = 0;
    for (uint64_t i = 0; i < 5000; i++)
        chosen += hash_draw((struct state_hash){drawn_by(1, i), drawn_by(2, i)}, 7) <= last;
    assert_int_equal(chosen, 100);
    assert_true(hash_set_draw(&set, 7, 5000) == UINT64_MAX);
    hash_set_free(&set);
}

/* Of a disk that comes about in two ways each way's demands count. */
static void the_most_is_demanded(void **state) {
    (void)state;
    struct written *w = written_new(512);
    written_add(w, 0, 2, 0, 'a');
    written_add(w, 0, 0, WRITTEN_FLUSH, 0);
    written_add(w, 2, 1, 0, 'b');
    struct disks d = all_of(w, 3);
    for (size_t i = 0; i < d.count; i++) {
        const struct seen_state *seen = hash_set_find(&d.hashes, d.hash[i]);
        assert_int_equal(seen->flushes, d.text[i][0] == 'a' && d.text[i][1] == 'a');
        assert_int_equal(seen->torn, (d.text[i][0] == 'a') != (d.text[i][1] == 'a'));
    }
    give_back(&d);
    free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_choice_of_an_epoch),
        cmocka_unit_test(a_write_with_fua_is_there_before_later_ones),
        cmocka_unit_test(a_discard_leaves_zeros_or_what_was_there),
        cmocka_unit_test(a_write_is_torn_at_each_sector_from_either_side),
        cmocka_unit_test(nothing_behind_a_torn_write_with_fua),
        cmocka_unit_test(a_large_epoch_lacks_two_at_most_and_others_are_drawn),
        cmocka_unit_test(hashes_are_of_contents),
        cmocka_unit_test(random_logs_leave_only_what_they_may),
        cmocka_unit_test(each_state_is_what_it_says),
        cmocka_unit_test(so_many_are_drawn),
        cmocka_unit_test(the_most_is_demanded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
