/* SPDX-License-Identifier: MIT */
/* engine_contract_test.c -- global functions that are taken at their word: eighteen, each of which
 * calls the next one twice, so that looking into each call would take 2^18 paths; and a leaf, which
 * the program calls after them. So what is accepted here is accepted by contract; what is refused
 * by contract is looked into in vain, which takes too long. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "assemble.h"
#include "engine/verify.h"
#include "host_hooks.h"

#define LEVELS 18

static const struct signature number = {.parameter = {{.kind = SHAPE_NUMBER}},
                                        .result = {.kind = SHAPE_NUMBER}};
static const struct signature pointer = {
    .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE, .bytes = 8}},
    .result = {.kind = SHAPE_NUMBER}};
static const struct signature nullable = {
    .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ | MAY_BE_NULL, .bytes = 8}},
    .result = {.kind = SHAPE_NUMBER}};

static const struct kind bounded = {
    .name = "bounded", .entry = {.result = {.kind = SHAPE_NUMBER}}, .demands = BOUNDED};
static const struct kind functional = {.name = "functional",
                                       .entry = {.result = {.kind = SHAPE_NUMBER}},
                                       .demands = BOUNDED | FUNCTIONAL};

/* Programs of this one are on fuel where nothing shows that they end. */
static const struct kind metered = {.name = "metered", .entry = {.result = {.kind = SHAPE_NUMBER}}};

/* Calls back what takes and gives a number, as `number` has it that functions are taken at. */
static const struct signature each = {
    .parameter = {{.kind = SHAPE_FUNCTION, .function = &number, .max = 1}}, .cost = 10};
static const struct import imports[] = {{.name = "each", .signature = &each}};

static uint64_t changing;
static const struct variable variables[] = {{"changing", &changing, sizeof changing, true}};

/* A program: the levels, then what calls the leaf, and the leaf. */
struct tree {
    const char *tail, *leaf;
    const struct signature *leaf_declares;
    const struct kind *kind;
};

static int write_tree(const struct tree *t, uint8_t *code, size_t room) {
    char text[4096], error[128];
    int n = snprintf(text, sizeof text, "r1 = 0\ncall local f1\n%sexit\n", t->tail);
    for (unsigned i = 1; i < LEVELS; i++)
        n += snprintf(text + n, sizeof text - (size_t)n,
                      "f%u:\nr6 = r1\ncall local f%u\nr1 = r6\nr1 += r0\ncall local f%u\nexit\n", i,
                      i + 1, i + 1);
    snprintf(text + n, sizeof text - (size_t)n, "f%u:\nr0 = r1\nexit\nleaf:\n%sexit\n", LEVELS,
             t->leaf);
    int len = assemble(text, code, room, error);
    if (len < 0)
        fail_msg("%s", error);
    return len;
}

static enum rule check(const struct tree *t, struct facts *facts) {
    static uint8_t code[4096];
    static struct verdict verdict;
    struct host_hooks host;
    struct report why;
    host_hooks_init(&host);
    struct program p = {
        .import = imports, .import_count = 1, .variable = variables, .variable_count = 1};
    int len = write_tree(t, code, sizeof code);
    if (!program_decode(&p, &host.hooks, code, (size_t)len, &why))
        fail_msg("%s at %u", rule_name(why.rule), why.slot);
    assert_int_equal(p.function_count, LEVELS + 2);
    for (unsigned i = 1; i <= LEVELS; i++)
        p.function[i].contract = &number;
    p.function[LEVELS + 1].contract = t->leaf_declares;
    bool accepted = verify(&p, t->kind, &host.hooks, facts, &verdict);
    program_release(&p, &host.hooks);
    assert_int_equal(host.allocated, 0);
    return accepted ? RULE_NONE : verdict.rule;
}

/* Takes few steps, and costs at least so many leaves. */
static void accept(const struct tree *t, uint8_t proven) {
    struct facts facts;
    assert_string_equal(rule_name(check(t, &facts)), "none");
    assert_in_range(facts.steps, 8192, 16384);
    assert_true(facts.cost > 1u << LEVELS);
    assert_int_equal(facts.proven, proven);
}

static void refuse(const struct tree *t) {
    struct facts facts;
    assert_string_equal(rule_name(check(t, &facts)), "complexity");
}

#define ALL    (FUNCTIONAL | EPHEMERAL | DETERMINISTIC | BOUNDED)
#define NUMBER "r1 = 1\ncall local leaf\n"
#define EIGHT  "*(u64 *)(r10 - 8) = 5\nr1 = r10\nr1 += -8\ncall local leaf\n"
#define FOUR   "*(u32 *)(r10 - 8) = 5\nr1 = r10\nr1 += -8\ncall local leaf\n"
#define SIXTEEN                                                                                    \
    "*(u64 *)(r10 - 8) = 5\n*(u64 *)(r10 - 16) = 5\nr1 = r10\nr1 += -16\ncall local leaf\n"
#define NO_ADDRESS "r1 = 0\ncall local leaf\n"

static void test_each_is_proven_once(void **state) {
    (void)state;
    accept(&(struct tree){NUMBER, "r0 = r1\nr0 *= 3\n", &number, &functional}, ALL);
    accept(&(struct tree){NUMBER, "r0 = r1\nr0 *= 3\n", NULL, &functional}, ALL);
}

