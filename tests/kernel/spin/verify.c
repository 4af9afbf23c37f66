/* SPDX-License-Identifier: MIT */
/* verify.c -- how long the verifier keeps a kernel: one unit of its work, whatever the program. The
 * states here are as large as states get, and take part in all that is done with them. */
#include "common/engine.h"
#include "engine/verify.h"
#include "machine/cpu/x86.h"
#include "measure/bench.h"

/* What docs/engine.md promises. */
#define UNIT_INSTRUCTIONS_MAX 1000000

#define DEEP_SLOTS (DEPTH_MAX * (FRAME_BYTES / 4 + 4) + 64)

static const struct kind deep_kind = {
    .name = "deep",
    .entry = {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = 16}},
              .result = {.kind = SHAPE_NUMBER}},
    .demands = BOUNDED};

static struct insn deep[DEEP_SLOTS];
static uint8_t deep_bytes[DEEP_SLOTS * INSN_BYTES];
static uint32_t slots;

static void put(uint8_t op, uint8_t dst, uint8_t src, int16_t off, int32_t imm) {
    deep[slots++] = (struct insn){.op = op, .dst = dst, .src = src, .off = off, .imm = imm};
}

/* A function that fills its stack with numbers of four bytes, nothing of which is known... */
static void put_full_frame(void) {
    put(OP_LDX_W, 6, 1, 0, 0);
    for (int at = -FRAME_BYTES; at < 0; at += 4)
        put(OP_STX_W, 10, 6, (int16_t)at, 0);
}

/* ...as many of them as can be active, each called by the one before; and the innermost one goes
 * two ways again and again, which join, in a loop. */
static void write_deep(void) {
    slots = 0;
    for (unsigned f = 0; f < DEPTH_MAX - 1; f++) {
        put_full_frame();
        put(OP_CALL_LOCAL, 0, 0, 0, 1);
        put(OP_EXIT, 0, 0, 0, 0);
    }
    put_full_frame();
    put(OP_MOV64_K, 0, 0, 0, 8);
    put(OP_LDX_W, 7, 1, 4, 0);
    put(OP_JEQ64_K, 7, 0, 1, 3);
    put(OP_MOV64_K, 6, 0, 0, 1);
    put(OP_ADD64_K, 0, 0, 0, -1);
    put(OP_JNE64_K, 0, 0, -5, 0);
    put(OP_EXIT, 0, 0, 0, 0);
    for (uint32_t i = 0; i < slots; i++)
        insn_encode(deep[i], deep_bytes + i * INSN_BYTES);
}

/* Does the clock count instructions? Then two turns of the same loop take the same. */
static bool counts_instructions(void) {
    uint64_t took[2];
    for (unsigned i = 0; i < 2; i++) {
        took[i] = rdtsc();
        for (unsigned turn = 0; turn < 1000; turn++)
            __asm__ volatile("");
        took[i] = rdtsc() - took[i];
    }
    return took[0] == took[1] && took[0] < 10000;
}

CHECK(unit_of_verification, "engine/unit_of_verification_is_bounded") {
    static struct facts facts;
    static struct verdict verdict;
    struct program p = {.insn = NULL};
    uint64_t longest = 0;
    enum verify_progress progress;
    if (!counts_instructions()) {
        check_skip(c, "the clock does not count instructions");
        return;
    }
    write_deep();
    CHECK_THAT(c, program_decode(&p, &engine_hooks, deep_bytes, slots * INSN_BYTES, NULL));
    struct verifier *v = verify_start(&p, &deep_kind, &engine_hooks, &facts, &verdict, NULL);
    CHECK_THAT(c, v);
    do {
        uint64_t from = rdtsc();
        progress = verify_go(v, 1);
        from = rdtsc() - from;
        longest = from > longest ? from : longest;
    } while (progress == VERIFY_GOES_ON);
    verify_end(v);
    program_release(&p, &engine_hooks);
    if (longest > UNIT_INSTRUCTIONS_MAX)
        check_fail(c, "a unit took %lu instructions", longest);
    CHECK_THAT(c, progress == VERIFY_PROVEN || verdict.rule == RULE_COMPLEXITY);
}
