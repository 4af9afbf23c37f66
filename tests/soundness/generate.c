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
    bool closed[GENERATE_SLOTS]; /* no jump may lead here: what stands before belongs to it */
    bool aimed[GENERATE_SLOTS];  /* a jump that has its target */
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

/* The next slot may not be jumped to. */
static void close_slot(struct generator *g) {
    g->closed[g->n] = true;
}

/* An address is computed and used once; then its register holds a number again. */
static void put_address(struct generator *g) {
    static const uint8_t loads[] = {OP_LDX_B,  OP_LDX_H,  OP_LDX_W, OP_LDX_DW,
                                    OP_LDXS_B, OP_LDXS_H, OP_LDXS_W};
    uint8_t address = any_register(g), index = any_register(g);
    uint8_t load = loads[random_below(g->random, sizeof loads)];
    int32_t at = (int32_t)random_below(g->random, GENERATE_MEMORY / 2);
    bool sum = random_below(g->random, 2) && index != address;
    put(g, (struct insn){.op = OP_MOV64_K, .dst = index, .imm = at});
    close_slot(g);
    put(g, (struct insn){.op = OP_MOV64_X, .dst = address, .src = BASE});
    close_slot(g);
    if (sum)
        put(g, (struct insn){.op = OP_ADD64_X, .dst = address, .src = index});
    else
        put(g, (struct insn){.op = OP_ADD64_K, .dst = address, .imm = at});
    close_slot(g);
    put(g, (struct insn){.op = load,
                         .dst = any_register(g),
                         .src = address,
                         .off = (int16_t)random_below(g->random, 24)});
    if (g->insn[g->n - 1].dst == address)
        return;
    close_slot(g);
    put_constant(g, address);
}

/* A load, and a comparison or arithmetic with what it gave. */
static void put_load_and_use(struct generator *g) {
    static const uint8_t uses[] = {OP_ADD64_X, OP_SUB64_X, OP_AND32_X,
                                   OP_OR64_X,  OP_XOR32_X, OP_ADD32_X};
    uint8_t reg = any_register(g), other = any_register(g),
            op = (uint8_t)random_below(g->random, OP_LDX_DW + 1 - OP_LDX_B);
    struct insn load = {.op = (uint8_t)(OP_LDX_B + op), .dst = reg};
    load.src = any_place(g, opcode_info[load.op].bits / 8, &load.off);
    put(g, load);
    if (random_below(g->random, 3) == 0) {
        put(g, (struct insn){
                   .op = uses[random_below(g->random, sizeof uses)], .dst = other, .src = reg});
        return;
    }
    uint8_t jump = (uint8_t)(OP_JEQ64_K + random_below(g->random, OP_JSLE32_X + 1 - OP_JEQ64_K));
    struct insn insn = {.op = jump, .dst = reg};
    if (opcode_info[jump].source == SOURCE_X && random_below(g->random, 2))
        insn = (struct insn){.op = jump, .dst = other, .src = reg};
    else if (opcode_info[jump].source == SOURCE_X)
        insn.src = other;
    else
        insn.imm = random_below(g->random, 2) ? (int32_t)random_below(g->random, 256)
                                              : (int32_t)random_value(g->random);
    put(g, insn);
}

/* A jump back to where the function starts, on a condition: a loop whose head is entered by a call,
 * too. It begins as that does, with the memory's address in r1. */
static void put_loop_from_start(struct generator *g, uint32_t start) {
    static const uint8_t numbers[] = {0, 2, 3, 4, 5, 7, 8, 9}; /* but r1 */
    uint8_t jump = (uint8_t)(OP_JEQ64_K + random_below(g->random, OP_JSLE32_X + 1 - OP_JEQ64_K));
    struct insn insn = {.op = jump, .dst = numbers[random_below(g->random, sizeof numbers)]};
    if (opcode_info[jump].source == SOURCE_X)
        insn.src = numbers[random_below(g->random, sizeof numbers)];
    else
        insn.imm = (int32_t)random_value(g->random);
    put(g, (struct insn){.op = OP_MOV64_X, .dst = 1, .src = BASE});
    close_slot(g);
    insn.off = (int16_t)((int32_t)start - (int32_t)g->n - 1);
    g->aimed[g->n] = true;
    put(g, insn);
    close_slot(g);
    put_constant(g, 1);
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
        if (insn_info(*insn)->kind != KIND_JUMP || g->aimed[i])
            continue;
        bool back = random_below(g->random, 6) == 0;
        uint32_t low = back ? body : i + 1, high = back ? i + 1 : end;
        uint32_t target = low + random_below(g->random, high - low);
        while (g->insn[target].op == OP_HIGH || g->closed[target])
            target++;
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
    uint32_t call_at = calls ? random_below(g->random, weight) : weight, call = 0, start = g->n;
    put_start(g);
    uint32_t body = g->n;
    for (uint32_t i = 0; i < weight; i++) {
        uint32_t what = random_below(g->random, 8);
        if (what == 0)
            put_address(g);
        else if (what == 1)
            put_load_and_use(g);
        else if (what == 2 && random_below(g->random, 8) == 0)
            put_loop_from_start(g, start);
        else
            put_random(g);
        if (i != call_at)
            continue;
        put(g, (struct insn){.op = OP_MOV64_X, .dst = 1, .src = BASE});
        call = g->n;
        close_slot(g);
        put(g, (struct insn){.op = OP_CALL_LOCAL});
        for (uint8_t r = 1; r <= 5; r++) { /* a call leaves nothing there that could be relied on */
            close_slot(g);
            put_constant(g, r);
        }
    }
    uint32_t end = g->n;
    for (uint8_t r = 1; r < REGISTER_FRAME; r++)
        if (r != BASE && random_below(g->random, 3)) /* what is not read here may be dead before */
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
