/* SPDX-License-Identifier: MIT */
/* drivers_spindle_test.c -- the model of a disk with a spindle, against its published parameters:
 * each time here is worked out by hand. */
#include "drivers/hp97560.h"
#include "drivers/spindle.h"
#include "unit.h"

/* 60 s / 4002, and a 72nd of it. */
enum { TURN = 14992503, SECTOR = 208229, CYLINDER = 72 * 19 };

static void near(uint64_t is, uint64_t wanted, uint64_t by) {
    assert_in_range(is, wanted - by, wanted + by);
}

static void seeks_have_their_published_times(void **state) {
    (void)state;
    assert_int_equal(spindle_seek(0), 0);
    near(spindle_seek(1), 3640000, 0);
    near(spindle_seek(100), 7240000, 0);
    near(spindle_seek(2), 3240000 + 565685, 7000); /* the root to a 64th */
    near(spindle_seek(382), 3240000 + 7817928, 7000);
    assert_int_equal(spindle_seek(383), 8000000 + 383 * 8000);
    assert_int_equal(spindle_seek(1961), 8000000 + 1961 * 8000);
    for (uint32_t n = 1; n < 1961; n++)
        assert_true(spindle_seek(n) <= spindle_seek(n + 1));
}

/* No move: the controller, then the turn until the sector comes, and it passes. */
static void one_sector_waits_for_its_angle(void **state) {
    (void)state;
    struct spindle s = {0};
    uint64_t begun = 2200000; /* at 10.56 sectors of the first turn */
    near(spindle_time(&s, 0, 11, 1), begun + (11 * SECTOR - begun) + SECTOR, 72);
    near(spindle_time(&s, 0, 10, 1), 10 * SECTOR + TURN + SECTOR, 72);
    near(spindle_time(&s, 0, 0, 1), TURN + SECTOR, 72);
    near(spindle_time(&s, 5 * TURN, 11, 1), 12 * SECTOR, 72); /* whichever turn it is */
}

static void what_is_behind_it_passes_next(void **state) {
    (void)state;
    struct spindle s = {0};
    uint64_t one = spindle_time(&s, 0, 20, 1);
    near(spindle_time(&s, 0, 20, 8), one + 7 * SECTOR, 72);
}

/* A switch of 1.6 ms is 7.7 sectors: a skew of 8 just suffices, and no turn is lost. */
static void the_next_track_loses_no_turn(void **state) {
    (void)state;
    struct spindle s = {0};
    uint64_t last = spindle_time(&s, 0, 71, 1), both = spindle_time(&s, 0, 71, 2);
    near(both, last + 9 * SECTOR, 72);
    /* One cylinder on: 3.64 ms are 17.5 sectors, the skew 18. */
    last = spindle_time(&s, 0, CYLINDER - 1, 1);
    both = spindle_time(&s, 0, CYLINDER - 1, 2);
    near(both, last + 19 * SECTOR, 72);
}

static void a_busy_disk_begins_behind(void **state) {
    (void)state;
    struct spindle s = {0};
    uint64_t first = spindle_serve(&s, 0, 11, 1);
    assert_int_equal(s.free, first);
    struct spindle then = s;
    uint64_t alone = spindle_time(&s, first, 100000, 8);
    assert_int_equal(spindle_serve(&s, 5, 100000, 8), first + alone);
    assert_int_equal(spindle_serve(&then, first + 1000000, 100000, 8),
                     first + 1000000 +
                         spindle_time(&(struct spindle){0}, first + 1000000, 100000, 8));
    assert_int_equal(s.cylinder, 100000 / CYLINDER);
}

/* A whole disk in order takes as many turns as it has tracks, and what skews add: none is lost. */
static void a_disk_is_read_in_its_time(void **state) {
    (void)state;
    struct spindle s = {0};
    uint32_t tracks = 19 * 10, sectors = 72 * tracks;
    uint64_t skews = 8u * (tracks - 10) + (18u + 0u) * 9;
    near(spindle_time(&s, 0, 0, sectors), TURN + tracks * (uint64_t)TURN + skews * SECTOR,
         (uint64_t)TURN);
}

static void any_request_ends_and_turns_once_a_track_at_most(void **state) {
    (void)state;
    struct spindle s = {0};
    uint64_t now = 0, x = 1;
    for (int i = 0; i < 100000; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        uint64_t sector = x >> 33 & 0xfffff, before = now;
        uint32_t sectors = (uint32_t)(x >> 20 & 127) + 1;
        now = spindle_serve(&s, now, sector, sectors);
        uint64_t most =
            HP97560_CONTROLLER_NS + (sectors / 72 + 2) * (uint64_t)(2 * TURN) + 25000000;
        assert_true(now > before + HP97560_CONTROLLER_NS && now - before < most);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seeks_have_their_published_times),
        cmocka_unit_test(one_sector_waits_for_its_angle),
        cmocka_unit_test(what_is_behind_it_passes_next),
        cmocka_unit_test(the_next_track_loses_no_turn),
        cmocka_unit_test(a_busy_disk_begins_behind),
        cmocka_unit_test(a_disk_is_read_in_its_time),
        cmocka_unit_test(any_request_ends_and_turns_once_a_track_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
