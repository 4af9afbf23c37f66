/* SPDX-License-Identifier: MIT */
/* engine_scalar_test.c -- the verifier's numbers against the interpreter: whatever values are in
 * the operands' sets, the interpreter's result is in the result's set, and a comparison never
 * excludes a pair for which it came out so. */
#include "unit.h"

#include <inttypes.h>
#include <string.h>

#include "../../../domain/model.h"
#include "../../../soundness/generate.h"
#include "engine/interpreter.h"
#include "engine/verify/scalar.h"

#define MEMBERS 4

/* A set of numbers and some of its members. */
struct sample {
    struct scalar set;
    uint64_t member[MEMBERS];
};

static struct sample random_sample(struct random *r) {
    struct sample s;
    uint64_t near = random_value(r);
    unsigned spread = random_below(r, 4);
    for (unsigned i = 0; i < MEMBERS; i++)
        s.member[i] = spread == 0   ? near
                      : spread == 1 ? near + random_below(r, 16)
                      : spread == 2 ? (near & UINT64_MAX << 32) | (uint32_t)random_value(r)
                                    : random_value(r);
    s.set = scalar_constant(s.member[0]);
    for (unsigned i = 1; i < MEMBERS; i++) {
        struct scalar c = scalar_constant(s.member[i]);
        s.set = scalar_union(&s.set, &c);
    }
    assert_true(scalar_settle(&s.set));
    return s;
}

/* r0 after the one instruction on r1 and r2; 1 or 0 for a jump taken or not. */
static uint64_t evaluate(struct insn insn, uint64_t a, uint64_t b) {
    bool jump = insn_info(insn)->kind == KIND_JUMP;
    struct insn code[] = {
        {.op = OP_MOV64_K, .imm = 1},
        insn,
        {.op = jump ? OP_MOV64_K : OP_MOV64_X, .src = 1},
        {.op = OP_EXIT},
    };
    uint8_t stack[8];
    struct program p = {.insn = code, .slots = 4};
    struct activation run = {.stack = stack, .stack_bytes = sizeof stack};
    return interpreter_run(&p, (uint64_t[5]){a, b}, &run);
}

static struct insn insn_of(unsigned op, int32_t imm) {
    return (struct insn){.op = (uint8_t)op,
                         .dst = 1,
                         .src = 2,
                         .imm = imm,
                         .off = opcode_info[op].kind == KIND_JUMP};
}

static void fail_at(const char *what, unsigned op, uint64_t a, uint64_t b) {
    fail_msg("%s: %s of %" PRIx64 " and %" PRIx64, what, opcode_text[op], a, b);
}

static void check_alu(unsigned op, const struct sample *a, const struct sample *b) {
    const struct opcode_info *info = &opcode_info[op];
    struct scalar r = scalar_alu(info->operation, info->bits, a->set, b->set), again = r;
    assert_true(scalar_settle(&again));
    for (unsigned i = 0; i < MEMBERS; i++)
        for (unsigned j = 0; j < MEMBERS; j++)
            if (!scalar_holds(&r, evaluate(insn_of(op, 0), a->member[i], b->member[j])))
                fail_at("result outside of its set", op, a->member[i], b->member[j]);
}

static void check_compare(unsigned op, const struct sample *a, const struct sample *b) {
    const struct opcode_info *info = &opcode_info[op];
    for (unsigned i = 0; i < MEMBERS; i++) {
        for (unsigned j = 0; j < MEMBERS; j++) {
            struct scalar x = a->set, y = b->set;
            bool holds = evaluate(insn_of(op, 0), a->member[i], b->member[j]);
            if (!scalar_assume(info->operation, info->bits, holds, &x, &y))
                fail_at("called impossible", op, a->member[i], b->member[j]);
            if (!scalar_holds(&x, a->member[i]) || !scalar_holds(&y, b->member[j]))
                fail_at("narrowed too far", op, a->member[i], b->member[j]);
        }
    }
}

static void test_sets_hold_every_result(void **state) {
    (void)state;
    struct random r;
    random_seed(&r, 11);
    for (unsigned round = 0; round < 2000; round++) {
        for (unsigned op = 0; op < OPCODE_COUNT; op++) {
            const struct opcode_info *info = &opcode_info[op];
            if (info->source == SOURCE_K || (info->kind != KIND_ALU && info->kind != KIND_JUMP) ||
                info->operation == DO_ALWAYS)
                continue;
            struct sample a = random_sample(&r), b = random_sample(&r);
            if (info->kind == KIND_ALU)
                check_alu(op, &a, &b);
            else
                check_compare(op, &a, &b);
        }
    }
}

