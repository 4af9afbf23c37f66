/* SPDX-License-Identifier: MIT */
/* merge_stack.c -- the deepest structure that merge builds fits a kernel's stack: building and
 * asking go a level deeper with each conjunct. */
#include "common/engine.h"

#include "engine/guard_form.h"
#include "engine/merge.h"
#include "engine/opcode.h"
#include "engine/verify.h"
#include "machine/thread/thread.h"
#include "measure/bench.h"

#define FIELDS GUARD_CONJUNCTS_MAX
/* With one jump more the form of a guard is not followed any more. */
#define DEEPEST (GUARD_CONJUNCTS_MAX - 1)

static const struct kind guard_kind = {
    .name = "guard",
    .entry = {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = 2 * FIELDS}},
              .result = {.kind = SHAPE_NUMBER}}};

static struct guard {
    struct program program;
    struct facts facts;
} guards[2];

/* A guard: the first `conjuncts` fields of 16 bits are 1, 2, 3 and so on. */
static bool make(struct guard *g, uint32_t conjuncts) {
    static uint8_t bytes[(2 * FIELDS + 4) * INSN_BYTES];
    static struct verdict verdict;
    uint32_t n = 0;
    for (uint32_t i = 0; i < conjuncts; i++) {
        int16_t to_end = (int16_t)(2 * (conjuncts - i));
        struct insn field = {.op = OP_LDX_H, .dst = 4, .src = 1, .off = (int16_t)(2 * i)};
        struct insn other = {.op = OP_JNE64_K, .dst = 4, .off = to_end, .imm = (int32_t)i + 1};
        insn_encode(field, bytes + n++ * INSN_BYTES);
        insn_encode(other, bytes + n++ * INSN_BYTES);
    }
    insn_encode((struct insn){.op = OP_MOV64_K, .dst = 0, .imm = 1}, bytes + n++ * INSN_BYTES);
    insn_encode((struct insn){.op = OP_EXIT}, bytes + n++ * INSN_BYTES);
    insn_encode((struct insn){.op = OP_MOV64_K, .dst = 0}, bytes + n++ * INSN_BYTES);
    insn_encode((struct insn){.op = OP_EXIT}, bytes + n++ * INSN_BYTES);
    g->program = (struct program){0};
    return program_decode(&g->program, &engine_hooks, bytes, n * INSN_BYTES, NULL) &&
           verify(&g->program, &guard_kind, &engine_hooks, &g->facts, &verdict);
}

static struct attempt {
    struct thread *from;
    enum merge_outcome built, wider;
    uint32_t held, other;
} attempt;

/* On a stack of its own, with its guard page. */
static void build_and_ask(void *arg) {
    struct attempt *a = arg;
    static uint16_t field[FIELDS];
    static struct merge merge;
    const uint64_t argument[PARAMETERS] = {(uintptr_t)field};
    struct merge_member member = {&guards[0].program, &guards[0].facts, NULL};
    uint32_t held[1];
    a->built = merge_create(&merge, &engine_hooks, &guard_kind.entry, &member, 1);
    if (a->built == MERGE_DONE) {
        for (uint32_t i = 0; i < FIELDS; i++)
            field[i] = (uint16_t)(i + 1);
        a->held = merge_ask(&merge, argument, held);
        field[DEEPEST - 1] = 0;
        a->other = merge_ask(&merge, argument, held);
        merge_release(&merge, &engine_hooks);
    }
    member = (struct merge_member){&guards[1].program, &guards[1].facts, NULL};
    a->wider = merge_create(&merge, &engine_hooks, &guard_kind.entry, &member, 1);
    thread_exit(a->from);
}

CHECK(merge_stack, "engine/a_merge_of_as_many_conjuncts_as_there_may_be_fits_a_stack_of_a_thread") {
    struct thread *t = NULL;
    attempt = (struct attempt){.from = thread_current()};
    bool made = make(&guards[0], DEEPEST) && make(&guards[1], FIELDS);
    if (made && (t = thread_create(build_and_ask, &attempt)))
        thread_switch(attempt.from, t);
    CHECK_THAT(c, made && t);
    CHECK_THAT(c, attempt.built == MERGE_DONE);
    CHECK_THAT(c, attempt.held == 1 && attempt.other == 0);
    CHECK_THAT(c, attempt.wider == MERGE_NO_ENTRY); /* its form is not known: it would be called */
    program_release(&guards[0].program, &engine_hooks);
    program_release(&guards[1].program, &engine_hooks);
}
