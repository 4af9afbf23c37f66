/* SPDX-License-Identifier: MIT */
/* pieces_number.c -- pieces of random programs that are about numbers, memory that is always there,
 * the stack, branches and loops. */
#include "pieces.h"

unsigned any_number(struct typed *t) {
    static const uint8_t numbers[] = {0, 1, 2, 3, 4, 5, COUNTER};
    return numbers[below(t, sizeof numbers - t->looping)];
}

unsigned any_op(struct typed *t, unsigned kind) {
    for (;;) {
        unsigned op = below(t, OPCODE_COUNT);
        if (opcode_info[op].kind == kind && opcode_info[op].operation != DO_ALWAYS)
            return op;
    }
}

int32_t any_immediate(struct typed *t) {
    return below(t, 2) ? (int32_t)below(t, 70) - 2 : (int32_t)random_value(t->random);
}

/* The operands that instruction `op` has, of numbers. */
static void put_numbers(struct typed *t, unsigned op) {
    bool x = opcode_info[op].source == SOURCE_X, k = opcode_info[op].source == SOURCE_K;
    put(t, op, any_number(t), x ? any_number(t) : 0, 0, k ? any_immediate(t) : 0);
}

void put_unknown(struct typed *t, unsigned reg) {
    static const uint8_t loads[] = {OP_LDX_B,  OP_LDX_H,  OP_LDX_W,  OP_LDX_DW,
                                    OP_LDX_DW, OP_LDXS_B, OP_LDXS_H, OP_LDXS_W};
    unsigned op = loads[below(t, sizeof loads)];
    put(t, op, reg, BASE, (int32_t)below(t, BASE_BYTES - opcode_info[op].bits / 8u + 1), 0);
}

void piece_arithmetic(struct typed *t) {
    for (uint32_t i = 1 + below(t, 3); i > 0; i--)
        put_numbers(t, any_op(t, KIND_ALU));
}

/* Into the register comes a constant. */
static void put_constant(struct typed *t, unsigned reg) {
    uint64_t v = random_value(t->random);
    if (below(t, 2)) {
        put(t, OP_MOV64_K, reg, 0, 0, any_immediate(t));
        return;
    }
    put(t, OP_LDDW_IMM, reg, 0, 0, (int32_t)v);
    put(t, OP_HIGH, 0, 0, 0, (int32_t)(v >> 32));
}

/* Arithmetic and comparisons where one operand is a constant in a register, or both are; and an
 * address that is no null compared with that. */
void piece_constants(struct typed *t) {
    unsigned a = any_number(t), b = any_number(t);
    for (uint32_t i = 1 + below(t, 4); i > 0; i--) {
        bool jumps = once_in(t, 3);
        unsigned op = any_op(t, jumps ? KIND_JUMP : KIND_ALU);
        while (opcode_info[op].source == SOURCE_K && (jumps || below(t, 2)))
            op = any_op(t, jumps ? KIND_JUMP : KIND_ALU);
        uint32_t which = below(t, 4);
        put_constant(t, a);
        if (which)
            put_constant(t, b);
        else
            put_unknown(t, b);
        if (which == 1)
            put_unknown(t, a);
        put(t, op, a, opcode_info[op].source == SOURCE_X ? b : 0, 0,
            opcode_info[op].source == SOURCE_K ? any_immediate(t) : 0);
        a = any_number(t);
        b = any_number(t);
    }
    if (once_in(t, 4)) {
        static const uint8_t ops[] = {OP_JEQ64_K, OP_JNE64_K, OP_JEQ64_X, OP_JNE64_X};
        unsigned op = ops[below(t, sizeof ops)];
        put(t, OP_MOV64_K, a, 0, 0, 0);
        put(t, op, BASE, opcode_info[op].source == SOURCE_X ? a : 0, 0, 0);
    }
}

void put_compare(struct typed *t) {
    put_numbers(t, any_op(t, KIND_JUMP));
}

/* A comparison whose jump lands a few pieces later. */
void piece_branch(struct typed *t) {
    if (t->waits == WAITING_MAX)
        return;
    t->waiting[t->waits].at = t->n;
    t->waiting[t->waits++].pieces = 1 + below(t, 4);
    put_compare(t);
}

void put_access(struct typed *t, unsigned base, int32_t low, int32_t high) {
    static const uint8_t kinds[] = {KIND_LOAD, KIND_LOAD, KIND_STORE};
    unsigned op = any_op(t, kinds[below(t, sizeof kinds)]), bytes = opcode_info[op].bits / 8u;
    while (bytes > (uint32_t)(high - low)) {
        op = any_op(t, KIND_LOAD);
        bytes = opcode_info[op].bits / 8u;
    }
    int32_t off = low + (int32_t)below(t, (uint32_t)(high - low) - bytes + 1);
    if (opcode_info[op].kind == KIND_LOAD)
        put(t, op, any_number(t), base, off, 0);
    else
        put(t, op, base, opcode_info[op].source == SOURCE_X ? any_number(t) : 0, off,
            opcode_info[op].source == SOURCE_K ? any_immediate(t) : 0);
}

