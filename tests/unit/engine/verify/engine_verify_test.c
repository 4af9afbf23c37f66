/* SPDX-License-Identifier: MIT */
/* engine_verify_test.c -- tests/unit/engine/verify/rules.case against the verifier. */
#include "engine_cases.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "engine/verify.h"
#include "engine_units.h"
#include "host_hooks.h"

static const struct object_type item_type;
static const struct field item_fields[] = {
    {"next",
     0,
     8,
     MAY_READ,
     {.kind = SHAPE_OBJECT, .may = MAY_READ_WRITE | MAY_BE_NULL, .object = &item_type}},
    {"weight", 8, 4, MAY_READ, {.kind = SHAPE_NUMBER}},
    {"mark", 16, 4, MAY_WRITE, {.kind = SHAPE_NUMBER}},
    {"rank", 20, 4, MAY_READ, {.kind = SHAPE_NUMBER, .min = 0, .max = 15}},
    {"heir", 24, 8, OWNS, {.kind = SHAPE_OBJECT, .object = &item_type}},
};
static const struct object_type item_type = {"item", 32, item_fields, 5};

/* Two buffers, a number with limits, a packet, and another such object. */
#define BUFFER                                                                                     \
    { .kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = 16 }
#define START                                                                                      \
    { .kind = SHAPE_PACKET, .may = MAY_READ, .group = 1 }
#define END                                                                                        \
    { .kind = SHAPE_PACKET_END, .group = 1 }
static const struct object_type pair_type;
static const struct field pair_fields[] = {
    {"left", 0, 8, MAY_READ, BUFFER},
    {"right", 8, 8, MAY_READ, BUFFER},
    {"level", 16, 4, MAY_READ_WRITE, {.kind = SHAPE_NUMBER, .min = 0, .max = 15}},
    {"data", 24, 8, MAY_READ, START},
    {"end", 32, 8, MAY_READ, END},
    {"other", 40, 8, MAY_READ, {.kind = SHAPE_OBJECT, .may = MAY_READ, .object = &pair_type}},
};
static const struct object_type pair_type = {"pair", 48, pair_fields, 6};

#define NUMBER                                                                                     \
    { .kind = SHAPE_NUMBER }
#define BYTES(n, rights)                                                                           \
    { .kind = SHAPE_MEMORY, .may = (rights), .bytes = (n) }
#define ITEM(rights)                                                                               \
    { .kind = SHAPE_OBJECT, .may = (rights), .object = &item_type }

static const struct kind kinds[] = {
    {.name = "plain",
     .entry = {.parameter = {BYTES(64, MAY_READ_WRITE), NUMBER}, .result = NUMBER}},
    {.name = "readonly", .entry = {.parameter = {BYTES(64, MAY_READ), NUMBER}, .result = NUMBER}},
    {.name = "nullable",
     .entry = {.parameter = {BYTES(64, MAY_READ | MAY_BE_NULL)}, .result = NUMBER}},
    {.name = "window",
     .entry = {.parameter = {BYTES(64, MAY_READ), {.kind = SHAPE_NUMBER, .min = 0, .max = 64}},
               .result = NUMBER}},
    {.name = "const", .entry = {.parameter = {ITEM(MAY_READ)}, .result = NUMBER}},
    {.name = "object", .entry = {.parameter = {ITEM(MAY_READ_WRITE)}, .result = NUMBER}},
    {.name = "packet",
     .entry = {.parameter = {{.kind = SHAPE_PACKET, .may = MAY_READ}, {.kind = SHAPE_PACKET_END}},
               .result = NUMBER}},
    {.name = "pair",
     .entry = {.parameter = {{.kind = SHAPE_OBJECT, .may = MAY_READ_WRITE, .object = &pair_type},
                             {.kind = SHAPE_OBJECT, .may = MAY_READ, .object = &pair_type}},
               .result = NUMBER}},
    {.name = "bounded",
     .entry = {.parameter = {BYTES(64, MAY_READ), NUMBER}, .result = NUMBER},
     .demands = BOUNDED,
     .budget = 1000},
    {.name = "guard",
     .entry = {.parameter = {BYTES(64, MAY_READ_WRITE), NUMBER},
               .result = {.kind = SHAPE_NUMBER, .min = 0, .max = 1}},
     .demands = BOUNDED | FUNCTIONAL},
    {.name = "ephemeral", .entry = {.parameter = {NUMBER}, .result = NUMBER}, .demands = EPHEMERAL},
    {.name = "udf",
     .entry = {.parameter = {BYTES(64, MAY_READ)}, .result = NUMBER},
     .demands = DETERMINISTIC},
};

