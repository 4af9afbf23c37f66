/* SPDX-License-Identifier: MIT */
/* engine_load_units_test.c -- loads in units of work: every object of the tests gives the same
 * programs, or the same refusal, whatever the numbers of units; and nothing is left of a load that
 * is given up, wherever it is. */
#include "engine_objects.h"

static const struct jit_options plain;

static struct load_request compiled(const void *file, size_t len) {
    struct load_request r = request(file, len);
    r.jit = &plain;
    return r;
}

static enum load_progress load_in_units(struct loading *loading, struct load *load,
                                        const struct load_request *r, uint32_t units) {
    enum load_progress progress = LOAD_GOES_ON;
    load_begin(loading, load, &host.hooks, r, &why);
    while (progress == LOAD_GOES_ON)
        progress = load_go(loading, units);
    return progress;
}

static void assert_same(struct load *a, struct load *b) {
    assert_int_equal(a->count, b->count);
    for (uint32_t i = 0; i < a->count; i++)
        assert_memory_equal(&a->program[i].image.facts, &b->program[i].image.facts,
                            sizeof(struct facts));
}

static void test_programs_and_refusals_are_the_same_by_any_units(void **state) {
    static const uint32_t units[] = {1, 2, 3, 7, 1000};
    static struct report at_once;
    unsigned loaded = 0;
    (void)state;
    for (size_t i = 0; i < objects; i++) {
        size_t live = host.allocated;
        struct load_request r = compiled(object[i].bytes, object[i].len);
        struct load whole, parts;
        bool good = load_open(&whole, &host.hooks, &r, &at_once);
        for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
            struct loading loading;
            assert_int_equal(load_in_units(&loading, &parts, &r, units[u]) == LOAD_DONE, good);
            if (good) {
                assert_same(&whole, &parts);
                assert_true(load_close(&parts));
            } else {
                assert_int_equal(at_once.rule, why.rule);
                assert_string_equal(at_once.text, why.text);
                assert_int_equal(at_once.slot, why.slot);
            }
        }
        loaded += good;
        assert_true(!good || load_close(&whole));
        assert_int_equal(host.allocated, live);
    }
    assert_true(loaded > 20 && loaded < objects);
}

/* At each of the first units, and then further and further apart. */
static void test_nothing_is_left_of_a_load_that_is_given_up(void **state) {
    unsigned given_up = 0;
    (void)state;
    for (size_t i = 0; i < objects; i++) {
        size_t live = host.allocated;
        struct load_request r = compiled(object[i].bytes, object[i].len);
        enum load_progress progress = LOAD_GOES_ON;
        for (uint32_t at = 0; progress == LOAD_GOES_ON; at += at / 8 + 1) {
            struct load load;
            struct loading loading;
            load_begin(&loading, &load, &host.hooks, &r, &why);
            progress = LOAD_GOES_ON;
            for (uint32_t unit = 0; unit < at && progress == LOAD_GOES_ON; unit++)
                progress = load_go(&loading, 1);
            if (progress == LOAD_GOES_ON)
                load_give_up(&loading);
            else if (progress == LOAD_DONE)
                assert_true(load_close(&load));
            given_up += progress == LOAD_GOES_ON;
            assert_int_equal(host.allocated, live);
            assert_int_equal(host.code_bytes, 0);
        }
    }
    print_message("%u loads were given up\n", given_up);
    assert_true(given_up > 1000);
}

/* One program of an object of attacks: its refusal is the same by any units, and nothing is left
 * wherever it is given up. Gives in how many units of one it is refused; 0: it is not. */
static uint32_t attack(const struct load_request *r) {
    static const uint32_t units[] = {2, 7, 1000};
    static struct report at_once;
    struct loading loading;
    struct load load;
    size_t live = host.allocated;
    uint32_t taken = 1;
    if (load_open(&load, &host.hooks, r, &at_once)) {
        assert_true(load_close(&load));
        return 0;
    }
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        assert_int_equal(load_in_units(&loading, &load, r, units[u]), LOAD_REFUSED);
        assert_int_equal(why.rule, at_once.rule);
        assert_string_equal(why.text, at_once.text);
    }
    for (load_begin(&loading, &load, &host.hooks, r, &why); load_go(&loading, 1) == LOAD_GOES_ON;)
        taken++;
    assert_string_equal(why.text, at_once.text);
    for (uint32_t at = 0; at < taken; at++) {
        load_begin(&loading, &load, &host.hooks, r, &why);
        for (uint32_t unit = 0; unit < at; unit++)
            assert_int_equal(load_go(&loading, 1), LOAD_GOES_ON);
        load_give_up(&loading);
        assert_int_equal(host.allocated, live);
    }
    assert_int_equal(host.code_bytes, 0);
    return taken;
}

