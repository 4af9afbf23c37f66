/* SPDX-License-Identifier: MIT */
/* exo_area_test.c -- ExOS' areas of memory: random changes give what an array with an entry for
 * each address gives. */
#include "exo/libos/exos/area/area.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

enum { ADDRESSES = 200, STEPS = 200000 };

struct place {
    uint64_t rights, kind; /* kind 0: nothing is there */
};
static struct place model[ADDRESSES];
static struct areas areas;

static unsigned any(unsigned limit) {
    return (unsigned)rand() % limit; /* NOLINT(cert-msc30-c,cert-msc50-cpp): a fixed seed */
}

static void compare(void) {
    unsigned n = 0;
    for (uint64_t at = 0; at < ADDRESSES; at++) {
        const struct area *r = area_find(&areas, at);
        assert_int_equal(r ? r->kind : 0, model[at].kind);
        if (r) {
            assert_int_equal(r->rights, model[at].rights);
            assert_true(r->at <= at && at < r->end);
        }
    }
    for (unsigned i = 0; i < areas.count; i++) {
        assert_true(areas.area[i].at < areas.area[i].end);
        assert_true(!i || areas.area[i - 1].end <= areas.area[i].at);
        n += (unsigned)(areas.area[i].end - areas.area[i].at);
    }
    for (unsigned at = 0; at < ADDRESSES; at++)
        n -= model[at].kind != 0;
    assert_int_equal(n, 0);
}

static void look(uint64_t at, uint64_t end) {
    bool covered = true;
    uint64_t gap = at, run = 0;
    for (uint64_t i = at; i < end; i++)
        covered = covered && model[i].kind;
    assert_int_equal(area_covers(&areas, at, end), covered);
    uint64_t wanted = 1 + any(12);
    for (gap = at; gap < ADDRESSES && run < wanted; gap++)
        run = model[gap].kind ? 0 : run + 1;
    if (at)
        assert_int_equal(area_gap(&areas, at, ADDRESSES, wanted), run == wanted ? gap - wanted : 0);
}

static void step(void) {
    uint64_t at = any(ADDRESSES), end = at + 1 + any(20), rights = any(4), kind = 1 + any(3);
    end = end < ADDRESSES ? end : ADDRESSES;
    bool done = false;
    unsigned what = any(4);
    struct areas before = areas;
    if (what == 0)
        done = area_cut(&areas, at, end);
    else if (what == 1)
        done = area_add(&areas, (struct area){at, end, rights, kind, -1});
    else if (what == 2)
        done = area_set(&areas, at, end, rights);
    else
        look(at, end);
    if (!done) {
        assert_memory_equal(&before, &areas, sizeof before);
        assert_true(what == 3 || areas.count >= AREAS - 2);
        return;
    }
    for (uint64_t i = at; i < end; i++) {
        if (what == 0)
            model[i] = (struct place){0};
        else if (what == 1)
            model[i] = (struct place){rights, kind};
        else if (model[i].kind)
            model[i].rights = rights;
    }
}

static void changes_give_what_the_model_gives(void **state) {
    (void)state;
    srand(5); /* NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time */
    unsigned most = 0;
    for (unsigned i = 0; i < STEPS; i++) {
        step();
        most = most > areas.count ? most : areas.count;
        if (i % 50 == 0)
            compare();
    }
    assert_true(most >= 30);
}

static void what_finds_no_room_changes_nothing(void **state) {
    (void)state;
    struct areas r = {0};
    for (uint64_t i = 0; i < AREAS; i++)
        assert_true(area_add(&r, (struct area){4 * i, 4 * i + 3, 0, 1, -1}));
    struct areas before = r;
    assert_false(area_add(&r, (struct area){1000, 1001, 0, 1, -1}));
    assert_false(area_cut(&r, 1, 2));
    assert_false(area_set(&r, 1, 2, 1));
    assert_memory_equal(&before, &r, sizeof r);
    assert_true(area_cut(&r, 0, 8) && r.count == AREAS - 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_give_what_the_model_gives),
        cmocka_unit_test(what_finds_no_room_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
