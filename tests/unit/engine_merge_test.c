/* SPDX-License-Identifier: MIT */
/* engine_merge_test.c -- many programs as one: each bit says what its member says alone, whatever
 * the members are. Random members begin alike and then differ somewhere; the merged program runs by
 * interpreter and as machine code with all options, and the verifier accepts it as it did them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../soundness/generate.h"
#include "assemble.h"
#include "engine/disassemble.h"
#include "engine/interpreter.h"
#include "engine/jit.h"
#include "engine/merge.h"
#include "host_hooks.h"

#define MEMORY    64
#define SLOTS     64
#define STACK     (8u * 1024)
#define CONSTANTS 4

static uint64_t add_up(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    (void)c, (void)d, (void)e;
    return a * 3 + b;
}

#define NUMBER                                                                                     \
    { .kind = SHAPE_NUMBER }
static const struct signature add_up_is = {
    .parameter = {NUMBER, NUMBER}, .result = NUMBER, .facts = FUNCTIONAL | EPHEMERAL, .cost = 4};
static const struct import imports[] = {{"add_up", &add_up_is, add_up}};
static uint64_t constants[CONSTANTS] = {1, 77, 1ull << 40, 0};
static const struct variable variables[] = {{"constants", constants, sizeof constants, false}};

static const struct kind question = {
    .name = "question",
    .entry = {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = MEMORY}, NUMBER},
              .result = NUMBER},
    .demands = FUNCTIONAL | BOUNDED,
};

struct set {
    struct host_hooks host;
    struct program program[MERGE_MAX];
    struct facts facts[MERGE_MAX];
    struct merge_member member[MERGE_MAX];
    uint32_t count;
    struct merge merge;
};

static struct verdict verdict;

static void set_open(struct set *s) {
    memset(s, 0, sizeof *s);
    host_hooks_init(&s->host);
}

/* Adds a member; false if it is none that this kind accepts. */
static bool set_add(struct set *s, const uint8_t *bytes, size_t len) {
    struct program *p = &s->program[s->count];
    struct refusal why;
    *p = (struct program){
        .import = imports, .import_count = 1, .variable = variables, .variable_count = 1};
    if (!program_decode(p, &s->host.hooks, bytes, len, &why))
        return false;
    if (!verify(p, &question, &s->host.hooks, &s->facts[s->count], &verdict)) {
        program_release(p, &s->host.hooks);
        return false;
    }
    s->member[s->count] = (struct merge_member){p, &s->facts[s->count]};
    s->count++;
    return true;
}

static void set_close(struct set *s) {
    for (uint32_t i = 0; i < s->count; i++)
        program_release(&s->program[i], &s->host.hooks);
    assert_int_equal(s->host.allocated + s->host.code_bytes, 0);
}

static void add_text(struct set *s, const char *text) {
    uint8_t bytes[SLOTS * INSN_BYTES];
    char error[128];
    int len = assemble(text, bytes, sizeof bytes, error);
    if (len < 0)
        fail_msg("%s", error);
    if (!set_add(s, bytes, (size_t)len))
        fail_msg("%s\n%s", text, verdict.text);
}

static uint64_t interpreted(const struct program *p, const void *memory, uint64_t number) {
    static uint8_t stack[STACK];
    struct activation a = {.fuel = 1u << 16, .stack = stack, .stack_bytes = sizeof stack};
    uint64_t result = interpreter_run(p, (uint64_t[5]){(uintptr_t)memory, number}, &a);
    assert_int_equal(a.fault, FAULT_NONE);
    return result;
}

static uint64_t expected(const struct set *s, const void *memory, uint64_t number) {
    uint64_t mask = 0;
    for (uint32_t i = 0; i < s->count; i++)
        mask |= (uint64_t)(interpreted(&s->program[i], memory, number) != 0) << i;
    return mask;
}

static void print_program(const struct program *p) {
    char text[INSN_TEXT_MAX];
    for (uint32_t i = 0; i < p->slots; i++)
        print_message("%4u: %s\n", i, insn_text(p->insn, i, text));
}