static void test_each_attack_is_refused_the_same_by_any_units(void **state) {
    unsigned refused = 0, late = 0;
    (void)state;
    for (size_t i = 0; i < objects; i++) {
        struct object o;
        if (!strstr(object[i].path, "/refused."))
            continue;
        assert_true(object_open(&o, &host.hooks, object[i].bytes, object[i].len, &why));
        for (uint32_t f = 0; f < o.function_count; f++) {
            struct load_request r = compiled(object[i].bytes, object[i].len);
            r.only = o.function[f].name;
            uint32_t units = attack(&r);
            refused += units > 0;
            late += units > 3;
        }
        object_close(&o);
    }
    print_message("%u attacks, %u of them after the third unit\n", refused, late);
    assert_true(refused > 100 && late > 50);
}

/* The last word stays the last: what is asked of a load that is over changes nothing. */
static void test_a_load_that_is_over_stays_as_it_is(void **state) {
    unsigned over[2] = {0};
    (void)state;
    for (size_t i = 0; i < objects; i++) {
        size_t live = host.allocated;
        struct load_request r = compiled(object[i].bytes, object[i].len);
        struct load load;
        struct loading loading;
        enum load_progress last = load_in_units(&loading, &load, &r, UINT32_MAX);
        size_t then = host.allocated;
        for (unsigned again = 0; again < 2; again++) {
            assert_int_equal(load_go(&loading, again), last);
            load_give_up(&loading);
            assert_int_equal(load_go(&loading, UINT32_MAX), last);
            assert_int_equal(host.allocated, then);
        }
        assert_true(last == LOAD_REFUSED || load_close(&load));
        assert_int_equal(host.allocated, live);
        over[last == LOAD_DONE]++;
    }
    assert_true(over[0] > 0 && over[1] > 20);
}

/* And one that was given up is refused from then on, wherever it was. */
static void test_a_load_that_was_given_up_is_refused(void **state) {
    unsigned given_up = 0;
    (void)state;
    for (size_t i = 0; i < objects; i++) {
        size_t live = host.allocated;
        struct load_request r = compiled(object[i].bytes, object[i].len);
        for (uint32_t units = 0; units < 5; units++) {
            struct load load;
            struct loading loading;
            load_begin(&loading, &load, &host.hooks, &r, &why);
            given_up += load_go(&loading, units) == LOAD_GOES_ON;
            load_give_up(&loading);
            assert_int_equal(load_go(&loading, UINT32_MAX), LOAD_REFUSED);
            load_give_up(&loading);
            assert_int_equal(host.allocated, live);
        }
    }
    assert_true(given_up > 100);
}

/* Each program of a kind that is collected has maps of its pointers, and no other program has. */
static void test_programs_of_a_kind_that_is_collected_have_maps(void **state) {
    uint32_t maps[2] = {0};
    size_t live = host.allocated;
    (void)state;
    for (unsigned collected = 0; collected < 2; collected++) {
        for (unsigned k = 0; k < KINDS; k++)
            kinds.typing[k].kind.collected = collected;
        for (size_t i = 0; i < objects; i++) {
            struct load_request r = compiled(object[i].bytes, object[i].len);
            struct load load;
            if (load_open(&load, &host.hooks, &r, &why)) {
                for (uint32_t p = 0; p < load.count; p++)
                    maps[collected] += load.program[p].image.maps.count;
                assert_true(load_close(&load));
            }
            assert_int_equal(host.allocated, live);
        }
    }
    assert_int_equal(maps[0], 0);
    assert_true(maps[1] > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_programs_and_refusals_are_the_same_by_any_units),
        cmocka_unit_test(test_nothing_is_left_of_a_load_that_is_given_up),
        cmocka_unit_test(test_each_attack_is_refused_the_same_by_any_units),
        cmocka_unit_test(test_a_load_that_is_over_stays_as_it_is),
        cmocka_unit_test(test_a_load_that_was_given_up_is_refused),
        cmocka_unit_test(test_programs_of_a_kind_that_is_collected_have_maps),
    };
    return cmocka_run_group_tests_name("engine_load_units", tests, open_all, close_all);
}
