/* SPDX-License-Identifier: MIT */
/* The bad network: by seed and number alone, as often as it is to be, and nothing else changed;
 * what waits goes in its order. And active messages, there and back. */
#include <string.h>

#include "protocol/am.h"
#include "protocol/impair.h"
#include "../random.h"
#include "../unit.h"

enum { MANY = 100000 };

static bool same(struct impair_fate a, struct impair_fate b) {
    return a.copies == b.copies && a.flip == b.flip && a.after[0] == b.after[0] &&
           (a.copies < 2 || a.after[1] == b.after[1]);
}

static void a_fate_is_the_seeds_and_the_numbers(void **state) {
    (void)state;
    struct impair how = {.seed = 7, .hold = 1000, .drop = 500, .twice = 500, .reorder = 500};
    struct impair other = how;
    other.seed++;
    uint32_t differ = 0;
    for (uint64_t n = MANY; n--;) {
        struct impair_fate once = impair_fate(&how, n, 60);
        impair_fate(&other, n / 3, 1514);
        assert_true(same(once, impair_fate(&how, n, 60)));
        differ += !same(once, impair_fate(&other, n, 60));
    }
    assert_true(differ > MANY / 20);
    /* So that what was measured stays measured. */
    static const char fates[] = "1111111211111122111101111011110221112021";
    how.drop = how.twice = how.reorder = 1000;
    char said[sizeof fates] = "";
    for (uint64_t n = 0; n < sizeof fates - 1; n++)
        said[n] = (char)('0' + impair_fate(&how, n, 60).copies);
    assert_string_equal(said, fates);
}

static void nothing_asked_for_changes_nothing(void **state) {
    (void)state;
    const struct impair how = {.seed = 9, .hold = 1000, .slow = 30};
    for (uint64_t n = 0; n < MANY; n++) {
        struct impair_fate f = impair_fate(&how, n, 60);
        assert_true(f.copies == 1 && f.flip == IMPAIR_WHOLE && f.after[0] == 30);
    }
}

/* `count` of MANY is `chance` of IMPAIR_ALL, give or take a tenth. */
static void about(uint32_t count, uint32_t chance) {
    uint32_t want = MANY / IMPAIR_ALL * chance;
    assert_true(count > want * 9 / 10 && count < want * 11 / 10);
}

static void chances_are_what_they_say(void **state) {
    (void)state;
    const struct impair how = {.seed = below(1000),
                               .hold = 1000,
                               .slow = 5,
                               .drop = 100,
                               .twice = 500,
                               .reorder = 2000,
                               .corrupt = 1000};
    uint32_t lost = 0, twice = 0, late = 0, wrong = 0, bits[60] = {0};
    for (uint64_t n = 0; n < MANY; n++) {
        struct impair_fate f = impair_fate(&how, n, 60);
        lost += f.copies == 0;
        twice += f.copies == 2;
        late += f.after[0] > 5;
        wrong += f.flip != IMPAIR_WHOLE;
        if (f.flip != IMPAIR_WHOLE) {
            assert_true(f.flip < 480);
            bits[f.flip / 8]++;
        }
        assert_true(f.after[0] >= 5 && f.after[0] <= 1005 && f.after[1] <= f.after[0] + 1000);
    }
    about(lost, 100);
    about(twice, 500);
    about(late, 2000);
    about(wrong, 1000);
    for (int i = 0; i < 60; i++)
        assert_true(bits[i] > 100 && bits[i] < 240);
    const struct impair all = {.drop = IMPAIR_ALL};
    for (uint64_t n = 0; n < MANY; n++)
        assert_int_equal(impair_fate(&all, n, 60).copies, 0);
}

static void one_chance_leaves_the_others_alone(void **state) {
    (void)state;
    struct impair how = {.seed = 3, .hold = 1000, .twice = 500, .corrupt = 500}, more = how;
    more.drop = 1000;
    for (uint64_t n = 0; n < MANY; n++) {
        struct impair_fate f = impair_fate(&more, n, 60);
        assert_true(!f.copies || same(f, impair_fate(&how, n, 60)));
    }
}

static void one_bit_is_wrong(void **state) {
    (void)state;
    const struct impair how = {.corrupt = IMPAIR_ALL};
    for (uint64_t n = 0; n < 1000; n++) {
        uint8_t frame[60] = {0};
        uint32_t ones = 0;
        struct impair_fate f = impair_fate(&how, n, sizeof frame);
        impair_flip(frame, &f);
        for (int i = 0; i < 480; i++)
            ones += frame[i / 8] >> i % 8 & 1;
        assert_true(ones == 1 && frame[f.flip / 8]);
    }
    assert_int_equal(impair_fate(&how, 0, 0).flip, IMPAIR_WHOLE);
}

static void what_waits_goes_in_its_order(void **state) {
    (void)state;
    struct impair_waiting place[8];
    struct impair_queue q = {.waiting = place, .room = 8};
    uint64_t frame, next, now = 0, came = 0, last_at = 0, last = 0, gone = 0;
    uint64_t at_of[20000];
    while (came < 20000) {
        uint64_t at = now + below(20);
        if (impair_wait(&q, at, came)) {
            at_of[came++] = at;
            last_at = last = 0; /* what comes now may be earlier than what went */
        } else {
            assert_int_equal(q.count, 8);
        }
        now += below(10);
        while (impair_due(&q, now, &frame, &next)) {
            assert_true(at_of[frame] <= now && at_of[frame] >= last_at);
            assert_true(at_of[frame] != last_at || frame >= last);
            last_at = at_of[frame];
            last = frame;
            gone++;
        }
        assert_true(next > now);
    }
    while (impair_due(&q, UINT64_MAX, &frame, &next))
        gone++;
    assert_true(gone == came && next == UINT64_MAX);
}

static void active_messages_there_and_back(void **state) {
    (void)state;
    const struct am_message m = {
        .handler = 6, .bytes = 10, .is_reply = true, .word = {1, 2, 0xfffffffe, 4}};
    struct am_message got;
    uint8_t p[AM_HEADER + 10] = {0};
    am_put(p, &m);
    assert_true(am_get(p, sizeof p, 7, &got));
    assert_true(got.handler == 6 && got.bytes == 10 && got.is_reply);
    assert_memory_equal(got.word, m.word, sizeof m.word);
    assert_false(am_get(p, sizeof p, 6, &got));     /* a handler that is none */
    assert_false(am_get(p, sizeof p - 1, 7, &got)); /* data that are not there */
    for (uint32_t n = 0; n < AM_HEADER; n++)
        assert_false(am_get(p, n, 7, &got));
    p[4] = 1; /* what has no meaning yet is 0 */
    assert_false(am_get(p, sizeof p, 7, &got));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fate_is_the_seeds_and_the_numbers),
        cmocka_unit_test(nothing_asked_for_changes_nothing),
        cmocka_unit_test(chances_are_what_they_say),
        cmocka_unit_test(one_chance_leaves_the_others_alone),
        cmocka_unit_test(one_bit_is_wrong),
        cmocka_unit_test(what_waits_goes_in_its_order),
        cmocka_unit_test(active_messages_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
