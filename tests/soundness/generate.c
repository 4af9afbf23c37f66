/* SPDX-License-Identifier: MIT */
/* generate.c -- see generate.h. r6 points to the memory and r10 to the frame; neither ever meets
 * arithmetic, so that two runs at different addresses agree. Everything else holds numbers from the
 * first instruction on. */
#include "generate.h"

#define BASE        6
#define FRAME_SLOTS 8 /* 64 bytes of frame, initialised */

struct generator {
    struct random *random;
    struct insn *insn;
    uint32_t n;
};

static void put(struct generator *g, struct insn insn) {
    g->insn[g->n++] = insn;
}

static uint8_t any_register(struct generator *g) {
    static const uint8_t numbers[] = {0, 1, 2, 3, 4, 5, 7, 8, 9};
    return numbers[random_below(g->random, sizeof numbers)];
}

static void put_constant(struct generator *g, uint8_t reg) {
    uint64_t v = random_value(g->random);
    put(g, (struct insn){.op = OP_LDDW_IMM, .dst = reg, .imm = (int32_t)v});
    put(g, (struct insn){.op = OP_HIGH, .imm = (int32_t)(v >> 32)});
}

/* Every number register gets a value, and the frame too; the memory's address goes to r6. */
static void put_start(struct generator *g) {
    put(g, (struct insn){.op = OP_MOV64_X, .dst = BASE, .src = 1});
    for (uint8_t r = 0; r < REGISTER_FRAME; r++)
        if (r != BASE)
            put_constant(g, r);
    for (int i = 1; i <= FRAME_SLOTS; i++)
        put(g, (struct insn){.op = OP_STX_DW,
                             .dst = REGISTER_FRAME,
                             .src = any_register(g),
                             .off = (int16_t)(-8 * i)});
}

/* An address operand: base register and an offset with room for `bytes`. */
static uint8_t any_place(struct generator *g, unsigned bytes, int16_t *off) {
    bool frame = random_below(g->random, 3) == 0;
    uint32_t at = random_below(g->random, GENERATE_MEMORY - bytes + 1);
    *off = (int16_t)(frame ? (int)at - 8 * FRAME_SLOTS : (int)at);
    return frame ? REGISTER_FRAME : BASE;
}

static void put_random(struct generator *g) {
    uint8_t op = (uint8_t)random_below(g->random, OPCODE_COUNT);
    const struct opcode_info *info = &opcode_info[op];
    struct insn insn = {.op = op, .dst = any_register(g)};
    if (info->source == SOURCE_X)
        insn.src = any_register(g);
    if (info->source == SOURCE_K)
        insn.imm = (int32_t)random_value(g->random);
    switch (info->kind) {
    case KIND_ALU:
        put(g, insn);
        break;
    case KIND_LOAD:
        insn.src = any_place(g, info->bits / 8, &insn.off);
        put(g, insn);
        break;
    case KIND_STORE:
    case KIND_ATOMIC:
        insn.dst = any_place(g, info->bits / 8, &insn.off);
        put(g, insn);
        break;
    case KIND_CONST:
        put_constant(g, insn.dst);
        break;
    case KIND_JUMP:
        put(g, insn); /* its target is chosen when the function is complete */
        break;
    default:
        break;
    }
}

/* Jumps lead forward mostly, to any slot of [body, end) that is no second half. */
static void aim_jumps(struct generator *g, uint32_t body, uint32_t end) {
    for (uint32_t i = body; i < end; i++) {
        struct insn *insn = &g->insn[i];
        if (insn_info(*insn)->kind != KIND_JUMP)
            continue;
        bool back = random_below(g->random, 6) == 0;
        uint32_t low = back ? body : i + 1, high = back ? i + 1 : end;
        uint32_t target = low + random_below(g->random, high - low);
        if (g->insn[target].op == OP_HIGH || g->insn[target].op == OP_CALL_LOCAL)
            target++; /* a constant's second slot; a call without the move that prepares it */
        int32_t distance = (int32_t)target - (int32_t)i - 1;
        *insn = (struct insn){.op = insn->op,
                              .dst = insn->dst,
                              .src = insn->src,
                              .imm = insn->imm,
                              .off = (int16_t)distance};
        if (insn_info(*insn)->operation == DO_ALWAYS) {
            insn->dst = 0;
            if (insn->op == OP_JA32) {
                insn->imm = distance;
                insn->off = 0;
            }
        }
    }
}

/* A function of random instructions. Gives the slot of a call in it that wants a target, or 0. */
static uint32_t put_function(struct generator *g, uint32_t weight, bool calls) {
    uint32_t call_at = calls ? random_below(g->random, weight) : weight, call = 0;
    put_start(g);
    uint32_t body = g->n;
    for (uint32_t i = 0; i < weight; i++) {
        put_random(g);
        if (i != call_at)
            continue;
        put(g, (struct insn){.op = OP_MOV64_X, .dst = 1, .src = BASE});
        call = g->n;
        put(g, (struct insn){.op = OP_CALL_LOCAL});
        put_constant(g, 1); /* no address may stay in a number register */
    }
    uint32_t end = g->n;
    for (uint8_t r = 1; r < REGISTER_FRAME; r++)
        if (r != BASE)
            put(g, (struct insn){.op = r & 1 ? OP_ADD64_X : OP_XOR64_X, .src = r});
    put(g, (struct insn){.op = OP_EXIT});
    aim_jumps(g, body, end);
    return call;
}

uint32_t generate_program(struct random *random, uint32_t weight,
                          struct insn insn[GENERATE_SLOTS]) {
    struct generator g = {.random = random, .insn = insn};
    bool calls = random_below(random, 3) == 0;
    weight = 1 + random_below(random, weight);
    uint32_t call = put_function(&g, weight, calls);
    if (call) {
        insn[call].imm = (int32_t)(g.n - call - 1);
        put_function(&g, weight, false);
    }
    return g.n;
}
