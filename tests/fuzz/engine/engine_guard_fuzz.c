/* SPDX-License-Identifier: MIT */
/* engine_guard_fuzz.c -- any instructions, as a guard over 64 bytes and two numbers: if the
 * verifier accepts it and its form is found, the form says what the interpreter says, at and around
 * the bounds of each conjunct; and the guard merged with itself says it twice. */
#include "../../soundness/generate.h"
#include "../../unit/engine/engine_made.h"
#include "engine/interpreter.h"
#include "engine/merge.h"

#define MEMORY 64
#define ROUNDS 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct account account;
static struct hooks hooks;
static const struct kind kind = {
    .name = "guard",
    .entry = {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = MEMORY},
                            {.kind = SHAPE_NUMBER},
                            {.kind = SHAPE_NUMBER}},
              .result = {.kind = SHAPE_NUMBER}},
    .demands = FUNCTIONAL | BOUNDED};

static bool says(const struct program *p, const uint64_t argument[PARAMETERS]) {
    static uint8_t stack[DEPTH_MAX * FRAME_BYTES];
    struct activation a = {.fuel = UINT32_MAX, .stack = stack, .stack_bytes = sizeof stack};
    uint64_t result = interpreter_run(p, argument, &a);
    if (a.fault)
        abort();
    return result != 0;
}

/* A number that the conjunct just takes, or just does not, stands where it looks. */
static void write_near(uint8_t memory[MEMORY], uint64_t argument[PARAMETERS],
                       const struct conjunct *c, struct random *random) {
    const uint64_t near[] = {c->low, c->low, c->high, c->low - 1, c->high + 1, c->mask, 0};
    const struct guard_source *s = &c->source;
    uint64_t x = (guard_source_read(s, argument) & ~c->mask) |
                 (near[random_below(random, sizeof near / sizeof *near)] & c->mask);
    if (s->swapped)
        x = __builtin_bswap64(x) >> (64 - 8 * s->bytes);
    if (s->kind == GUARD_FIELD)
        memcpy(memory + s->offset, &x, s->bytes);
    else if (s->argument > 0)
        memcpy(&argument[s->argument], &x, s->bytes);
}

static void compare(const struct program *p, const struct guard_form *form,
                    const struct merge *merge, uint64_t seed) {
    static uint8_t memory[MEMORY] __attribute__((aligned(8)));
    struct random random;
    random_seed(&random, seed);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint64_t argument[PARAMETERS] = {(uintptr_t)memory, random_value(&random),
                                         random_value(&random)};
        uint32_t held[2];
        for (unsigned i = 0; i < MEMORY; i++)
            memory[i] = (uint8_t)random_next(&random);
        for (uint32_t i = 0; i < form->count; i++)
            write_near(memory, argument, &form->conjunct[i], &random);
        bool want = says(p, argument);
        if (guard_form_holds(form, argument) != want ||
            merge_ask(merge, argument, held) != 2 * (uint32_t)want)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct facts facts;
    static struct verdict verdict;
    struct program p = {.insn = NULL};
    struct report why;
    struct guard_form form;
    struct merge merge;
    hooks = account_hooks(&account);
    if (!program_decode(&p, &hooks, data, size, &why))
        return 0;
    if (verify(&p, &kind, &hooks, &facts, &verdict)) {
        const struct merge_member member[2] = {{&p, &facts, NULL}, {&p, &facts, NULL}};
        if (!guard_form_find(&form, &p, &facts, &kind.entry, &hooks))
            abort();
        enum merge_outcome outcome = merge_create(&merge, &hooks, &kind.entry, member, 2);
        if (outcome != (form.kind == GUARD_OPAQUE ? MERGE_NO_ENTRY : MERGE_DONE))
            abort();
        if (outcome == MERGE_DONE) {
            compare(&p, &form, &merge, size);
            merge_release(&merge, &hooks);
        }
    }
    program_release(&p, &hooks);
    if (account.live)
        abort();
    return 0;
}
