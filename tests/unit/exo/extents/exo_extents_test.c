/* SPDX-License-Identifier: MIT */
/* exo_extents_test.c -- the table of who has which run of a disk's blocks: against an array of the
 * blocks' owners, and any bytes as a table. */
#include "exo/libos/extents/extents_table.h"

#include <string.h>

#include "random.h"
#include "unit.h"

enum { BLOCKS = 400, OWNERS = 200 };

static struct cap owner_of(unsigned i) {
    return (struct cap){
        .rights = CAP_ALL, .valid = 1, .length = 2, .name = {(uint8_t)(i >> 4), (uint8_t)(i & 15)}};
}

/* Where `count` blocks side by side are nobody's; 0: nowhere. */
static uint32_t first_free(const uint8_t *model, uint32_t count) {
    for (uint32_t b = 1, run = 0; b < BLOCKS; b++) {
        run = model[b] ? 0 : run + 1;
        if (run == count)
            return b + 1 - count;
    }
    return 0;
}

static void random_steps_as_in_a_model(void **state) {
    static struct extents_table t;
    uint8_t model[BLOCKS] = {0};
    (void)state;
    t = (struct extents_table){.magic = EXTENTS_MAGIC};
    for (unsigned step = 0; step < 20000; step++) {
        const unsigned who = 1 + below(OWNERS);
        struct extents_entry *e = extents_of(&t, owner_of(who));
        const uint32_t count = below(4) ? 1 + below(6) : below(BLOCKS);
        if (e) {
            for (uint32_t i = 0; i < e->at.count; i++) {
                assert_int_equal(model[e->at.block + i], who);
                model[e->at.block + i] = 0;
            }
            extents_give(&t, e);
            assert_null(extents_of(&t, owner_of(who)));
        } else {
            const uint32_t at = count ? first_free(model, count) : 0;
            const bool room = at && t.count < EXTENTS_MOST;
            e = extents_take(&t, BLOCKS, owner_of(who), count);
            assert_true(room == (e != NULL));
            if (e) {
                assert_int_equal(e->at.block, at);
                assert_int_equal(e->at.count, count);
                memset(model + at, (int)who, count);
            }
        }
        assert_true(extents_sound(&t, BLOCKS));
    }
}

static void what_is_no_table_is_refused(void **state) {
    static struct extents_table t, whole;
    (void)state;
    whole = (struct extents_table){.magic = EXTENTS_MAGIC};
    for (unsigned i = 0; i < 3; i++)
        assert_non_null(extents_take(&whole, BLOCKS, owner_of(i), 100));
    assert_true(extents_sound(&whole, 301) && !extents_sound(&whole, 300));
    assert_null(extents_take(&whole, BLOCKS, owner_of(3), 100));
    t = whole;
    t.magic++;
    assert_false(extents_sound(&t, BLOCKS));
    t = whole;
    t.count = EXTENTS_MOST + 1;
    assert_false(extents_sound(&t, BLOCKS));
    const struct exo_extent wrong[] = {{100, 100}, {150, 60}, {0, 1}, {101, 0}, {101, UINT32_MAX}};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        t = whole;
        t.of[1].at = wrong[i];
        assert_false(extents_sound(&t, BLOCKS));
    }
}

static void a_full_table_takes_no_more(void **state) {
    static struct extents_table t;
    (void)state;
    t = (struct extents_table){.magic = EXTENTS_MAGIC};
    for (unsigned i = 0; i < EXTENTS_MOST; i++)
        assert_non_null(extents_take(&t, BLOCKS, owner_of(i), 1));
    assert_null(extents_take(&t, BLOCKS, owner_of(EXTENTS_MOST), 1));
    extents_give(&t, extents_of(&t, owner_of(7)));
    struct extents_entry *e = extents_take(&t, BLOCKS, owner_of(EXTENTS_MOST), 1);
    assert_true(e && e->at.block == 8);
    assert_true(extents_sound(&t, BLOCKS));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_steps_as_in_a_model),
        cmocka_unit_test(what_is_no_table_is_refused),
        cmocka_unit_test(a_full_table_takes_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