void put_atomic(struct typed *t, unsigned base, int32_t low, int32_t high, int32_t at) {
    unsigned op = any_op(t, KIND_ATOMIC), bytes = opcode_info[op].bits / 8u;
    if ((int32_t)bytes > high - low)
        return;
    int32_t off = low + (int32_t)below(t, (uint32_t)(high - low) - bytes + 1);
    if (!once_in(t, MISTAKE))
        off -= (at + off) & (int32_t)(bytes - 1);
    put(t, op, base, any_number(t), off, 0);
}

void piece_memory(struct typed *t) {
    bool frame = below(t, 2);
    unsigned base = frame ? REGISTER_FRAME : BASE;
    int32_t low = frame ? -NUMBERS : 0, high = frame ? 0 : BASE_BYTES;
    put_access(t, base, low, high + (once_in(t, MISTAKE) ? 1 : 0));
}

/* What it leaves in memory and in its register is used. */
void piece_atomic(struct typed *t) {
    bool frame = below(t, 2);
    int32_t low = frame ? -NUMBERS : 0;
    unsigned base = frame ? REGISTER_FRAME : BASE;
    if (below(t, 2)) {
        put_atomic(t, base, low, low + NUMBERS, 0);
    } else { /* at a place that varies */
        unsigned index = any_number(t);
        int32_t most = below(t, 2) ? 8 : 24;
        put(t, OP_AND64_K, index, 0, 0, most);
        put(t, OP_MOV64_X, POINTER, base, 0, 0);
        put(t, OP_ADD64_X, POINTER, index, 0, 0);
        put_atomic(t, POINTER, low, low + NUMBERS - most, 0);
        forget(t);
    }
    if (below(t, 2))
        piece_branch(t);
}

uint32_t put_bound(struct typed *t, unsigned index, int32_t limit) {
    static const uint8_t compares[] = {OP_JGT64_K, OP_JGE64_K, OP_JGT64_K, OP_JGT64_K};
    static const uint8_t risky[] = {OP_JSGT64_K, OP_JGT32_K, OP_JSGE32_K};
    int32_t more = once_in(t, 8);
    switch (below(t, 7)) {
    case 0:
        put(t, OP_AND64_K, index, 0, 0, limit);
        return 0;
    case 1:
        put(t, OP_MOD32_K, index, 0, 0, limit + more);
        return 0;
    case 2:
        put(t, OP_RSH64_K, index, 0, 0, 64 - (31 - __builtin_clz((unsigned)limit + 1)));
        return 0;
    case 3:
        put(t, OP_MOV32_X, index, index, 0, 0);
        put(t, OP_JGT32_K, index, 0, 0, limit);
        return t->n - 1;
    case 4: /* as C compiles a check of a signed index */
        put(t, OP_MOVS32_64, index, index, 0, 0);
        put(t, OP_JGT64_K, index, 0, 0, limit + more);
        return t->n - 1;
    default: {
        const uint8_t op =
            once_in(t, 6) ? risky[below(t, sizeof risky)] : compares[below(t, sizeof compares)];
        put(t, op, index, 0, 0, limit + more);
        return t->n - 1;
    }
    }
}

/* What compilers do to an index between its check and its use, and what they would not. */
static void put_between(struct typed *t, unsigned index) {
    static const uint8_t ops[] = {OP_ADD64_K, OP_SUB64_K,  OP_LSH64_K,  OP_RSH64_K,
                                  OP_ADD32_K, OP_ARSH32_K, OP_ARSH64_K, OP_XOR64_K,
                                  OP_MUL32_K, OP_OR64_K,   OP_SUB32_K,  OP_MUL64_K};
    unsigned op = ops[below(t, sizeof ops)];
    put(t, op, index, 0, 0, (int32_t)below(t, 4));
}

/* An access at an index that is unknown but bounded. */
void piece_index(struct typed *t) {
    bool frame = once_in(t, 3);
    unsigned index = any_number(t);
    int32_t limit = 1 << (2 + below(t, 4)), width = 1 << below(t, 4);
    uint32_t jump = put_bound(t, index, limit - 1);
    if (once_in(t, 5))
        put_between(t, index);
    else if (once_in(t, 8))
        piece_arithmetic(t);
    unsigned from = frame ? REGISTER_FRAME : BASE;
    bool turned = once_in(t, 4); /* the address is added to the number */
    if (turned && once_in(t, 4)) {
        put(t, OP_MOV64_K, index, 0, 0, (int32_t)below(t, (uint32_t)limit));
    }
    put(t, OP_MOV64_X, POINTER, turned ? index : from, 0, 0);
    put(t, once_in(t, MISTAKE / 2) ? OP_SUB64_X : OP_ADD64_X, POINTER, turned ? from : index, 0, 0);
    int32_t low = frame ? -NUMBERS : 0;
    int32_t high = low + NUMBERS - limit + (once_in(t, 8) ? width : 1);
    put_access(t, POINTER, low, high < low + 1 ? low + 1 : high);
    if (jump)
        land(t, jump);
    put(t, OP_MOV64_K, POINTER, 0, 0, 0);
}

