/* SPDX-License-Identifier: MIT */
/* engine_invariants_test.c -- the invariants of states and programs: each check holds of what the
 * engine makes, and fires when the invariant is broken. Where places end, and what distance memory
 * keeps. */
#include "unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "assemble.h"
#include "engine/base/program_check.h"
#include "engine/verify/state_check.h"
#include "host_hooks.h"

/* A state with a pointer of each kind that moves, a pair of linked numbers, a spilled pointer and a
 * reference. */
struct made {
    struct host_hooks host;
    struct state *state;
};

static struct value *in_register(struct made *m, unsigned number) {
    return &state_top(m->state)->reg[number];
}

static struct made *make_state(void) {
    struct made *m = calloc(1, sizeof *m);
    assert_non_null(m);
    host_hooks_init(&m->host);
    m->state = state_create(&m->host.hooks);
    assert_true(m->state && state_push(m->state, &m->host.hooks, 0, 0));
    *in_register(m, 1) = (struct value){
        .kind = VALUE_MEMORY, .may = MAY_READ, .bytes = 64, .number = scalar_range(0, 8)};
    *in_register(m, 2) = *in_register(m, 3) =
        (struct value){.kind = VALUE_NUMBER, .id = 7, .number = scalar_range(3, 5)};
    *in_register(m, 4) = *in_register(m, 5) = (struct value){
        .kind = VALUE_PACKET, .may = MAY_READ, .id = 8, .number = scalar_range(0, 3)};
    *in_register(m, 6) = (struct value){.kind = VALUE_OBJECT,
                                        .may = MAY_READ | MAY_BE_NULL,
                                        .id = 9,
                                        .owner = true,
                                        .reference = 11,
                                        .number = scalar_constant(0)};
    m->state->reference[m->state->references++] = 11;
    assert_true(stack_store(m->state, &m->host.hooks, 0, -8, 8, in_register(m, 1)));
    return m;
}

static void free_state(struct made *m) {
    state_destroy(m->state, &m->host.hooks);
    assert_int_equal(m->host.allocated, 0);
    free(m);
}

static void break_nothing(struct made *m) {
    in_register(m, 0)->reference = 11;
}
static void break_frame(struct made *m) {
    in_register(m, REGISTER_FRAME)->frame = 1;
}
static void break_half(struct made *m) {
    state_top(m->state)->half[0].upper = false;
}
static void break_written(struct made *m) {
    state_top(m->state)->half[1].written = 7;
}
static void break_numbers(struct made *m) {
    in_register(m, 3)->number = scalar_constant(6);
}
static void break_kinds(struct made *m) {
    in_register(m, 3)->id = 8;
}
static void break_packets(struct made *m) {
    in_register(m, 5)->number = scalar_range(0, 4);
}
static void break_fold(struct made *m) {
    in_register(m, 1)->number = scalar_constant(4);
}
static void break_object(struct made *m) {
    *in_register(m, 0) = (struct value){.kind = VALUE_OBJECT, .number = scalar_range(0, 1)};
}
static void break_far(struct made *m) {
    in_register(m, 1)->offset = (int32_t)DISTANCE - 7;
}
static void break_null(struct made *m) {
    in_register(m, 6)->offset = 8;
}
static void break_held(struct made *m) {
    m->state->references = 0;
}
static void break_owner(struct made *m) {
    in_register(m, 6)->reference = 0;
}

static const struct {
    void (*breaks)(struct made *m);
    char number;
} state_cases[] = {
    {break_nothing, '1'}, {break_frame, '1'}, {break_half, '1'},    {break_written, '1'},
    {break_numbers, '2'}, {break_kinds, '2'}, {break_packets, '2'}, {break_fold, '3'},
    {break_object, '3'},  {break_far, '3'},   {break_null, '4'},    {break_held, '5'},
    {break_owner, '5'},
};

static void test_each_invariant_of_states_is_noticed(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof state_cases / sizeof *state_cases; i++) {
        struct made *m = make_state();
        const char *broken = state_broken(m->state);
        if (broken)
            fail_msg("a good state: %s", broken);
        state_cases[i].breaks(m);
        broken = state_broken(m->state);
        if (!broken || *broken != state_cases[i].number)
            fail_msg("case %zu: wanted %c: %s", i, state_cases[i].number,
                     broken ? broken : "nothing");
        free_state(m);
    }
}

/* Slots: 0 and 1 a constant, 2 a jump to 4, 3 a call of 5, 4 exit; 5 and 6 another function. */
static const char program_text[] = "r1 = 5 ll\nif r1 == 5 goto out\ncall local f\nout:\nexit\n"
                                   "f:\nr0 = 0\nexit\n";

static const struct {
    char number;
    uint32_t slot;
    struct insn insn;
} program_cases[] = {
    {'1', 1, {.op = OP_EXIT}},
    {'1', 3, {.op = OP_HIGH}},
    {'1', 4, {.op = OPCODE_COUNT}},
    {'3', 2, {.op = OP_JEQ64_K, .dst = 1, .off = 3}},
    {'3', 2, {.op = OP_JEQ64_K, .dst = 1, .off = -2}},
    {'3', 3, {.op = OP_CALL_LOCAL, .imm = 2}},
    {'4', 6, {.op = OP_MOV64_K}},
    {'5', 5, {.op = OP_CALL_STATIC, .imm = 0}},
};