static void print_set(const struct set *s) {
    for (uint32_t i = 0; i < s->count; i++) {
        print_message("member %u\n", i);
        print_program(&s->program[i]);
    }
    print_message("merged\n");
    print_program(&s->merge.program);
}

/* All ways to run the merged program on one input, against its members one by one. */
static void compare(const struct set *s, const struct code *code, unsigned codes,
                    const uint8_t *memory, uint64_t number, uint64_t seed) {
    uint64_t want = expected(s, memory, number);
    uint64_t got = interpreted(&s->merge.program, memory, number);
    for (unsigned i = 0; i < codes && got == want; i++)
        got = code[i].entry((uintptr_t)memory, number, 0, 0, 0, NULL);
    if (got == want)
        return;
    print_set(s);
    fail_msg("seed %" PRIu64 ": %" PRIx64 " instead of %" PRIx64, seed, got, want);
}

static const struct jit_options variants[] = {
    {.bmi2 = false}, {.blind = 0x8badf00d12345678}, {.barriers = true}};
#define VARIANTS (sizeof variants / sizeof *variants)

static void try_inputs(struct set *s, struct random *random, uint64_t seed) {
    struct code code[VARIANTS];
    uint8_t memory[MEMORY];
    for (unsigned i = 0; i < VARIANTS; i++)
        assert_true(jit_compile(&s->merge.program, &s->host.hooks, &variants[i], &code[i]));
    for (unsigned turn = 0; turn < 8; turn++) {
        for (unsigned i = 0; i < MEMORY; i++)
            memory[i] =
                (uint8_t)(random_below(random, 4) ? random_below(random, 3) : random_next(random));
        compare(s, code, VARIANTS, memory, random_value(random), seed);
    }
    for (unsigned i = 0; i < VARIANTS; i++)
        jit_release(&code[i], &s->host.hooks);
}

/* --- Random members --- */

struct writer {
    struct random *random;
    struct insn insn[SLOTS];
    uint32_t slots;
    unsigned registers; /* r0 to this one, without it, are used; r1 is the memory */
    bool calls, stores;
};

static void put(struct writer *w, struct insn insn) {
    w->insn[w->slots++] = insn;
}

static unsigned some_register(struct writer *w) {
    unsigned r = random_below(w->random, w->registers - 1);
    return r == 0 ? 0 : r + 1;
}

static struct insn some_arithmetic(struct writer *w) {
    struct insn insn;
    do
        insn = (struct insn){.op = (uint8_t)random_below(w->random, OP_JA)};
    while (insn_info(insn)->kind != KIND_ALU);
    insn.dst = some_register(w) & 15;
    if (insn_info(insn)->source == SOURCE_X)
        insn.src = some_register(w) & 15;
    else if (insn_info(insn)->field != FIELD_IMM && insn_info(insn)->source == SOURCE_K)
        insn.imm = (int32_t)random_value(w->random);
    return insn;
}

static struct insn some_load(struct writer *w) {
    return (struct insn){.op = (uint8_t)(OP_LDX_B + random_below(w->random, 4)),
                         .dst = some_register(w) & 15,
                         .src = 1,
                         .off = (int16_t)random_below(w->random, MEMORY - 8)};
}

/* Forwards, at most to the last slot but one. */
static struct insn some_jump(struct writer *w, uint32_t end) {
    struct insn insn = {.op = (uint8_t)(OP_JEQ64_K + random_below(w->random, 44)),
                        .dst = some_register(w) & 15};
    if (insn_info(insn)->source == SOURCE_X)
        insn.src = some_register(w) & 15;
    else
        insn.imm = (int32_t)random_below(w->random, 3);
    insn.off = (int16_t)random_below(w->random, end - w->slots);
    return insn;
}

