/* SPDX-License-Identifier: MIT */
/* engine_verify_fuzz.c -- any instructions, as a program for the world of tests/soundness: decoder
 * and verifier give a verdict, leave nothing behind, and what they accept runs watched, each moment
 * a case of what was proven. Bytes alone seldom make a program; so now and then a new one is made
 * by the campaign's generator, and single instructions are changed. */
#include <stdlib.h>
#include <string.h>

#include "../../soundness/checker.h"
#include "../../soundness/pool.h"
#include "../../soundness/typed.h"
#include "../../soundness/world.h"

#define SLOTS_MAX        300
#define STEPS_MAX        20000 /* longer proofs are not watched: sanitized, that takes too long */
#define MOST_ALLOCATIONS 30000 /* then memory has ended */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

static unsigned allocations;

static void *allocate(void *owner, size_t bytes) {
    return allocations++ < MOST_ALLOCATIONS ? pool_hooks.allocate(owner, bytes) : NULL;
}

/* A program that means to be safe. */
static size_t make_program(uint8_t *data, size_t max_size, struct random *random) {
    static struct insn insn[TYPED_SLOTS];
    uint32_t slots = typed_program(random, insn);
    if (slots > SLOTS_MAX || (size_t)slots * INSN_BYTES > max_size)
        return 0;
    for (uint32_t i = 0; i < slots; i++)
        insn_encode(insn[i], data + (size_t)i * INSN_BYTES);
    return (size_t)slots * INSN_BYTES;
}

/* Another instruction, or other operands. */
static void change_slot(uint8_t *slot, struct random *random) {
    struct insn insn;
    uint64_t v = random_value(random);
    if (insn_decode(slot, &insn) != RULE_NONE || random_below(random, 8) == 0) {
        memcpy(slot, &v, random_below(random, INSN_BYTES) + 1);
        return;
    }
    switch (random_below(random, 5)) {
    case 0:
        insn.op = (uint8_t)random_below(random, OPCODE_COUNT);
        break;
    case 1:
        insn.dst = random_below(random, REGISTERS) & 15;
        break;
    case 2:
        insn.src = random_below(random, REGISTERS) & 15;
        break;
    case 3:
        insn.off = (int16_t)(insn.off + (int16_t)random_below(random, 33) - 16);
        break;
    default:
        insn.imm = (int32_t)v;
    }
    insn_encode(insn, slot);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed) {
    struct random random;
    random_seed(&random, seed);
    if (size < INSN_BYTES || random_below(&random, 16) == 0) {
        size_t made = make_program(data, max_size, &random);
        if (made)
            return made;
    }
    if (size < INSN_BYTES || random_below(&random, 8) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    for (uint32_t i = 1 + random_below(&random, 3); i > 0; i--)
        change_slot(data + random_below(&random, (uint32_t)(size / INSN_BYTES)) * INSN_BYTES,
                    &random);
    return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct facts facts;
    static struct verdict verdict;
    static struct findings findings;
    struct report why = {.rule = RULE_NONE};
    struct program p = {.import = world_imports,
                        .import_count = WORLD_IMPORTS,
                        .variable = world_variables,
                        .variable_count = WORLD_VARIABLES};
    if (size > SLOTS_MAX * INSN_BYTES)
        return 0;
    if (!program_decode(&p, &pool_hooks, data, size, &why)) {
        if (!why.rule || pool_reset())
            abort();
        return 0;
    }
    const struct hooks hooks = {.allocate = allocate, .release = pool_hooks.release};
    allocations = 0;
    bool accepted = verify(&p, &world_kinds[0], &hooks, &facts, &verdict);
    if (!accepted && (!verdict.rule || !*verdict.text))
        abort();
    if (accepted && facts.steps < STEPS_MAX &&
        checker_run(&p, &world_kinds[0], size / INSN_BYTES, &findings) == CHECKED_WRONG)
        abort();
    program_release(&p, &pool_hooks);
    if (pool_reset())
        abort();
    return 0;
}
