/* SPDX-License-Identifier: MIT */
/* engine_trie_test.c -- many programs as one, a claim at a time. Random ones are in
 * engine_trie_random_test.c. */
#include "engine_members.h"

#include <stdio.h>
#include <stdlib.h>

#include "assemble.h"

static void add_text(struct set *s, const char *text) {
    uint8_t bytes[SLOTS * INSN_BYTES];
    char error[128];
    int len = assemble(text, bytes, sizeof bytes, error);
    if (len < 0)
        fail_msg("%s", error);
    if (!set_add(s, bytes, (size_t)len))
        fail_msg("%s\n%s", text, verdict.text);
}

static uint64_t ask(const struct set *s, uint64_t number) {
    static const uint8_t memory[MEMORY];
    return interpreted(&s->trie.program, memory, number);
}

static void make_trie(struct set *s) {
    assert_int_equal(trie_create(&s->trie, &s->host.hooks, s->member, s->count), TRIE_DONE);
}

static void set_end(struct set *s) {
    trie_release(&s->trie, &s->host.hooks);
    set_close(s);
}

static struct set one;

static void test_no_member_is_no_bit(void **state) {
    (void)state;
    set_open(&one);
    make_trie(&one);
    assert_int_equal(ask(&one, 5), 0);
    set_end(&one);
}

static void add_equals(struct set *s, unsigned number) {
    char text[128];
    snprintf(text, sizeof text, "r0 = 0\nif r2 != %u goto out\nr0 = 1\nout:\nexit\n", number);
    add_text(s, text);
}

static void test_sixty_four_members_have_a_bit_each(void **state) {
    (void)state;
    set_open(&one);
    for (unsigned i = 0; i < TRIE_MAX; i++)
        add_equals(&one, i);
    make_trie(&one);
    for (unsigned i = 0; i < TRIE_MAX; i++)
        assert_true(ask(&one, i) == (uint64_t)1 << i);
    assert_int_equal(ask(&one, TRIE_MAX), 0);
    set_end(&one);
}

static bool count_step(void *owner, uint32_t slot, const uint64_t reg[REGISTERS]) {
    (void)slot, (void)reg;
    ++*(unsigned *)owner;
    return true;
}

/* Instructions that the merged program takes on an input. */
static unsigned steps(const struct program *p, uint64_t number) {
    static const uint8_t memory[MEMORY];
    static uint8_t stack[STACK];
    unsigned count = 0;
    struct activation a = {.fuel = 100, .stack = stack, .stack_bytes = sizeof stack};
    struct watcher watcher = {.owner = &count, .step = count_step};
    interpreter_watch(p, (uint64_t[5]){(uintptr_t)memory, number}, &a, &watcher);
    assert_int_equal(a.fault, FAULT_NONE);
    return count;
}

/* Ten checks before the one that differs: they are made once, and if one fails that is all. */
static void test_what_members_have_in_common_runs_once(void **state) {
    (void)state;
    char text[1024];
    set_open(&one);
    for (unsigned i = 0; i < 10; i++) {
        int len = snprintf(text, sizeof text, "r0 = 0\n");
        for (unsigned k = 0; k < 10; k++)
            len +=
                snprintf(text + len, sizeof text - (size_t)len,
                         "r3 = *(u8 *)(r1 + %u)\nif r3 != 0 goto out\nif r2 > 100 goto out\n", k);
        snprintf(text + len, sizeof text - (size_t)len,
                 "if r2 != %u goto out\nr0 = 1\nout:\nexit\n", i);
        add_text(&one, text);
    }
    make_trie(&one);
    assert_true(ask(&one, 3) == 8);
    unsigned alone = steps(&one.program[0], 3);
    assert_in_range(steps(&one.trie.program, 3), alone, 3 * alone);
    assert_in_range(steps(&one.trie.program, 101), 1, steps(&one.program[0], 101) + 5);
    set_end(&one);
}

/* The first changes all that the second goes on with, and the third. */
static void test_a_member_finds_its_registers_as_they_were(void **state) {
    (void)state;
    static const char beginning[] =
        "r0 = 1\nr3 = 2\nr4 = 3\nr5 = 4\nr6 = 5\nr7 = 6\nr8 = 7\nr9 = 8\n",
                      sum[] = "r0 += r2\nr0 += r3\nr0 += r4\nr0 += r5\nr0 += r6\nr0 += r7\n"
                              "r0 += r8\nr0 += r9\nr3 = *(u64 *)(r1 + 0)\nr0 += r3\n";
    char text[1024];
    set_open(&one);
    snprintf(text, sizeof text,
             "%sr1 = 9\nr2 = 9\nr3 = 9\nr4 = 9\nr5 = 9\nr6 = 9\nr7 = 9\nr8 = 9\nr9 = 9\nexit\n",
             beginning);
    add_text(&one, text);
    snprintf(text, sizeof text, "%s%sr0 -= 136\nr2 = 1\nr3 = 7\nexit\n", beginning, sum);
    add_text(&one, text);
    snprintf(text, sizeof text, "%s%sr0 -= 137\nexit\n", beginning, sum);
    add_text(&one, text);
    make_trie(&one);
    assert_true(ask(&one, 100) == 5);
    assert_true(ask(&one, 101) == 3);
    set_end(&one);
}

