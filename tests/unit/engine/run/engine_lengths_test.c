/* SPDX-License-Identifier: MIT */
/* engine_lengths_test.c -- the programs by whose length experiments/engine measures verification:
 * as long as they should be, accepted, and of the meaning that a twin in C has. */
#include "../../../../experiments/engine/lengths.h"

#include "engine/interpreter.h"
#include "engine/verify.h"
#include "host_hooks.h"
#include "unit.h"

#include <stdlib.h>

static const struct kind kind = {
    .name = "length",
    .demands = BOUNDED | DETERMINISTIC,
    .entry = {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = LENGTH_CONTEXT}},
              .result = {.kind = SHAPE_NUMBER}}};

/* What a program of `length` instructions makes of the context. */
static uint64_t twin(const uint32_t *context, uint32_t length, enum length_shape shape) {
    const uint32_t groups = (length - 2) / 8;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < groups; i++) {
        const uint64_t word = context[i % (LENGTH_CONTEXT / 4)];
        if (shape == LENGTH_STRAIGHT) {
            sum += word;
            sum = (sum ^ (sum >> 7 & 255)) * 31;
        } else {
            for (int turn = 0; turn < 4; turn++)
                sum = ((sum + word) ^ (word & 255)) * 31;
        }
    }
    return sum + (length - 2) % 8;
}

static void check(uint32_t length, enum length_shape shape) {
    static struct facts facts;
    static struct verdict verdict;
    static uint8_t stack[FRAME_BYTES];
    uint32_t context[LENGTH_CONTEXT / 4];
    struct host_hooks host;
    struct program p = {.insn = NULL};
    struct report undecodable;
    struct activation a = {.fuel = UINT32_MAX, .stack = stack, .stack_bytes = sizeof stack};
    const uint64_t argument[PARAMETERS] = {(uintptr_t)context};
    struct slot *slots = calloc(length + 1, sizeof *slots);

    for (uint32_t i = 0; i < LENGTH_CONTEXT / 4; i++)
        context[i] = (i + 1) * 0x9e3779b9;
    host_hooks_init(&host);
    slots[length].code = 0xff; /* no instruction: nothing may be written there */
    length_program(slots, length, shape);
    assert_int_equal(slots[length].code, 0xff);
    assert_true(program_decode(&p, &host.hooks, slots, length * sizeof *slots, &undecodable));
    if (!verify(&p, &kind, &host.hooks, &facts, &verdict))
        fail_msg("%u: %s", length, verdict.text);
    assert_int_equal(interpreter_run(&p, argument, &a), twin(context, length, shape));
    assert_int_equal(a.fault, FAULT_NONE);
    program_release(&p, &host.hooks);
    free(slots);
}

static void every_length_means_what_it_should(void **state) {
    static const uint32_t far[] = {999, 1000, 1001, 10000, LENGTH_MAX};
    (void)state;
    for (enum length_shape shape = LENGTH_STRAIGHT; shape <= LENGTH_LOOPY; shape++) {
        for (uint32_t length = LENGTH_MIN; length < 100; length++)
            check(length, shape);
        for (size_t i = 0; i < sizeof far / sizeof *far; i++)
            check(far[i], shape);
    }
}

static void the_worst_uses_up_all_steps_and_no_more(void **state) {
    static struct facts facts;
    static struct verdict verdict;
    struct host_hooks host;
    struct program p = {.insn = NULL};
    struct report undecodable;
    struct slot *slots = calloc(LENGTH_MAX + 1, sizeof *slots);
    (void)state;
    slots[LENGTH_MAX].code = 0xff;
    length_worst(slots);
    assert_int_equal(slots[LENGTH_MAX].code, 0xff);
    host_hooks_init(&host);
    assert_true(program_decode(&p, &host.hooks, slots, LENGTH_MAX * sizeof *slots, &undecodable));
    assert_false(verify(&p, &kind, &host.hooks, &facts, &verdict));
    assert_string_equal(rule_name(verdict.rule), "complexity");
    assert_in_range(facts.steps, VERDICT_STEPS_MAX(LENGTH_MAX) - 1000,
                    VERDICT_STEPS_MAX(LENGTH_MAX) + 1000);
    program_release(&p, &host.hooks);
    free(slots);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_length_means_what_it_should),
                                       cmocka_unit_test(the_worst_uses_up_all_steps_and_no_more)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