static struct insn some_instruction(struct writer *w, uint32_t end) {
    switch (random_below(w->random, 10)) {
    case 0:
    case 1:
    case 2:
        return some_jump(w, end);
    case 3:
    case 4:
    case 5:
        return some_load(w);
    case 6:
        if (w->stores)
            return (struct insn){.op = OP_STX_DW,
                                 .dst = REGISTER_FRAME,
                                 .src = some_register(w) & 15,
                                 .off = (int16_t)(-8 * (int)(1 + random_below(w->random, 3)))};
        return some_load(w);
    case 7:
        if (w->stores)
            return (struct insn){.op = OP_LDX_DW,
                                 .dst = some_register(w) & 15,
                                 .src = REGISTER_FRAME,
                                 .off = (int16_t)(-8 * (int)(1 + random_below(w->random, 3)))};
        return some_arithmetic(w);
    case 8:
        if (random_below(w->random, 3) == 0)
            return (struct insn){.op = OP_EXIT};
        return some_arithmetic(w);
    default:
        return some_arithmetic(w);
    }
}

/* Every register that is used has a value first, and the stack too. */
static void some_beginning(struct writer *w) {
    for (unsigned r = 0; r < w->registers; r++)
        if (r != 1 && r != 2) {
            struct insn load = some_load(w);
            load.dst = r & 15;
            put(w, load);
        }
    for (int i = 1; w->stores && i <= 3; i++)
        put(w, (struct insn){.op = OP_ST_DW, .dst = REGISTER_FRAME, .off = (int16_t)(-8 * i)});
    if (random_below(w->random, 2)) {
        put(w, (struct insn){.op = OP_LDDW_VARIABLE, .dst = 0});
        put(w, (struct insn){.op = OP_HIGH, .imm = (int32_t)(8 * random_below(w->random, 4))});
        put(w, (struct insn){.op = OP_LDX_DW, .dst = 0, .src = 0});
    }
}

/* r0 = f(r2, r3), f being the program's own or imported; then the arguments have values again. */
static void some_call(struct writer *w, bool local) {
    unsigned keeper = w->registers - 1;
    put(w, (struct insn){.op = OP_MOV64_X, .dst = keeper & 15, .src = 1});
    put(w, (struct insn){.op = OP_MOV64_K, .dst = 1, .imm = (int32_t)random_below(w->random, 9)});
    put(w, (struct insn){.op = local ? OP_CALL_LOCAL : OP_CALL_STATIC});
    put(w, (struct insn){.op = OP_MOV64_X, .dst = 1, .src = keeper & 15});
    for (unsigned r = 2; r <= 5; r++)
        put(w, (struct insn){.op = OP_MOV64_X, .dst = r & 15, .src = 0});
    put(w, (struct insn){.op = OP_MOV64_K, .dst = keeper & 15, .imm = 5});
}

/* A loop around the last instructions. */
static void some_loop(struct writer *w) {
    unsigned counter = w->registers - 1;
    put(w, (struct insn){.op = OP_MOV64_K,
                         .dst = counter & 15,
                         .imm = (int32_t)(1 + random_below(w->random, 4))});
    w->registers--;
    uint32_t start = w->slots;
    for (unsigned i = 0; i < 4; i++)
        put(w, i % 2 ? some_load(w) : some_arithmetic(w));
    put(w, (struct insn){.op = OP_SUB64_K, .dst = counter & 15, .imm = 1});
    put(w, (struct insn){
               .op = OP_JNE64_K, .dst = counter & 15, .off = (int16_t)(start - w->slots - 1)});
    w->registers++;
}

/* The verifier takes a second for what has many ways to go in each turn of a loop. */
static bool has_few_jumps(const struct writer *w) {
    unsigned jumps = 0;
    for (uint32_t i = 0; i < w->slots; i++)
        jumps += insn_info(w->insn[i])->kind == KIND_JUMP;
    return jumps < 4;
}

