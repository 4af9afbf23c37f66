/* SPDX-License-Identifier: MIT */
/* engine_load_budget_test.c -- what the programs of one object may cost together: verifying all of
 * them takes VERIFY_STEPS_MAX steps at most, and a kind's budget is each program's own, with all
 * that it calls. Every limit is met exactly, and then passed by one. */
#include "unit.h"
#include "engine/load.h"
#include "engine_made.h"
#include "host_hooks.h"

enum { PROGRAMS_MAX = 12, CODE_MAX = 1024, ALL = -1 };

/* An object of several programs: loops that leave nothing to be followed but their rounds. */
struct several {
    uint8_t code[CODE_MAX * 8], symbol[(PROGRAMS_MAX + 1) * 24];
    char names[128];
    uint32_t slots, programs, names_len;
    struct made made;
};

static void put_insn(struct several *s, uint8_t op, uint8_t registers, int16_t offset,
                     uint32_t imm) {
    uint8_t *at = s->code + s->slots++ * 8ul;
    assert_true(s->slots < CODE_MAX);
    at[0] = op;
    at[1] = registers;
    put(at + 2, 2, (uint16_t)offset);
    put(at + 4, 4, imm);
}

/* Those from slot `from` on are the function "a", the next one's "b", ... */
static void name_function(struct several *s, uint32_t from) {
    uint8_t *y = s->symbol + ++s->programs * 24ul;
    assert_true(s->programs <= PROGRAMS_MAX);
    s->names[++s->names_len] = (char)('a' + s->programs - 1);
    put(y, 4, s->names_len++);
    y[4] = 0x12; /* global, a function */
    put(y + 6, 2, 1);
    put(y + 8, 8, from * 8ul);
    put(y + 16, 8, (s->slots - from) * 8ul);
}

/* The loop's rounds, then so many instructions, one of them the last. */
static void put_program(struct several *s, uint32_t rounds, uint32_t more) {
    uint32_t from = s->slots;
    put_insn(s, 0xb7, 1, 0, rounds);     /* r1 = rounds */
    put_insn(s, 0x07, 1, 0, 0xffffffff); /* r1 += -1 */
    put_insn(s, 0x55, 1, -2, 0);         /* if r1 != 0 goto -2 */
    while (more-- > 1)
        put_insn(s, 0xb7, 0, 0, 0); /* r0 = 0 */
    put_insn(s, 0x95, 0, 0, 0);
    name_function(s, from);
}

static void finish(struct several *s) {
    const struct part part[] = {
        {"prog", 1, 6, 0, 0, 8, s->code, s->slots * 8ul, 0},
        {".symtab", 2, 0, 3, 1, 8, s->symbol, (s->programs + 1) * 24ul, 0},
        {".strtab", 3, 0, 0, 0, 1, s->names, s->names_len + 1, 0},
    };
    make_object(&s->made, part, 3, 2);
}

static struct several *new_object(void) {
    static struct several s;
    memset(&s, 0, sizeof s);
    return &s;
}

/* What came of a load. */
struct outcome {
    bool loaded;
    struct facts facts; /* of the first program */
    struct report why;
};

/* Loads the object, or one function of it as a program, and gives all back. */
static struct outcome *load_it(const struct several *s, uint64_t budget, int only) {
    static struct outcome o;
    static struct typing typing;
    const struct kind_description description = {
        .kind = {.name = "prog",
                 .entry = {.result = {.kind = SHAPE_NUMBER}},
                 .demands = BOUNDED,
                 .budget = budget}};
    const struct typing *kinds[] = {&typing};
    char name[2] = {(char)('a' + only)};
    struct host_hooks host;
    struct load load;
    host_hooks_init(&host);
    assert_true(typing_open(&typing, &host.hooks, &description, &o.why));
    const struct load_request request = {.name = "several.o",
                                         .file = s->made.bytes,
                                         .len = s->made.len,
                                         .kind = kinds,
                                         .kinds = 1,
                                         .only = only == ALL ? NULL : name};
    o.loaded = load_open(&load, &host.hooks, &request, &o.why);
    if (o.loaded) {
        assert_int_equal(load.count, only == ALL ? s->programs : 1);
        o.facts = load.program[0].image.facts;
        assert_true(load_close(&load));
    }
    typing_close(&typing);
    assert_int_equal(host.allocated, 0);
    return &o;
}

static const struct facts *facts_of(const struct several *s, int program) {
    struct outcome *o = load_it(s, 0, program);
    if (!o->loaded)
        fail_msg("%s", o->why.text);
    return &o->facts;
}

