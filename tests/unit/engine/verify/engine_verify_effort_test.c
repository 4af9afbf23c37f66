/* SPDX-License-Identifier: MIT */
/* engine_verify_effort_test.c -- how many steps a proof takes: as many as the program is long,
 * iterations of loops counted, whatever is loaded and decides; and what is built to take long is
 * refused for that, within bounds of steps and memory. */
#include "engine_effort.h"

static uint32_t steps_of(struct code *c) {
    struct effort e = effort_of(c, &effort_kind);
    assert_string_equal(rule_name(e.rule), "none");
    return e.steps;
}

static uint32_t straight(uint32_t slots) {
    struct code *c = write_code();
    while (c->slots + 2 < slots)
        put(c, (struct insn){.op = OP_LDX_W, .dst = 3, .src = 1, .off = 4});
    put_result(c);
    return steps_of(c);
}

/* Loops of four iterations, one behind the other. */
static uint32_t loops(uint32_t slots) {
    struct code *c = write_code();
    while (c->slots + 6 < slots) {
        put(c, (struct insn){.op = OP_MOV64_K, .dst = 6, .imm = 4});
        put(c, (struct insn){.op = OP_LDX_W, .dst = 3, .src = 1});
        put(c, (struct insn){.op = OP_SUB64_K, .dst = 6, .imm = 1});
        put(c, (struct insn){.op = OP_JNE64_K, .dst = 6, .off = -3});
    }
    put_result(c);
    return steps_of(c);
}

/* `if (context[0]) r6 += 1 << i;`, again and again; in the end r6 & 63 is a place in
 * the context. */
static void put_choice(struct code *c, int32_t by) {
    put(c, (struct insn){.op = OP_LDX_B, .dst = 3, .src = 1});
    put(c, (struct insn){.op = OP_JEQ64_K, .dst = 3, .off = 1});
    put(c, (struct insn){.op = OP_ADD64_K, .dst = 6, .imm = by});
}

static void put_use(struct code *c) {
    put(c, (struct insn){.op = OP_AND64_K, .dst = 6, .imm = 63});
    put(c, (struct insn){.op = OP_ADD64_X, .dst = 1, .src = 6});
    put(c, (struct insn){.op = OP_LDX_B, .dst = 0, .src = 1});
    put_result(c);
}

static uint32_t choices(uint32_t count) {
    struct code *c = write_code();
    put(c, (struct insn){.op = OP_MOV64_K, .dst = 6});
    for (uint32_t i = 0; i < count; i++)
        put_choice(c, 1 << i % 20);
    put_use(c);
    return steps_of(c);
}

/* The same in a loop, as a sort or a map of blocks does. */
static uint32_t iterations(uint32_t count) {
    struct code *c = write_code();
    put(c, (struct insn){.op = OP_MOV64_K, .dst = 6});
    put(c, (struct insn){.op = OP_MOV64_K, .dst = 7, .imm = (int32_t)count});
    put_choice(c, 1);
    put(c, (struct insn){.op = OP_SUB64_K, .dst = 7, .imm = 1});
    put(c, (struct insn){.op = OP_JNE64_K, .dst = 7, .off = -5});
    put_use(c);
    return steps_of(c);
}

/* Ten times as long takes at most eleven times as many steps. */
static void check_linear(uint32_t (*steps)(uint32_t length), uint32_t from, uint32_t to) {
    uint32_t last = steps(from);
    for (uint32_t length = from * 10; length <= to; length *= 10) {
        uint32_t now = steps(length);
        assert_in_range(now, 9 * last, 11 * last);
        last = now;
    }
}

/* Finding its order and what is live in it is the rest. */
static void test_straight_code_is_looked_at_once(void **state) {
    (void)state;
    for (uint32_t slots = 10; slots <= 100000; slots *= 10)
        assert_in_range(straight(slots), slots, slots + slots / 8 + 1);
}