static void test_what_it_writes_is_any_number(void **state) {
    static const char leaf[] = "*(u64 *)(r1 + 0) = 6\nr0 = 0\n";
    (void)state;
    accept(&(struct tree){EIGHT "r0 = *(u64 *)(r10 - 8)\n", leaf, &pointer, &bounded},
           ALL & (uint8_t)~FUNCTIONAL);
    refuse(&(struct tree){EIGHT "r1 = *(u64 *)(r10 - 8)\nr2 = r10\nr2 += r1\n", leaf, &pointer,
                          &bounded});
}

static void test_what_it_gives_is_any_number(void **state) {
    (void)state;
    accept(&(struct tree){NUMBER "r0 &= 7\nr1 = r10\nr1 += r0\n", "r0 = 3\n", &number, &bounded},
           ALL);
    refuse(&(struct tree){NUMBER "r1 = r10\nr1 += r0\n", "r0 = 3\n", &number, &bounded});
}

static void test_its_effects_are_the_programs(void **state) {
    static const char leaf[] = "r1 = variable 0\n*(u64 *)(r1 + 0) = 6\nr0 = 0\n";
    (void)state;
    accept(&(struct tree){NUMBER, leaf, &number, &bounded}, ALL & (uint8_t)~FUNCTIONAL);
    refuse(&(struct tree){NUMBER, leaf, &number, &functional});
}

static void test_more_than_it_declares_is_looked_into(void **state) {
    static const char leaf[] = "r0 = *(u64 *)(r1 + 8)\n";
    (void)state;
    accept(&(struct tree){SIXTEEN, leaf, &pointer, &functional}, ALL);
    refuse(&(struct tree){EIGHT, leaf, &pointer, &functional});
}

static void test_less_than_it_declares_is_looked_into(void **state) {
    (void)state;
    accept(&(struct tree){FOUR, "r0 = *(u32 *)(r1 + 0)\n", &pointer, &functional}, ALL);
    refuse(&(struct tree){FOUR, "r0 = *(u64 *)(r1 + 0)\n", &pointer, &functional});
}

static void test_what_may_be_null_is_compared(void **state) {
    static const char careful[] = "r0 = 0\nif r1 == 0 goto out\nr0 = *(u64 *)(r1 + 0)\nout:\n",
                      careless[] = "r0 = *(u64 *)(r1 + 0)\n";
    (void)state;
    accept(&(struct tree){NO_ADDRESS, careful, &nullable, &functional}, ALL);
    accept(&(struct tree){NO_ADDRESS, careful, &pointer, &functional}, ALL);
    accept(&(struct tree){EIGHT, careless, &nullable, &functional}, ALL);
    refuse(&(struct tree){NO_ADDRESS, careless, &nullable, &functional});
    refuse(&(struct tree){NO_ADDRESS, careless, &pointer, &functional});
}

static void test_a_call_leaves_no_registers(void **state) {
    (void)state;
    refuse(&(struct tree){NUMBER "r0 = r1\n", "r0 = 0\n", &number, &functional});
    refuse(&(struct tree){NUMBER "r0 = r5\n", "r5 = 0\nr0 = 0\n", &number, &functional});
}

static void test_loops_and_circles_are_refused(void **state) {
    (void)state;
    accept(&(struct tree){NUMBER, "call local f3\n", &number, &bounded}, ALL);
    refuse(&(struct tree){NUMBER, "again:\ngoto again\n", &number, &bounded});
    refuse(&(struct tree){NUMBER, "call local leaf\n", &number, &bounded});
}

#define TURNS "again:\nr1 -= 1\nif r1 != 0 goto again\nr0 = 0\n"

static void test_what_may_not_end_is_proven_once_on_fuel(void **state) {
    struct facts facts;
    (void)state;
    assert_string_equal(rule_name(check(&(struct tree){NUMBER, TURNS, &number, &metered}, &facts)),
                        "none");
    assert_in_range(facts.steps, 8192, 16384);
    assert_true(facts.cost >= COST_ENDLESS);
    assert_int_equal(facts.proven, FUNCTIONAL | DETERMINISTIC);
    refuse(&(struct tree){NUMBER, TURNS, &number, &bounded});
}

/* Though it has been proven, on fuel, before it is given away. */
static void test_what_is_called_back_is_not_on_fuel(void **state) {
    (void)state;
    refuse(&(struct tree){NUMBER "r1 = code leaf\ncall 0\nr0 = 0\n", TURNS, &number, &metered});
    refuse(&(struct tree){"r1 = code leaf\ncall 0\n" NUMBER, TURNS, &number, &metered});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_is_proven_once),
        cmocka_unit_test(test_what_it_writes_is_any_number),
        cmocka_unit_test(test_what_it_gives_is_any_number),
        cmocka_unit_test(test_its_effects_are_the_programs),
        cmocka_unit_test(test_more_than_it_declares_is_looked_into),
        cmocka_unit_test(test_less_than_it_declares_is_looked_into),
        cmocka_unit_test(test_what_may_be_null_is_compared),
        cmocka_unit_test(test_a_call_leaves_no_registers),
        cmocka_unit_test(test_loops_and_circles_are_refused),
        cmocka_unit_test(test_what_may_not_end_is_proven_once_on_fuel),
        cmocka_unit_test(test_what_is_called_back_is_not_on_fuel),
    };
    return cmocka_run_group_tests_name("engine_contract", tests, NULL, NULL);
}