void piece_spill(struct typed *t) {
    static const uint8_t stores[] = {OP_STX_B, OP_STX_H, OP_STX_W, OP_STX_DW};
    unsigned a = any_number(t), b = any_number(t);
    int32_t at = -8 * (1 + (int32_t)below(t, NUMBERS / 8));
    put(t, OP_STX_DW, REGISTER_FRAME, a, at, 0);
    if (below(t, 2)) {
        unsigned op = stores[below(t, sizeof stores)], bytes = opcode_info[op].bits / 8u;
        put(t, op, REGISTER_FRAME, any_number(t), at + (int32_t)(bytes * below(t, 8 / bytes)), 0);
    }
    if (below(t, 2))
        piece_branch(t);
    put(t, below(t, 3) ? OP_LDX_DW : OP_LDX_W, b, REGISTER_FRAME, at, 0);
}

/* Two ways to a number, and a join. */
void piece_diamond(struct typed *t) {
    unsigned reg = any_number(t);
    bool spill = below(t, 2);
    int32_t at = -8 * (1 + (int32_t)below(t, NUMBERS / 8));
    put_compare(t);
    uint32_t first = t->n - 1;
    put(t, OP_MOV64_K, reg, 0, 0, any_immediate(t));
    if (spill)
        put(t, OP_STX_DW, REGISTER_FRAME, reg, at, 0);
    put(t, OP_JA, 0, 0, 0, 0);
    uint32_t second = t->n - 1;
    land(t, first);
    put(t, OP_MOV64_K, reg, 0, 0, any_immediate(t));
    if (spill)
        put(t, OP_STX_DW, REGISTER_FRAME, reg, at, 0);
    land(t, second);
    if (spill)
        put_unknown(t, reg);
    if (spill && below(t, 2))
        put(t, OP_LDX_DW, any_number(t), REGISTER_FRAME, at, 0);
}

/* Two numbers that are one on the one path only: a bound of the one says nothing of the other. */
void piece_links(struct typed *t) {
    unsigned a = any_number(t), b = any_number(t);
    put_compare(t);
    uint32_t jump = t->n - 1;
    bool first = below(t, 2);
    put_unknown(t, first ? b : a);
    if (!first)
        put(t, OP_MOV64_X, b, a, 0, 0);
    put(t, OP_JA, 0, 0, 0, 0);
    uint32_t end = t->n - 1;
    land(t, jump);
    put_unknown(t, first ? a : b);
    if (first)
        put(t, OP_MOV64_X, b, a, 0, 0);
    land(t, end);
    jump = put_bound(t, a, 31);
    put(t, OP_MOV64_X, POINTER, BASE, 0, 0);
    put(t, OP_ADD64_X, POINTER, once_in(t, MISTAKE / 4) ? b : a, 0, 0);
    put_access(t, POINTER, 0, BASE_BYTES - 31);
    if (jump)
        land(t, jump);
    put(t, OP_MOV64_K, POINTER, 0, 0, 0);
}

/* A few iterations, as many as a constant or a bounded number says, counted down or up. */
void piece_loop(struct typed *t) {
    if (t->looping)
        return;
    bool varies = once_in(t, 3), up = once_in(t, 3);
    land_due(t, true); /* a jump into the loop would leave the counter unset */
    if (varies && !up) {
        put_unknown(t, COUNTER);
        put(t, OP_AND64_K, COUNTER, 0, 0, 3);
        put(t, OP_ADD64_K, COUNTER, 0, 0, 1);
    } else {
        put(t, OP_MOV64_K, COUNTER, 0, 0, up ? 0 : 1 + (int32_t)below(t, 4));
    }
    t->looping = true;
    uint32_t start = t->n;
    for (uint32_t i = 1 + below(t, 2); i > 0; i--)
        put_inner(t);
    land_due(t, true);
    put(t, OP_ADD64_K, COUNTER, 0, 0, up ? 1 : -1);
    if (up)
        put(t, OP_JLT64_K, COUNTER, 0, (int32_t)start - (int32_t)t->n - 1,
            1 + (int32_t)below(t, 4));
    else
        put(t, OP_JNE64_K, COUNTER, 0, (int32_t)start - (int32_t)t->n - 1, 0);
    t->looping = false;
}

/* A loop that ends when memory says so: only fuel bounds it. */
void piece_wait(struct typed *t) {
    uint32_t start = t->n;
    put_unknown(t, 1);
    put(t, OP_JSET64_K, 1, 0, (int32_t)start - (int32_t)t->n - 1, 1 + (int32_t)below(t, 8));
}

/* An exit that is not the last one. */
void piece_early(struct typed *t) {
    if (t->held ? !once_in(t, MISTAKE) : below(t, 3) > 0)
        return;
    put_compare(t);
    uint32_t jump = t->n - 1;
    put_exit(t);
    land(t, jump);
}