/* The plain model that tests/domain holds short numbers against is, at 64 bits, what the
 * interpreter does: so it is the instructions' meaning and not another opinion. */
static void test_the_model_is_the_instruction_set(void **state) {
    (void)state;
    struct random r;
    random_seed(&r, 5);
    for (unsigned round = 0; round < 4000; round++) {
        for (unsigned op = 0; op < OPCODE_COUNT; op++) {
            const struct opcode_info *info = &opcode_info[op];
            if (info->source == SOURCE_K || (info->kind != KIND_ALU && info->kind != KIND_JUMP) ||
                info->operation == DO_ALWAYS)
                continue;
            uint64_t a = random_value(&r), b = random_value(&r);
            uint64_t model = info->kind == KIND_ALU
                                 ? model_alu(info->operation, info->bits, a, b)
                                 : model_compare(info->operation, info->bits, a, b);
            if (evaluate(insn_of(op, 0), a, b) != model)
                fail_at("the model differs", op, a, b);
        }
    }
}

static void check_within(struct scalar s, uint64_t umin, uint64_t umax) {
    assert_true(s.umin >= umin && s.umax <= umax);
}

static void test_the_idioms_of_compilers_are_precise(void **state) {
    (void)state;
    struct scalar any = scalar_any(), a, b;
    check_within(scalar_alu(DO_AND, 64, any, scalar_constant(63)), 0, 63);
    check_within(scalar_alu(DO_RSH, 64, any, scalar_constant(56)), 0, 255);
    check_within(scalar_alu(DO_MOD, 32, any, scalar_constant(10)), 0, 9);
    check_within(scalar_alu(DO_LSH, 64, scalar_range(0, 15), scalar_constant(3)), 0, 120);
    check_within(scalar_alu(DO_ADD, 32, scalar_range(1, 5), scalar_constant(UINT64_MAX)), 0, 4);
    check_within(scalar_alu(DO_SUB, 64, scalar_range(10, 20), scalar_range(0, 10)), 0, 20);
    check_within(scalar_alu(DO_MUL, 64, scalar_range(2, 5), scalar_range(3, 7)), 6, 35);
    check_within(scalar_alu(DO_SWAP16, 64, any, any), 0, 0xffff);
    /* w1 <<= 24; w1 s>>= 24 is a byte with its sign. */
    a = scalar_alu(DO_ARSH, 32, scalar_alu(DO_LSH, 32, any, scalar_constant(24)),
                   scalar_constant(24));
    assert_true(a.smin32 == -128 && a.smax32 == 127);
    /* if w1 < 8, having been zero-extended, r1 < 8. */
    a = scalar_alu(DO_MOV, 32, any, any);
    b = scalar_constant(8);
    assert_true(scalar_assume(DO_LT, 32, true, &a, &b));
    check_within(a, 0, 7);
    /* if r1 s> -1 and r1 < r2 < 100 */
    a = b = any;
    struct scalar zero = scalar_constant(0), hundred = scalar_constant(100);
    assert_true(scalar_assume(DO_LT, 64, true, &b, &hundred));
    assert_true(scalar_assume(DO_SGE, 64, true, &a, &zero));
    assert_true(scalar_assume(DO_LT, 64, true, &a, &b));
    check_within(a, 0, 98);
    /* r1 & 1 decided */
    a = any, b = scalar_constant(1);
    assert_true(scalar_assume(DO_SET, 64, false, &a, &b));
    assert_int_equal(a.bits.unknown, UINT64_MAX - 1);
    a = scalar_constant(4);
    assert_false(scalar_assume(DO_EQ, 64, true, &a, &b));
    /* != at the end of a range */
    a = scalar_range(0, 7), b = scalar_constant(7);
    assert_true(scalar_assume(DO_NE, 64, true, &a, &b));
    check_within(a, 0, 6);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sets_hold_every_result),
        cmocka_unit_test(test_the_model_is_the_instruction_set),
        cmocka_unit_test(test_the_idioms_of_compilers_are_precise),
    };
    return cmocka_run_group_tests_name("engine_scalar", tests, NULL, NULL);
}