static void some_member(struct writer *w) {
    w->slots = 0;
    some_beginning(w);
    uint32_t end = w->slots + 4 + random_below(w->random, 10);
    while (w->slots < end)
        put(w, some_instruction(w, end));
    if (w->registers > 7 && has_few_jumps(w) && random_below(w->random, 3) == 0)
        some_loop(w);
    bool local = random_below(w->random, 2), called = w->calls && random_below(w->random, 2);
    uint32_t call = w->slots + 2;
    if (called)
        some_call(w, local);
    if (random_below(w->random, 2))
        put(w, (struct insn){.op = OP_MOV64_K, .imm = (int32_t)random_below(w->random, 2)});
    put(w, (struct insn){.op = OP_EXIT});
    if (!called || !local)
        return;
    w->insn[call].imm = (int32_t)(w->slots - call - 1);
    put(w, (struct insn){.op = OP_STX_DW, .dst = REGISTER_FRAME, .src = 1, .off = -8});
    put(w, (struct insn){.op = OP_LDX_DW, .dst = 0, .src = REGISTER_FRAME, .off = -8});
    put(w, (struct insn){.op = OP_AND64_K, .imm = 1});
    put(w, (struct insn){.op = OP_EXIT});
}

/* The same program but for an instruction or two; not those that count a loop's turns, for loops
 * that may not end take the verifier a second each. */
static void change(struct writer *w) {
    unsigned counter = w->registers - 1;
    for (unsigned n = 1 + random_below(w->random, 2); n > 0; n--) {
        uint32_t at = random_below(w->random, w->slots), slots = w->slots;
        struct insn *insn = &w->insn[at];
        if (insn->dst == counter)
            continue;
        if (insn->op == OP_HIGH || insn_info(*insn)->kind == KIND_CONST)
            insn[insn->op != OP_HIGH].imm = (int32_t)(8 * random_below(w->random, 4));
        else if (random_below(w->random, 2)) {
            w->slots = at;
            w->registers--;
            *insn = some_instruction(w, slots);
            w->registers++;
            w->slots = slots;
        } else
            insn->imm ^= (int32_t)random_below(w->random, 4);
    }
}

static void add_written(struct set *s, const struct writer *w) {
    uint8_t bytes[SLOTS * INSN_BYTES];
    assert_true(w->slots <= SLOTS);
    for (uint32_t i = 0; i < w->slots; i++)
        insn_encode(w->insn[i], bytes + (size_t)i * INSN_BYTES);
    set_add(s, bytes, w->slots * INSN_BYTES);
}

static void some_set(struct set *s, struct random *random) {
    uint32_t wanted = random_below(random, 8) ? 1 + random_below(random, 8) : MERGE_MAX;
    struct writer w = {.random = random,
                       .registers = 4 + random_below(random, 7),
                       .calls = random_below(random, 3) == 0,
                       .stores = random_below(random, 3) == 0};
    w.calls = w.calls && w.registers > 7;
    struct writer first = w;
    some_member(&first);
    for (unsigned tries = 0; s->count < wanted && tries < 4 * MERGE_MAX; tries++) {
        struct writer next = first;
        if (random_below(random, 12) == 0)
            some_member(&next);
        else if (tries)
            change(&next);
        add_written(s, &next);
    }
}