static uint64_t nothing(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    (void)a, (void)b, (void)c, (void)d, (void)e;
    return 0;
}

/* The same text, linked differently: function 0 and variable 0 are each member's own. */
static void test_a_member_calls_and_reads_what_it_was_linked_to(void **state) {
    (void)state;
    static const char *const texts[] = {
        "r1 = 1\nr2 = 2\ncall 0\nexit\n",
        "r1 = variable 0\nr0 = *(u64 *)(r1 + 0)\nexit\n",
        "call local f\nexit\nf:\nr1 = 1\nr2 = 2\ncall 0\nr6 = r0\nr1 = variable 0\n"
        "r0 = *(u64 *)(r1 + 0)\nr0 &= r6\nexit\n",
    };
    static uint64_t zero[1];
    const struct import import[2] = {imports[0], {"nothing", &add_up_is, nothing}};
    const struct variable variable[2] = {variables[0], {"zero", zero, sizeof zero, false}};
    for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
        set_open(&one);
        add_text(&one, texts[i]);
        one.program[0].import = &import[1];
        one.program[0].variable = &variable[1];
        add_text(&one, texts[i]);
        make_trie(&one);
        assert_true(ask(&one, 0) == 2);
        set_end(&one);
    }
}

static void test_the_verifier_accepts_what_comes_out(void **state) {
    (void)state;
    static struct facts facts;
    set_open(&one);
    for (unsigned i = 0; i < 10; i++)
        add_equals(&one, 70 + i);
    make_trie(&one);
    if (!verify(&one.trie.program, &question, &one.host.hooks, &facts, &verdict))
        fail_msg("%s", verdict.text);
    assert_false(one.trie.program.metered);
    assert_int_equal(ask(&one, 75), 1 << 5);
    set_end(&one);
}

/* Members' frames lie over each other, calls deeper and deeper: this much is needed and
 * is enough. */
static void test_the_stack_is_that_of_the_largest_frame_and_the_deepest_member(void **state) {
    static const char *const texts[] = {
        "*(u64 *)(r10 - 8) = r2\nr0 = *(u64 *)(r10 - 8)\nexit\n",
        "*(u64 *)(r10 - 24) = r2\nr0 = *(u64 *)(r10 - 24)\nexit\n",
        "*(u64 *)(r10 - 16) = r2\ncall local f\nexit\nf:\ncall local g\nexit\n"
        "g:\nr0 = 1\nexit\n",
        "r0 = r2\nexit\n",
    };
    static const struct {
        unsigned members; /* a bit for each text */
        uint32_t frame, depth;
    } cases[] = {{1, 8, 1},  {3, 24, 1},  {4, 16, 3}, {5, 16, 3},
                 {6, 24, 3}, {15, 24, 3}, {8, 0, 1},  {12, 16, 3}};
    static const uint8_t memory[MEMORY];
    static uint8_t stack[STACK];
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        set_open(&one);
        for (unsigned t = 0; t < sizeof texts / sizeof *texts; t++)
            if (cases[i].members >> t & 1)
                add_text(&one, texts[t]);
        make_trie(&one);
        uint32_t bytes = cases[i].frame * cases[i].depth;
        assert_int_equal(one.trie.program.frame_bytes, cases[i].frame);
        assert_int_equal(one.trie.stack_bytes, bytes);
        for (uint32_t less = 0; less <= (bytes ? 1 : 0); less++) {
            struct activation a = {.fuel = 100, .stack = stack, .stack_bytes = bytes - less};
            uint64_t r0 =
                interpreter_run(&one.trie.program, (uint64_t[5]){(uintptr_t)memory, 1}, &a);
            assert_int_equal(a.fault == FAULT_NONE, !less);
            if (!less)
                assert_int_equal(r0, ((uint64_t)1 << one.count) - 1);
        }
        set_end(&one);
    }
}

static void test_effects_callbacks_and_fuel_are_refused(void **state) {
    (void)state;
    set_open(&one);
    add_equals(&one, 1);
    one.facts[0].proven &= (uint8_t)~FUNCTIONAL;
    assert_int_equal(trie_create(&one.trie, &one.host.hooks, one.member, 1), TRIE_NOT_FUNCTIONAL);
    one.facts[0].proven |= FUNCTIONAL;
    one.program[0].function[0].called_back = true;
    assert_int_equal(trie_create(&one.trie, &one.host.hooks, one.member, 1), TRIE_NOT_FUNCTIONAL);
    one.program[0].function[0].called_back = false;
    one.program[0].metered = true;
    assert_int_equal(trie_create(&one.trie, &one.host.hooks, one.member, 1), TRIE_NOT_FUNCTIONAL);
    set_close(&one);
}