static const struct signature take_number = {
    .parameter = {{.kind = SHAPE_NUMBER, .min = 1, .max = 100}}, .cost = 10};
static const struct signature take_memory = {
    .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ | LENGTH_FOLLOWS}, NUMBER}, .cost = 10};
static const struct signature fill_memory = {
    .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_WRITE | CALL_WRITES, .bytes = 8}}, .cost = 10};
static const struct signature item_find = {.result = ITEM(MAY_READ_WRITE | MAY_BE_NULL | ACQUIRED),
                                           .cost = 10};
static const struct signature item_release = {.parameter = {ITEM(RELEASED)}, .cost = 10};
static const struct signature item_exchange = {
    .parameter = {{.kind = SHAPE_FIELD, .object = &item_type}, ITEM(RELEASED | MAY_BE_NULL)},
    .result = ITEM(MAY_READ_WRITE | MAY_BE_NULL | ACQUIRED),
    .cost = 10};
static const struct signature item_join = {.parameter = {ITEM(RELEASED), ITEM(MAY_READ)},
                                           .cost = 10};

static const struct signature fill_length = {
    .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_WRITE | CALL_WRITES | LENGTH_FOLLOWS}, NUMBER},
    .cost = 10};
static const struct signature take_packet = {.parameter = {START, END}, .cost = 10};
static const struct signature block_take = {
    .result = BYTES(16, MAY_READ_WRITE | MAY_BE_NULL | ACQUIRED), .cost = 10};
static const struct signature block_give = {.parameter = {BYTES(8, MAY_READ | RELEASED)},
                                            .cost = 10};
static const struct signature item_visit = {
    .parameter = {ITEM(MAY_READ), NUMBER}, .result = NUMBER, .cost = 100};
static const struct signature pure_visit = {.parameter = {NUMBER}, .facts = FUNCTIONAL};
static const struct signature item_each = {
    .parameter = {{.kind = SHAPE_FUNCTION, .function = &item_visit, .max = 3}, NUMBER}, .cost = 10};
static const struct signature pure_each = {
    .parameter = {{.kind = SHAPE_FUNCTION, .may = MAY_BE_NULL, .function = &pure_visit, .max = 1}},
    .cost = 10};

static const struct signature change_length = {
    .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE | LENGTH_FOLLOWS}, NUMBER},
    .cost = 10};

static const struct signature copy_memory = {
    .parameter = {BYTES(8, MAY_WRITE | CALL_WRITES), BYTES(8, MAY_READ)}, .cost = 10};

static const struct signature count_up = {.parameter = {BYTES(4, MAY_READ_WRITE)},
                                          .facts = FUNCTIONAL | EPHEMERAL | DETERMINISTIC,
                                          .cost = 10};

static const struct import imports[] = {
    {.name = "take_number", .signature = &take_number},
    {.name = "take_memory", .signature = &take_memory},
    {.name = "fill_memory", .signature = &fill_memory},
    {.name = "item_find", .signature = &item_find},
    {.name = "item_release", .signature = &item_release},
    {.name = "fill_length", .signature = &fill_length},
    {.name = "take_packet", .signature = &take_packet},
    {.name = "item_exchange", .signature = &item_exchange},
    {.name = "item_join", .signature = &item_join},
    {.name = "block_take", .signature = &block_take},
    {.name = "block_give", .signature = &block_give},
    {.name = "item_each", .signature = &item_each},
    {.name = "pure_each", .signature = &pure_each},
    {.name = "change_length", .signature = &change_length},
    {.name = "copy_memory", .signature = &copy_memory},
    {.name = "count_up", .signature = &count_up},
};

static uint8_t changing[4], fixed[4];
static const struct variable variables[] = {{"changing", changing, sizeof changing, true},
                                            {"fixed", fixed, sizeof fixed, false}};

struct rule_case {
    struct case_head head;
    char kind[16], refused[40];
    uint32_t slot;
    uint64_t cost;
};

static bool read_verdict(void *of, const char *line) {
    struct rule_case *c = of;
    if (!strcmp(line, "-- accepted fuel")) {
        c->cost = COST_ENDLESS;
        return true;
    }
    return sscanf(line, "-- kind %15s", c->kind) == 1 ||
           sscanf(line, "-- accepted %" SCNu64, &c->cost) == 1 ||
           sscanf(line, "-- refused %39s %" SCNu32, c->refused, &c->slot) == 2;
}