static void test_loops_take_as_long_as_they_turn(void **state) {
    (void)state;
    check_linear(loops, 100, 100000);
}

static void test_what_is_loaded_may_decide_a_thousand_times(void **state) {
    (void)state;
    check_linear(choices, 10, 10000);
}

static void test_what_is_loaded_may_decide_in_each_turn(void **state) {
    (void)state;
    check_linear(iterations, 30, 30000);
}

/* Refused for its complexity: not for memory, and after the steps of a verdict at most, to which
 * the last piece of work may add what is done with one state. */
static void check_given_up(struct code *c) {
    struct effort e = effort_of(c, &effort_kind);
    assert_string_equal(rule_name(e.rule), "complexity");
    assert_in_range(e.steps, 1, VERDICT_STEPS_MAX(e.slots) + 10000);
}

/* Each choice leaves a number or an address on the stack, and those have no join. */
static void test_paths_that_cannot_join_are_given_up(void **state) {
    struct code *c = write_code();
    (void)state;
    for (int i = 0; i < 60; i++) {
        int16_t place = (int16_t)(-8 * i - 8);
        put(c, (struct insn){.op = OP_LDX_B, .dst = 3, .src = 1, .off = (int16_t)i});
        put(c, (struct insn){.op = OP_ST_DW, .dst = 10, .off = place});
        put(c, (struct insn){.op = OP_JEQ64_K, .dst = 3, .off = 1});
        put(c, (struct insn){.op = OP_STX_DW, .dst = 10, .src = 10, .off = place});
    }
    put_result(c);
    check_given_up(c);
}

static void put_full_stack(struct code *c) {
    for (int i = 1; i <= FRAME_BYTES / 8; i++)
        put(c, (struct insn){.op = OP_STX_DW, .dst = 10, .src = 10, .off = (int16_t)(-8 * i)});
}

static void put_long_loop(struct code *c) {
    put(c, (struct insn){.op = OP_MOV64_X, .dst = 3, .src = 2});
    put(c, (struct insn){.op = OP_MOV64_K, .dst = 6});
    put(c, (struct insn){.op = OP_ADD64_K, .dst = 3, .imm = 1});
    put(c, (struct insn){.op = OP_JEQ64_K, .dst = 3, .off = 1});
    put(c, (struct insn){.op = OP_ADD64_K, .dst = 3, .imm = 1});
    put(c, (struct insn){.op = OP_ADD64_K, .dst = 6, .imm = 1});
    put(c, (struct insn){.op = OP_JNE64_K, .dst = 6, .off = -5, .imm = 10000000});
    put_result(c);
}

static void test_long_loops_over_full_stacks_are_given_up(void **state) {
    struct code *c = write_code();
    (void)state;
    put_full_stack(c);
    put_long_loop(c);
    check_given_up(c);
}

/* The stacks of 31 functions are copied where a path parts. */
static void test_long_loops_below_many_functions_are_given_up(void **state) {
    struct code *c = write_code();
    (void)state;
    for (int i = 0; i < DEPTH_MAX - 1; i++) {
        put_full_stack(c);
        put(c, (struct insn){.op = OP_CALL_LOCAL, .src = 1, .imm = 1});
        put(c, (struct insn){.op = OP_EXIT});
    }
    put_long_loop(c);
    check_given_up(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_straight_code_is_looked_at_once),
        cmocka_unit_test(test_loops_take_as_long_as_they_turn),
        cmocka_unit_test(test_what_is_loaded_may_decide_a_thousand_times),
        cmocka_unit_test(test_what_is_loaded_may_decide_in_each_turn),
        cmocka_unit_test(test_paths_that_cannot_join_are_given_up),
        cmocka_unit_test(test_long_loops_over_full_stacks_are_given_up),
        cmocka_unit_test(test_long_loops_below_many_functions_are_given_up),
    };
    return cmocka_run_group_tests_name("engine_verify_effort", tests, NULL, NULL);
}
