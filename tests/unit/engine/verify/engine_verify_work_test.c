/* SPDX-License-Identifier: MIT */
/* engine_verify_work_test.c -- whatever a proof spends its time on is counted: programs whose few
 * instructions each make the verifier look through large states are given up after so few of them
 * that the work comes to no more than the steps of a verdict stand for. Work is counted here by
 * itself: how many instructions were looked at, times the least that each of them costs. */
#include "engine_effort.h"

#define WORDS         (FRAME_BYTES / 8)
#define FRAMES        (DEPTH_MAX - 1)
#define HALVES        (FRAMES * 2 * WORDS) /* of all stacks */
#define VALUES_A_STEP 16                   /* that may be looked at in the time of a step */
#define VISITS_A_STEP 80                   /* ...and that may be walked over */
#define BYTES_A_STEP  8                    /* of a stack, one by one */
#define PROLOGUE      (FRAMES * (WORDS + 4))

/* Is given up, or decided, without more work than the steps of a verdict are worth: each look costs
 * `units`, of which a step is `a_step`, but for those at the beginning of each attempt. */
static void check_work(struct code *c, uint64_t units, uint64_t a_step) {
    struct effort e = effort_of(c, &effort_kind);
    uint64_t most = VERDICT_STEPS_MAX(e.slots) + 10000, looks = e.looks;
    uint64_t before = (uint64_t)4 * PROLOGUE;
    assert_in_range(e.steps, 1, most);
    looks -= looks < before ? looks : before;
    assert_in_range(looks * units / a_step, 0, most);
}

static void put_words(struct code *c, int words) {
    for (int i = 1; i <= words; i++)
        put(c, (struct insn){.op = OP_STX_DW, .dst = 10, .src = 10, .off = (int16_t)(-8 * i)});
}

/* `count` functions with full stacks, each calling the next one, which begins where this ends. r1
 * is handed on. */
static void put_functions(struct code *c, int count) {
    for (int i = 0; i < count; i++) {
        put_words(c, WORDS);
        put(c, (struct insn){.op = OP_CALL_LOCAL, .src = 1, .imm = 1});
        put(c, (struct insn){.op = OP_EXIT});
    }
    put_words(c, WORDS);
}

static void fill_up(struct code *c, struct insn insn) {
    while (c->slots + 2 < SLOTS_MAX - 8)
        put(c, insn);
    put_result(c);
}

/* Sixteen states that differ in what the outermost stack holds: each place compares each of them
 * with the others. */
static void test_states_that_stay_apart_are_compared_a_few_times(void **state) {
    struct code *c = write_code();
    (void)state;
    put(c, (struct insn){.op = OP_LDX_DW, .dst = 2, .src = 1});
    put_words(c, WORDS);
    put(c, (struct insn){.op = OP_MOV64_X, .dst = 1, .src = 2});
    for (int i = 0; i < VARIABLES; i++) {
        put(c, (struct insn){.op = OP_LDDW_VARIABLE, .dst = 4, .src = 3, .imm = i});
        put(c, (struct insn){.op = OP_HIGH});
        put(c,
            (struct insn){
                .op = OP_JEQ64_K, .dst = 2, .imm = i, .off = (int16_t)(3 * (VARIABLES - 1 - i))});
    }
    put(c, (struct insn){.op = OP_STX_DW, .dst = 10, .src = 4, .off = -FRAME_BYTES});
    put(c, (struct insn){.op = OP_CALL_LOCAL, .src = 1, .imm = 1});
    put(c, (struct insn){.op = OP_EXIT});
    put_functions(c, FRAMES - 2);
    fill_up(c, (struct insn){.op = OP_JEQ64_K, .dst = 1, .imm = 99});
    check_work(c, HALVES, VALUES_A_STEP);
}

/* Two ways join at each place. */
static void test_large_states_join_a_few_times(void **state) {
    struct code *c = write_code();
    (void)state;
    put_functions(c, FRAMES - 1);
    put(c, (struct insn){.op = OP_LDX_DW, .dst = 1, .src = 1});
    fill_up(c, (struct insn){.op = OP_JEQ64_K, .dst = 1, .imm = 99});
    check_work(c, HALVES, VALUES_A_STEP);
}

/* A turn is compared with a former one; what differs is a counter at the far end. */
static void test_turns_are_compared_a_few_times(void **state) {
    struct code *c = write_code();
    (void)state;
    put_words(c, WORDS - 1);
    put(c, (struct insn){.op = OP_ST_DW, .dst = 10, .off = -FRAME_BYTES});
    put(c, (struct insn){.op = OP_MOV64_X, .dst = 1, .src = 10});
    put(c, (struct insn){.op = OP_ADD64_K, .dst = 1, .imm = -FRAME_BYTES});
    put(c, (struct insn){.op = OP_CALL_LOCAL, .src = 1, .imm = 1});
    put(c, (struct insn){.op = OP_EXIT});
    put_functions(c, FRAMES - 2);
    put(c, (struct insn){.op = OP_LDX_DW, .dst = 3, .src = 1});
    put(c, (struct insn){.op = OP_ADD64_K, .dst = 3, .imm = 1});
    put(c, (struct insn){.op = OP_STX_DW, .dst = 1, .src = 3});
    put(c, (struct insn){.op = OP_JNE64_K, .dst = 3, .off = -4});
    put_result(c);
    check_work(c, HALVES / 4, VALUES_A_STEP);
}