static void add_long(struct set *s, uint32_t slots, unsigned first) {
    uint8_t *bytes = calloc(slots, INSN_BYTES);
    assert_non_null(bytes);
    for (uint32_t i = 0; i < slots; i++)
        insn_encode((struct insn){.op = OP_MOV64_K, .imm = (int32_t)(i ? i : first)},
                    bytes + (size_t)i * INSN_BYTES);
    insn_encode((struct insn){.op = OP_EXIT}, bytes + (size_t)(slots - 1) * INSN_BYTES);
    assert_true(set_add(s, bytes, (size_t)slots * INSN_BYTES));
    free(bytes);
}

static void test_too_much_is_refused(void **state) {
    (void)state;
    struct trie_member many[TRIE_MAX + 1];
    set_open(&one);
    add_equals(&one, 1);
    for (unsigned i = 0; i <= TRIE_MAX; i++)
        many[i] = one.member[0];
    assert_int_equal(trie_create(&one.trie, &one.host.hooks, many, TRIE_MAX + 1), TRIE_TOO_MUCH);
    assert_int_equal(trie_create(&one.trie, &one.host.hooks, many, TRIE_MAX), TRIE_DONE);
    assert_true(ask(&one, 1) == UINT64_MAX);
    trie_release(&one.trie, &one.host.hooks);
    add_long(&one, 20000, 1);
    add_long(&one, 20000, 2);
    assert_int_equal(trie_create(&one.trie, &one.host.hooks, one.member, 3), TRIE_TOO_MUCH);
    assert_int_equal(trie_create(&one.trie, &one.host.hooks, one.member, 2), TRIE_DONE);
    set_end(&one);
}

/* Forks that all lead to the same long tail: with everything shared the tail would stand there for
 * each way of parting. */
static void test_where_sharing_makes_too_much_nothing_is_shared(void **state) {
    (void)state;
    char text[16384];
    set_open(&one);
    for (unsigned member = 0; member < 40; member++) {
        int len = snprintf(text, sizeof text, "r0 = 0\n");
        for (unsigned k = 0; k < 40; k++)
            len += snprintf(text + len, sizeof text - (size_t)len,
                            "if r2 == %u goto +1\nr0 += %u\nif r2 == %u goto tail\n", k,
                            k == member ? 2 : 1, k + 50);
        len += snprintf(text + len, sizeof text - (size_t)len, "tail:\n");
        for (unsigned k = 0; k < 30; k++)
            len += snprintf(text + len, sizeof text - (size_t)len, "r0 += 1\n");
        snprintf(text + len, sizeof text - (size_t)len, "r0 -= %u\nexit\n", 70 + member);
        uint8_t bytes[400 * INSN_BYTES];
        char error[128];
        int size = assemble(text, bytes, sizeof bytes, error);
        if (size < 0)
            fail_msg("%s", error);
        assert_true(set_add(&one, bytes, (size_t)size));
    }
    make_trie(&one);
    static const uint8_t memory[MEMORY];
    for (uint64_t number = 0; number < 100; number++)
        assert_true(ask(&one, number) == expected(&one, memory, number));
    set_end(&one);
}

static void test_every_failed_allocation_leaves_nothing(void **state) {
    (void)state;
    set_open(&one);
    for (unsigned i = 0; i < 3; i++)
        add_equals(&one, i);
    size_t before = one.host.allocated, unlimited = one.host.limit;
    enum trie_outcome result = TRIE_NO_MEMORY;
    for (size_t more = 0; result == TRIE_NO_MEMORY; more += 16) {
        one.host.limit = before + more;
        result = trie_create(&one.trie, &one.host.hooks, one.member, one.count);
        if (result == TRIE_NO_MEMORY)
            assert_int_equal(one.host.allocated, before);
    }
    assert_int_equal(result, TRIE_DONE);
    one.host.limit = unlimited;
    set_end(&one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_member_is_no_bit),
        cmocka_unit_test(test_sixty_four_members_have_a_bit_each),
        cmocka_unit_test(test_what_members_have_in_common_runs_once),
        cmocka_unit_test(test_a_member_finds_its_registers_as_they_were),
        cmocka_unit_test(test_a_member_calls_and_reads_what_it_was_linked_to),
        cmocka_unit_test(test_the_verifier_accepts_what_comes_out),
        cmocka_unit_test(test_the_stack_is_that_of_the_largest_frame_and_the_deepest_member),
        cmocka_unit_test(test_effects_callbacks_and_fuel_are_refused),
        cmocka_unit_test(test_too_much_is_refused),
        cmocka_unit_test(test_where_sharing_makes_too_much_nothing_is_shared),
        cmocka_unit_test(test_every_failed_allocation_leaves_nothing),
    };
    return cmocka_run_group_tests_name("engine_trie", tests, NULL, NULL);
}
