/* SPDX-License-Identifier: MIT */
/* engine_effort.h -- programs written in a test to see how long a verdict on them takes. */
#ifndef TESTS_ENGINE_EFFORT_H
#define TESTS_ENGINE_EFFORT_H

#include "unit.h"

#include <stdlib.h>

#include "engine/base/activation.h"
#include "engine/verify.h"
#include "host_hooks.h"

#define CONTEXT     256
#define SLOTS_MAX   100008
#define MEMORY_MOST ((size_t)256 << 20) /* of a proof, of one that is given up as well */
#define VARIABLES   16

static const struct kind effort_kind = {
    .name = "effort",
    .entry = {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE, .bytes = CONTEXT},
                            {.kind = SHAPE_NUMBER}},
              .result = {.kind = SHAPE_NUMBER}},
    .demands = BOUNDED,
};

/* Takes the addresses of five whole frames of stack, and writes to them. */
static const struct signature effort_fill = {
    .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE, .bytes = FRAME_BYTES},
                  {.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE, .bytes = FRAME_BYTES},
                  {.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE, .bytes = FRAME_BYTES},
                  {.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE, .bytes = FRAME_BYTES},
                  {.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE, .bytes = FRAME_BYTES}},
    .result = {.kind = SHAPE_NUMBER},
    .facts = FUNCTIONAL | EPHEMERAL | DETERMINISTIC,
};

/* A program being written, and what came out. */
struct code {
    uint32_t slots;
    struct insn insn[SLOTS_MAX];
};
struct effort {
    enum rule rule;
    uint32_t slots, steps;
    uint32_t looks; /* at instructions, all attempts together */
};

static inline void put(struct code *c, struct insn insn) {
    assert_true(c->slots < SLOTS_MAX);
    c->insn[c->slots++] = insn;
}

static inline void put_result(struct code *c) {
    put(c, (struct insn){.op = OP_MOV64_K, .dst = 0});
    put(c, (struct insn){.op = OP_EXIT});
}

static inline struct code *write_code(void) {
    struct code *c = calloc(1, sizeof *c);
    assert_non_null(c);
    return c;
}

static inline void count_look(void *owner, uint32_t slot, const struct state *state) {
    (void)slot;
    (void)state;
    ((struct effort *)owner)->looks++;
}

/* Verifies what has been written and ends it. */
static inline struct effort effort_of(struct code *c, const struct kind *kind) {
    static uint8_t bytes[SLOTS_MAX * INSN_BYTES];
    static struct verdict verdict;
    static struct variable variable[VARIABLES];
    static struct facts facts;
    const struct import import = {.name = "fill", .signature = &effort_fill};
    struct effort e = {.slots = c->slots};
    const struct verify_watcher watcher = {.owner = &e, .step = count_look};
    struct host_hooks host;
    struct program p = {
        .import = &import, .import_count = 1, .variable = variable, .variable_count = VARIABLES};
    struct report why;
    for (unsigned i = 0; i < VARIABLES; i++)
        variable[i] = (struct variable){.name = "variable", .address = &variable[i], .bytes = 8};
    host_hooks_init(&host);
    host.limit = MEMORY_MOST;
    for (uint32_t i = 0; i < c->slots; i++)
        insn_encode(c->insn[i], bytes + (size_t)i * INSN_BYTES);
    assert_true(program_decode(&p, &host.hooks, bytes, (size_t)c->slots * INSN_BYTES, &why));
    verify_watched(&p, kind, &host.hooks, &facts, &verdict, &watcher);
    e.rule = verdict.rule;
    e.steps = facts.steps;
    program_release(&p, &host.hooks);
    assert_int_equal(host.allocated, 0);
    free(c);
    return e;
}

#endif
