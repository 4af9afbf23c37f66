/* SPDX-License-Identifier: MIT */
/* engine_load_units_test.c -- loads in units of work: every object of the tests gives the same
 * programs, or the same refusal, whatever the numbers of units; and nothing is left of a load that
 * is given up, wherever it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>

#include "engine_made.h"
#include "host_hooks.h"
#include "kinds_open.h"

static struct host_hooks host;
static struct kinds kinds;
static glob_t found;
static const struct jit_options plain;

static int open_all(void **state) {
    static struct load_refusal why;
    (void)state;
    host_hooks_init(&host);
    return kinds_open(&kinds, &host.hooks, &why) && !glob("build/tests/engine/*.o", 0, NULL, &found)
               ? 0
               : -1;
}

static int close_all(void **state) {
    (void)state;
    globfree(&found);
    kinds_close(&kinds);
    return host.allocated || host.code_bytes ? -1 : 0;
}

static struct load_request request(const void *file, size_t len) {
    return (struct load_request){.name = "tested.o",
                                 .file = file,
                                 .len = len,
                                 .kind = kinds.list,
                                 .kinds = KINDS,
                                 .domain = &kinds.domain,
                                 .domains = 1,
                                 .jit = &plain};
}

static bool load_in_units(struct load *load, const struct load_request *r, struct load_refusal *why,
                          uint32_t units) {
    struct loading loading;
    enum load_progress progress = LOAD_GOES_ON;
    load_begin(&loading, load, &host.hooks, r, why);
    while (progress == LOAD_GOES_ON)
        progress = load_go(&loading, units);
    return progress == LOAD_DONE;
}

static void assert_same(struct load *a, struct load *b) {
    assert_int_equal(a->count, b->count);
    for (uint32_t i = 0; i < a->count; i++)
        assert_memory_equal(&a->program[i].image.facts, &b->program[i].image.facts,
                            sizeof(struct facts));
}

static void test_programs_and_refusals_are_the_same_by_any_units(void **state) {
    static const uint32_t units[] = {1, 2, 3, 7, 1000};
    static struct load_refusal why[2];
    unsigned loaded = 0;
    (void)state;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        size_t len, live = host.allocated;
        uint8_t *file = read_whole(found.gl_pathv[i], &len);
        struct load_request r = request(file, len);
        struct load whole, parts;
        bool good = load_open(&whole, &host.hooks, &r, &why[0]);
        for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
            assert_int_equal(load_in_units(&parts, &r, &why[1], units[u]), good);
            if (good) {
                assert_same(&whole, &parts);
                assert_true(load_close(&parts));
            } else {
                assert_string_equal(why[0].rule, why[1].rule);
                assert_string_equal(why[0].text, why[1].text);
                assert_int_equal(why[0].slot, why[1].slot);
            }
        }
        loaded += good;
        assert_true(!good || load_close(&whole));
        assert_int_equal(host.allocated, live);
        free(file);
    }
    assert_true(loaded > 20 && loaded < found.gl_pathc);
}

/* At each of the first units, and then further and further apart. */
static void test_nothing_is_left_of_a_load_that_is_given_up(void **state) {
    static struct load_refusal why;
    unsigned given_up = 0;
    (void)state;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        size_t len, live = host.allocated;
        uint8_t *file = read_whole(found.gl_pathv[i], &len);
        struct load_request r = request(file, len);
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
        free(file);
    }
    print_message("%u loads were given up\n", given_up);
    assert_true(given_up > 1000);
}

/* Each program of a kind that is collected has maps of its pointers, and no other program has. */
static void test_programs_of_a_kind_that_is_collected_have_maps(void **state) {
    static struct load_refusal why;
    uint32_t maps[2] = {0};
    size_t live = host.allocated;
    (void)state;
    for (unsigned collected = 0; collected < 2; collected++) {
        for (unsigned k = 0; k < KINDS; k++)
            kinds.typing[k].kind.collected = collected;
        for (size_t i = 0; i < found.gl_pathc; i++) {
            size_t len;
            uint8_t *file = read_whole(found.gl_pathv[i], &len);
            struct load_request r = request(file, len);
            struct load load;
            if (load_open(&load, &host.hooks, &r, &why)) {
                for (uint32_t p = 0; p < load.count; p++)
                    maps[collected] += load.program[p].image.maps.count;
                assert_true(load_close(&load));
            }
            assert_int_equal(host.allocated, live);
            free(file);
        }
    }
    assert_int_equal(maps[0], 0);
    assert_true(maps[1] > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_programs_and_refusals_are_the_same_by_any_units),
        cmocka_unit_test(test_nothing_is_left_of_a_load_that_is_given_up),
        cmocka_unit_test(test_programs_of_a_kind_that_is_collected_have_maps),
    };
    return cmocka_run_group_tests_name("engine_load_units", tests, open_all, close_all);
}