static void expect_accepted(const struct several *s, uint64_t budget) {
    struct outcome *o = load_it(s, budget, ALL);
    if (!o->loaded)
        fail_msg("%s", o->why.text);
}

static void expect_refused(const struct several *s, uint64_t budget, enum rule rule, uint32_t slot,
                           const char *words) {
    struct outcome *o = load_it(s, budget, ALL);
    assert_false(o->loaded);
    assert_int_equal(o->why.rule, rule);
    assert_int_equal(o->why.slot, slot);
    if (!strstr(o->why.text, words))
        fail_msg("wanted '%s' in\n%s", words, o->why.text);
}

/* ALIKE programs of the same rounds and another one. */
enum { ALIKE = PROGRAMS_MAX - 1 };

static void put_programs(struct several *s, uint32_t rounds, uint32_t other, uint32_t more) {
    memset(s, 0, sizeof *s);
    for (uint32_t i = 0; i < ALIKE; i++)
        put_program(s, rounds, 2);
    put_program(s, other, more);
    finish(s);
}

/* The most rounds of the other one that take at most so many steps; fewer than `high`. */
static uint32_t rounds_within(struct several *s, uint32_t steps, uint32_t high) {
    uint32_t low = 1;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        put_programs(s, 1, middle, 2);
        *(facts_of(s, ALIKE)->steps <= steps ? &low : &high) = middle;
    }
    return low;
}

/* Programs of these rounds, and another one of exactly so many steps: that has `other` rounds or a
 * few less, and some more instructions. */
static void put_exactly(struct several *s, uint32_t rounds, uint32_t other, uint32_t steps) {
    for (uint32_t less = 0; less < 8; less++)
        for (uint32_t more = 2; more < 12; more++) {
            put_programs(s, rounds, other - less, more);
            if (facts_of(s, ALIKE)->steps == steps)
                return;
        }
    fail_msg("no program takes %u steps", steps);
}

static void the_steps_of_all_programs_count_together(void **state) {
    (void)state;
    struct several *s = new_object();
    uint32_t share = VERIFY_STEPS_MAX / (ALIKE + 1), rounds = rounds_within(s, share, share);
    put_programs(s, rounds, rounds, 2);
    uint32_t alike = facts_of(s, 0)->steps, last = VERIFY_STEPS_MAX - ALIKE * alike;
    uint32_t other = rounds_within(s, last, share);
    put_exactly(s, rounds, other, last);
    assert_int_equal(facts_of(s, 0)->steps, alike);
    expect_accepted(s, 0);
    put_exactly(s, rounds, other, last + 1); /* which is fine alone */
    expect_refused(s, 0, RULE_COMPLEXITY, ALIKE * 5,
                   "several.o: the program has more paths than the verifier looks at: "
                   "all programs of one object together (complexity)\nhint: ");
}

static void a_budget_is_each_programs_own(void **state) {
    (void)state;
    struct several *s = new_object();
    put_program(s, 20, 2);
    put_program(s, 30, 5);
    uint32_t end = s->slots - 1;
    put_program(s, 25, 2);
    finish(s);
    uint64_t dearest = facts_of(s, 1)->cost;
    assert_true(dearest < facts_of(s, 0)->cost + facts_of(s, 2)->cost);
    expect_accepted(s, dearest);
    expect_refused(s, dearest - 1, RULE_BUDGET, end, "costs more than this kind of program may");
}

static void a_budget_counts_what_is_called(void **state) {
    (void)state;
    struct several *s = new_object();
    put_program(s, 20, 3); /* to be called twice */
    uint32_t caller = s->slots;
    put_insn(s, 0x85, 0x10, 0, 0u - (caller + 1));
    put_insn(s, 0x85, 0x10, 0, 0u - (caller + 2));
    put_insn(s, 0x95, 0, 0, 0);
    name_function(s, caller);
    finish(s);
    uint64_t cost = 2 * facts_of(s, 0)->cost + 3;
    assert_int_equal(facts_of(s, 1)->cost, cost);
    expect_accepted(s, cost);
    expect_refused(s, cost - 1, RULE_BUDGET, caller + 2,
                   "costs more than this kind of program may");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_steps_of_all_programs_count_together),
        cmocka_unit_test(a_budget_is_each_programs_own),
        cmocka_unit_test(a_budget_counts_what_is_called),
    };
    return cmocka_run_group_tests_name("engine_load_budget", tests, NULL, NULL);
}