/* What a comparison tells of a number is told to all its copies, which are searched for. */
static void test_copies_are_searched_for_a_few_times(void **state) {
    struct code *c = write_code();
    (void)state;
    put_functions(c, FRAMES - 1);
    put(c, (struct insn){.op = OP_LDX_W, .dst = 1, .src = 1});
    put(c, (struct insn){.op = OP_MOV64_X, .dst = 2, .src = 1});
    fill_up(c, (struct insn){.op = OP_JSGE64_K, .dst = 1, .imm = -1});
    check_work(c, HALVES, VISITS_A_STEP);
}

/* After a return no pointer may be left to the stack that is no more. */
static void test_returns_below_large_stacks_are_few(void **state) {
    struct code *c = write_code();
    (void)state;
    put_functions(c, FRAMES - 2);
    uint32_t function = SLOTS_MAX - 8 - 2;
    while (c->slots + 2 < function)
        put(c, (struct insn){
                   .op = OP_CALL_LOCAL, .src = 1, .imm = (int32_t)(function - c->slots - 1)});
    put_result(c);
    put_result(c);
    check_work(c, HALVES / 3, VISITS_A_STEP);
}

static void put_places(struct code *c) {
    for (uint8_t r = 1; r <= 5; r++) {
        put(c, (struct insn){.op = OP_MOV64_X, .dst = r, .src = 10});
        put(c, (struct insn){.op = OP_ADD64_K, .dst = r, .imm = -FRAME_BYTES});
    }
}

/* Each of five arguments is read and written byte by byte. */
static void test_long_arguments_are_few(void **state) {
    struct code *c = write_code();
    (void)state;
    for (int i = 1; i <= WORDS; i++)
        put(c, (struct insn){.op = OP_ST_DW, .dst = 10, .off = (int16_t)(-8 * i)});
    while (c->slots + 13 < SLOTS_MAX - 8) {
        put_places(c);
        put(c, (struct insn){.op = OP_CALL_STATIC});
    }
    put_result(c);
    check_work(c, (uint64_t)5 * FRAME_BYTES / 11, BYTES_A_STEP);
}

/* An access at a place that varies looks at each byte that it may touch. */
static void check_varying(struct insn access) {
    struct code *c = write_code();
    for (int i = 1; i <= WORDS; i++)
        put(c, (struct insn){.op = OP_ST_DW, .dst = 10, .off = (int16_t)(-8 * i)});
    put(c, (struct insn){.op = OP_LDX_B, .dst = 3, .src = 1});
    put(c, (struct insn){.op = OP_LSH64_K, .dst = 3, .imm = 1});
    put(c, (struct insn){.op = OP_MOV64_X, .dst = 4, .src = 10});
    put(c, (struct insn){.op = OP_ADD64_K, .dst = 4, .imm = -FRAME_BYTES});
    put(c, (struct insn){.op = OP_ADD64_X, .dst = 4, .src = 3});
    fill_up(c, access);
    check_work(c, FRAME_BYTES - 2, BYTES_A_STEP);
}

static void test_varying_places_are_few(void **state) {
    (void)state;
    check_varying((struct insn){.op = OP_LDX_B, .dst = 5, .src = 4});
    check_varying((struct insn){.op = OP_STX_B, .dst = 4, .src = 3});
}

/* Each jump leads to the one before it: what is live at the last is known after as many passes. */
static void test_live_registers_are_found_in_a_few_passes(void **state) {
    enum { BLOCKS = 1000, BLOCK = 99 };
    struct code *c = write_code();
    (void)state;
    put(c, (struct insn){.op = OP_JA32, .imm = (BLOCKS - 1) * BLOCK});
    for (int b = 0; b < BLOCKS; b++) {
        for (int i = 0; i < BLOCK - 1; i++)
            put(c, (struct insn){.op = OP_MOV64_K, .dst = 3});
        put(c, (struct insn){.op = OP_JA32, .imm = b ? -2 * BLOCK : (BLOCKS - 1) * BLOCK});
    }
    put(c, (struct insn){.op = OP_MOV64_X, .dst = 0, .src = 2});
    put(c, (struct insn){.op = OP_EXIT});
    struct effort e = effort_of(c, &effort_kind);
    assert_string_equal(rule_name(e.rule), "none");
    assert_in_range(e.steps, e.looks + e.looks, VERDICT_STEPS_MAX(e.slots) / 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states_that_stay_apart_are_compared_a_few_times),
        cmocka_unit_test(test_large_states_join_a_few_times),
        cmocka_unit_test(test_turns_are_compared_a_few_times),
        cmocka_unit_test(test_copies_are_searched_for_a_few_times),
        cmocka_unit_test(test_returns_below_large_stacks_are_few),
        cmocka_unit_test(test_long_arguments_are_few),
        cmocka_unit_test(test_varying_places_are_few),
        cmocka_unit_test(test_live_registers_are_found_in_a_few_passes),
    };
    return cmocka_run_group_tests_name("engine_verify_work", tests, NULL, NULL);
}