static const struct kind *kind_named(const char *name) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kinds[i].name, name))
            return &kinds[i];
    fail_msg("no kind %s", name);
    return NULL;
}

static void check_verdict(const struct rule_case *c, bool accepted, const struct facts *facts,
                          const struct verdict *verdict) {
    if (!c->refused[0]) {
        if (!accepted)
            fail_msg("refused:\n%s", verdict->text);
        assert_int_equal(facts->cost, c->cost);
        return;
    }
    if (accepted)
        fail_msg("accepted, at a cost of %" PRIu64, facts->cost);
    if (strcmp(rule_name(verdict->rule), c->refused) != 0 || verdict->slot != c->slot)
        fail_msg("wanted %s at %u:\n%s", c->refused, c->slot, verdict->text);
    char start[64], rule[64];
    snprintf(start, sizeof start, "instruction %u: ", c->slot);
    snprintf(rule, sizeof rule, "\n%s: ", c->refused);
    assert_int_equal(strncmp(verdict->text, start, strlen(start)), 0);
    assert_non_null(strstr(verdict->text, rule));
    assert_non_null(strstr(verdict->text, rule_hint(verdict->rule)));
}

static void check_case(void **state) {
    const struct rule_case *c = *state;
    uint8_t code[BYTES_MAX];
    char error[128];
    int len = assemble(c->head.text, code, sizeof code, error);
    if (len < 0)
        fail_msg("%s", error);
    struct host_hooks host;
    host_hooks_init(&host);
    struct program p = {.import = imports,
                        .import_count = sizeof imports / sizeof *imports,
                        .variable = variables,
                        .variable_count = sizeof variables / sizeof *variables};
    struct report why;
    struct facts facts;
    struct verdict verdict;
    if (!program_decode(&p, &host.hooks, code, (size_t)len, &why))
        fail_msg("%s at %u", rule_name(why.rule), why.slot);
    bool accepted = verify_by_all_units(&p, kind_named(*c->kind ? c->kind : "plain"), &host.hooks,
                                        &facts, &verdict);
    program_release(&p, &host.hooks);
    assert_int_equal(host.allocated, 0);
    check_verdict(c, accepted, &facts, &verdict);
}

/* Every allocation fails once: the verifier says so and gives back what it had. */
static void test_no_memory(void **state) {
    static const char text[] =
        "r3 = *(u8 *)(r1 + 0)\nif r3 == 0 goto +1\nr3 = 7\n*(u64 *)(r10 - 64) = r3\n"
        "call local f\nagain:\nr0 += -1\nif r0 != 0 goto again\nexit\nf:\nr0 = 3\nexit\n";
    uint8_t code[BYTES_MAX];
    char error[128];
    (void)state;
    int len = assemble(text, code, sizeof code, error);
    bool accepted = false;
    unsigned refusals = 0;
    assert_true(len > 0);
    for (size_t limit = 0; !accepted; limit += 64) {
        struct host_hooks host;
        struct program p = {.insn = NULL};
        struct report why;
        struct facts facts;
        struct verdict verdict = {.rule = RULE_NONE};
        host_hooks_init(&host);
        host.limit = limit;
        if (program_decode(&p, &host.hooks, code, (size_t)len, &why)) {
            accepted = verify(&p, &kinds[0], &host.hooks, &facts, &verdict);
            program_release(&p, &host.hooks);
            why.rule = verdict.rule;
        }
        assert_int_equal(host.allocated, 0);
        assert_string_equal(rule_name(why.rule), accepted ? "none" : "no-memory");
        refusals += !accepted;
    }
    assert_true(refusals > 20);
}

int main(void) {
    static struct rule_case cases[CASES_MAX];
    static struct CMUnitTest tests[CASES_MAX + 1];
    unsigned n =
        read_cases("tests/unit/engine/verify/rules.case", cases, sizeof *cases, read_verdict);
    for (unsigned i = 0; i < n; i++)
        tests[i] = (struct CMUnitTest){
            .name = cases[i].head.claim, .test_func = check_case, .initial_state = &cases[i]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_no_memory);
    return _cmocka_run_group_tests("engine_verify", tests, n, NULL, NULL);
}