static void test_each_invariant_of_programs_is_noticed(void **state) {
    uint8_t code[256];
    char error[128];
    (void)state;
    int len = assemble(program_text, code, sizeof code, error);
    assert_true(len > 0);
    struct host_hooks host;
    host_hooks_init(&host);
    struct program p = {0};
    struct report why;
    uint32_t slot;
    assert_true(program_decode(&p, &host.hooks, code, (size_t)len, &why));
    assert_null(program_broken(&p, &slot));
    for (size_t i = 0; i < sizeof program_cases / sizeof *program_cases; i++) {
        struct insn was = p.insn[program_cases[i].slot];
        p.insn[program_cases[i].slot] = program_cases[i].insn;
        const char *broken = program_broken(&p, &slot);
        if (!broken || *broken != program_cases[i].number || slot != program_cases[i].slot)
            fail_msg("case %zu at %u: %s", i, slot, broken ? broken : "nothing");
        p.insn[program_cases[i].slot] = was;
    }
    p.function[1].start++;
    const char *broken = program_broken(&p, &slot);
    assert_true(broken && strchr("23", *broken));
    p.function[1].start--;
    p.function[1].end--;
    broken = program_broken(&p, &slot);
    assert_true(broken && *broken == '2');
    program_release(&p, &host.hooks);
    assert_int_equal(host.allocated, 0);
}

/* What is said of it, and that the process ends. */
static void test_an_assertion_ends_the_process_with_its_values(void **state) {
    int ends[2], status;
    char said[512];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct made *m = make_state();
        dup2(ends[1], STDERR_FILENO);
        stack_store(m->state, &m->host.hooks, 0, -4, 8, NULL);
        _exit(0);
    }
    close(ends[1]);
    FILE *from_child = fdopen(ends[0], "r");
    assert_non_null(from_child);
    said[fread(said, 1, sizeof said - 1, from_child)] = '\0';
    fclose(from_child);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    if (!strstr(said, "state.c:") || !strstr(said, "8 bytes at -4 of frame 0"))
        fail_msg("%s", said);
}

static void test_a_place_has_one_form_and_stays_near(void **state) {
    const int32_t most = (int32_t)DISTANCE;
    struct value v = {.kind = VALUE_MEMORY, .number = scalar_constant(0)};
    struct scalar four = scalar_constant(4), some = scalar_range(0, 8), at;
    (void)state;
    assert_true(value_put(&v, -12, &four));
    assert_int_equal(v.offset, -8);
    assert_true(scalar_is_constant(&v.number) && v.number.umax == 0);
    assert_true(value_put(&v, -12, &some));
    struct place place = value_place(&v);
    assert_true(place.low == -12 && place.high == -4 && place.varies && place.bits % 4 != 0);
    at = value_distance(&v);
    assert_true(at.smin == -12 && at.smax == -4);
    at = scalar_constant((uint64_t)-8);
    assert_true(value_put_at(&v, &at));
    place = value_place(&v);
    assert_true(place.low == -8 && place.high == -8 && !place.varies && place.bits % 8 == 0);
    assert_true(value_put(&v, most - 8, &some));
    assert_false(value_put(&v, most - 7, &some));
    assert_true(value_put(&v, -most, &some));
    assert_false(value_put(&v, -most - 1, &some));
    assert_false(value_put(&v, most - 3, &four));
    at = scalar_any();
    assert_false(value_put(&v, 0, &at));
    assert_int_equal(v.offset, -most);
}

static void test_memory_keeps_its_distance(void **state) {
    static const struct {
        uint64_t address, bytes;
        bool kept;
    } cases[] = {
        {0, 8, false},
        {0x400000, 8, false},
        {DISTANCE, 8, false},
        {DISTANCE + 1, 8, true},
        {0x7fffffffe000, 0x1000, true},
        {INT64_MAX - DISTANCE - 8, 8, false},
        {INT64_MAX - DISTANCE - 8, 7, true},
        {(uint64_t)INT64_MIN + DISTANCE, 8, false},
        {(uint64_t)INT64_MIN + DISTANCE + 1, 8, true},
        {0xffff800000000000, 1ull << 40, true}, /* a kernel's view of all memory */
        {0xffffffff80000000, 64 << 20, true},   /* its image */
        {0xffffffffc0000000, 64 << 20, true},   /* code made at run time */
        {0xffffffffdfffff00, 0xfe, true},
        {0xffffffffdfffff00, 0xff, false},
        {0xffffffffe0000000, 8, false},
        {0xffffffff80000000, UINT64_MAX, false},
        {UINT64_MAX, 1, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (distance_is_kept(cases[i].address, cases[i].bytes) != cases[i].kept)
            fail_msg("%#llx, %#llx bytes", (unsigned long long)cases[i].address,
                     (unsigned long long)cases[i].bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_invariant_of_states_is_noticed),
        cmocka_unit_test(test_each_invariant_of_programs_is_noticed),
        cmocka_unit_test(test_an_assertion_ends_the_process_with_its_values),
        cmocka_unit_test(test_a_place_has_one_form_and_stays_near),
        cmocka_unit_test(test_memory_keeps_its_distance),
    };
    return cmocka_run_group_tests_name("engine_invariants", tests, NULL, NULL);
}