static uint64_t number_of(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

static void test_random_sets_say_what_their_members_say(void **state) {
    (void)state;
    static struct set s;
    uint64_t seed = number_of("ENGINE_SEED", 1), last = seed + number_of("ENGINE_SETS", 300);
    uint32_t members = 0, shorter = 0, forks = 0;
    for (; seed < last; seed++) {
        struct random random;
        random_seed(&random, seed);
        set_open(&s);
        some_set(&s, &random);
        uint32_t alone = 0;
        for (uint32_t i = 0; i < s.count; i++)
            alone += s.program[i].slots;
        assert_int_equal(merge_create(&s.merge, &s.host.hooks, s.member, s.count), MERGE_DONE);
        try_inputs(&s, &random, seed);
        members += s.count;
        shorter += s.merge.program.slots < alone;
        forks += s.count > 1;
        merge_release(&s.merge, &s.host.hooks);
        set_close(&s);
    }
    print_message("%u members; %u of %u sets shorter than their members\n", members, shorter,
                  forks);
    assert_true(members > 3 * (last - number_of("ENGINE_SEED", 1)));
    assert_true(shorter > forks / 4);
}

/* --- One thing at a time --- */

static uint64_t ask(const struct set *s, uint64_t number) {
    static const uint8_t memory[MEMORY];
    return interpreted(&s->merge.program, memory, number);
}

static void merge_set(struct set *s) {
    assert_int_equal(merge_create(&s->merge, &s->host.hooks, s->member, s->count), MERGE_DONE);
}

static void set_end(struct set *s) {
    merge_release(&s->merge, &s->host.hooks);
    set_close(s);
}

static struct set one;

static void test_no_member_is_no_bit(void **state) {
    (void)state;
    set_open(&one);
    merge_set(&one);
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
    for (unsigned i = 0; i < MERGE_MAX; i++)
        add_equals(&one, i);
    merge_set(&one);
    for (unsigned i = 0; i < MERGE_MAX; i++)
        assert_true(ask(&one, i) == (uint64_t)1 << i);
    assert_int_equal(ask(&one, MERGE_MAX), 0);
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
    merge_set(&one);
    assert_true(ask(&one, 3) == 8);
    unsigned alone = steps(&one.program[0], 3);
    assert_in_range(steps(&one.merge.program, 3), alone, 3 * alone);
    assert_in_range(steps(&one.merge.program, 101), 1, steps(&one.program[0], 101) + 5);
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
    merge_set(&one);
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
        merge_set(&one);
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
    merge_set(&one);
    if (!verify(&one.merge.program, &question, &one.host.hooks, &facts, &verdict))
        fail_msg("%s", verdict.text);
    assert_false(one.merge.program.metered);
    assert_int_equal(ask(&one, 75), 1 << 5);
    set_end(&one);
}

static void test_effects_callbacks_and_fuel_are_refused(void **state) {
    (void)state;
    set_open(&one);
    add_equals(&one, 1);
    one.facts[0].proven &= (uint8_t)~FUNCTIONAL;
    assert_int_equal(merge_create(&one.merge, &one.host.hooks, one.member, 1),
                     MERGE_NOT_FUNCTIONAL);
    one.facts[0].proven |= FUNCTIONAL;
    one.program[0].function[0].called_back = true;
    assert_int_equal(merge_create(&one.merge, &one.host.hooks, one.member, 1),
                     MERGE_NOT_FUNCTIONAL);
    one.program[0].function[0].called_back = false;
    one.program[0].metered = true;
    assert_int_equal(merge_create(&one.merge, &one.host.hooks, one.member, 1),
                     MERGE_NOT_FUNCTIONAL);
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
    struct merge_member many[MERGE_MAX + 1];
    set_open(&one);
    add_equals(&one, 1);
    for (unsigned i = 0; i <= MERGE_MAX; i++)
        many[i] = one.member[0];
    assert_int_equal(merge_create(&one.merge, &one.host.hooks, many, MERGE_MAX + 1),
                     MERGE_TOO_MUCH);
    assert_int_equal(merge_create(&one.merge, &one.host.hooks, many, MERGE_MAX), MERGE_DONE);
    assert_true(ask(&one, 1) == UINT64_MAX);
    merge_release(&one.merge, &one.host.hooks);
    add_long(&one, 20000, 1);
    add_long(&one, 20000, 2);
    assert_int_equal(merge_create(&one.merge, &one.host.hooks, one.member, 3), MERGE_TOO_MUCH);
    assert_int_equal(merge_create(&one.merge, &one.host.hooks, one.member, 2), MERGE_DONE);
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
    merge_set(&one);
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
    enum merged result = MERGE_NO_MEMORY;
    for (size_t more = 0; result == MERGE_NO_MEMORY; more += 16) {
        one.host.limit = before + more;
        result = merge_create(&one.merge, &one.host.hooks, one.member, one.count);
        if (result == MERGE_NO_MEMORY)
            assert_int_equal(one.host.allocated, before);
    }
    assert_int_equal(result, MERGE_DONE);
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
        cmocka_unit_test(test_effects_callbacks_and_fuel_are_refused),
        cmocka_unit_test(test_too_much_is_refused),
        cmocka_unit_test(test_where_sharing_makes_too_much_nothing_is_shared),
        cmocka_unit_test(test_every_failed_allocation_leaves_nothing),
        cmocka_unit_test(test_random_sets_say_what_their_members_say),
    };
    return cmocka_run_group_tests_name("engine_merge", tests, NULL, NULL);
}
