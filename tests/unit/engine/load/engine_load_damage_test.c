/* SPDX-License-Identifier: MIT */
/* engine_load_damage_test.c -- every object of the tests, whole and damaged: a load ends, and
 * nothing is left of it. LOADS=100000 build/tests/engine_load_damage_test goes on for longer. */
#include <stdlib.h>

#include "engine_objects.h"

/* Damages up to eight places. */
static void damage(uint8_t *bytes, size_t len) {
    for (int n = rand() % 8; n >= 0; n--)
        bytes[(size_t)rand() % len] ^= (uint8_t)(1u << rand() % 8);
}

#define LOADS         10000 /* unless the variable LOADS says how many */
#define MEMORY_FACTOR 64    /* bytes that a load may hold for each of its file... */
/* ...and those that the verifier may take for its states: what it copies counts as a step for each
 * 512 bytes. */
#define MEMORY_LEAST (128u << 20)

/* Whatever the bytes, a load ends, names section, offset and rule of a damaged file, takes memory
 * in proportion to the file, and gives all of it back. The verifier's steps are limited by
 * themselves: `complexity`. */
static void test_nothing_is_left_of_a_load(void **state) {
    static const struct jit_options jit;
    static uint8_t file[1 << 16];
    const char *asked = getenv("LOADS");
    const unsigned loads = asked ? (unsigned)atoi(asked) : LOADS;
    unsigned accepted = 0, by_stage[STAGES] = {0};
    size_t live = host.allocated;
    (void)state;
    srand(7);
    for (unsigned n = 0; n < loads; n++) {
        size_t i = (size_t)rand() % objects, len = object[i].len;
        struct load load;
        if (len > sizeof file)
            continue;
        memcpy(file, object[i].bytes, len);
        if (n % 4)
            damage(file, len);
        struct load_request r = request(file, len);
        r.jit = n % 8 ? NULL : &jit;
        host.limit = live + MEMORY_LEAST + MEMORY_FACTOR * len;
        why.rule = RULE_NONE;
        if (load_open(&load, &host.hooks, &r, &why)) {
            accepted++;
            assert_true(load_close(&load));
        } else {
            assert_int_not_equal(why.rule, RULE_NONE);
            bool placed = says("tested.o: ") && says(", offset 0x") &&
                          says("(%s)\nhint: ", rule_name(why.rule));
            if (!strcmp(rule_name(why.rule), "no-memory") ||
                (stage_of(why.rule) == STAGE_OBJECT && !placed))
                fail_msg("%s, damaged: %s", object[i].path, why.text);
            by_stage[stage_of(why.rule)]++;
        }
        assert_int_equal(host.allocated, live);
        assert_int_equal(host.code_bytes + host.data_bytes, 0);
    }
    print_message("accepted %u; refused: %u files, %u for types, %u by the linker, %u programs\n",
                  accepted, by_stage[STAGE_OBJECT], by_stage[STAGE_TYPES], by_stage[STAGE_LINK],
                  by_stage[STAGE_PROGRAM]);
    assert_true(accepted > loads / 20 && by_stage[STAGE_OBJECT] > loads / 20);
    assert_true(by_stage[STAGE_TYPES] && by_stage[STAGE_LINK] && by_stage[STAGE_PROGRAM]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_left_of_a_load),
    };
    return cmocka_run_group_tests_name("engine_load_damage", tests, open_all, close_all);
}
