/* SPDX-License-Identifier: MIT */
/* engine_trie_random_test.c -- many random programs as one: each bit says what its member says
 * alone. Members begin alike and then differ somewhere; the merged program runs by interpreter and
 * as machine code with all options. ENGINE_SETS and ENGINE_SEED in the environment make a campaign
 * of it. */
#include "engine_members.h"

#include <inttypes.h>
#include <stdlib.h>

#include "../../../soundness/generate.h"
#include "engine/disassemble.h"
#include "engine/jit.h"

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
    print_program(&s->trie.program);
}

/* All ways to run the merged program on one input, against its members one by one. */
static void compare(const struct set *s, const struct code *code, unsigned codes,
                    const uint8_t *memory, uint64_t number, uint64_t seed) {
    uint64_t want = expected(s, memory, number);
    uint64_t got = interpreted(&s->trie.program, memory, number);
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
        assert_true(jit_compile(&s->trie.program, &s->host.hooks, &variants[i], &code[i]));
    for (unsigned round = 0; round < 8; round++) {
        for (unsigned i = 0; i < MEMORY; i++)
            memory[i] =
                (uint8_t)(random_below(random, 4) ? random_below(random, 3) : random_next(random));
        compare(s, code, VARIANTS, memory, random_value(random), seed);
    }
    for (unsigned i = 0; i < VARIANTS; i++)
        jit_release(&code[i], &s->host.hooks);
}

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

/* The verifier takes a second for what has many ways to go in each iteration of a loop. */
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

/* The same program but for an instruction or two; not those that count a loop's iterations, for
 * loops that may not end take the verifier a second each. */
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
    uint32_t wanted = random_below(random, 8) ? 1 + random_below(random, 8) : TRIE_MAX;
    struct writer w = {.random = random,
                       .registers = 4 + random_below(random, 7),
                       .calls = random_below(random, 3) == 0,
                       .stores = random_below(random, 3) == 0};
    w.calls = w.calls && w.registers > 7;
    struct writer first = w;
    some_member(&first);
    for (unsigned tries = 0; s->count < wanted && tries < 4 * TRIE_MAX; tries++) {
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
        assert_int_equal(trie_create(&s.trie, &s.host.hooks, s.member, s.count), TRIE_DONE);
        try_inputs(&s, &random, seed);
        members += s.count;
        shorter += s.trie.program.slots < alone;
        forks += s.count > 1;
        trie_release(&s.trie, &s.host.hooks);
        set_close(&s);
    }
    print_message("%u members; %u of %u sets shorter than their members\n", members, shorter,
                  forks);
    assert_true(members > 3 * (last - number_of("ENGINE_SEED", 1)));
    assert_true(shorter > forks / 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_sets_say_what_their_members_say),
    };
    return cmocka_run_group_tests_name("engine_trie_random", tests, NULL, NULL);
}
