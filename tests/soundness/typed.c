/* SPDX-License-Identifier: MIT */
/* typed.c -- see typed.h. The conventions of a generated program: r6 is the first memory; r7, and
 * r8 for a packet's end, are pointers for the length of one piece; every other register is a number
 * between pieces. The frame holds numbers in its upper 64 bytes and below them the pointers that
 * came as arguments. */
#include "typed.h"

#include <string.h>

#define BASE    6
#define POINTER 7
#define SPARE   8
#define NUMBERS 64 /* bytes of frame that hold numbers */
enum { AT_SECOND = -72, AT_THIRD = -80, AT_PACKET = -88, AT_END = -96 };

static uint64_t mix(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    (void)c, (void)d, (void)e;
    return (a ^ b >> 7) * 0x9e3779b97f4a7c15;
}

static uint64_t small(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    (void)b, (void)c, (void)d, (void)e;
    return a % 8;
}

static uint64_t fill(uint64_t at, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    (void)b, (void)c, (void)d, (void)e;
    memset((void *)(uintptr_t)at, 0xa5, 8); /* NOLINT: the verifier has seen to the address */
    return 0;
}

#define NUMBER_SHAPE                                                                               \
    { .kind = SHAPE_NUMBER }
#define MEMORY_SHAPE(rights)                                                                       \
    { .kind = SHAPE_MEMORY, .may = (rights), .bytes = TYPED_MEMORY }
static const struct signature mix_signature = {.parameter = {NUMBER_SHAPE, NUMBER_SHAPE},
                                               .result = NUMBER_SHAPE};
static const struct signature small_signature = {
    .parameter = {NUMBER_SHAPE}, .result = {.kind = SHAPE_NUMBER, .min = 0, .max = 7}};
static const struct signature fill_signature = {
    .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_WRITE | CALL_WRITES, .bytes = 8}}};

const struct import typed_imports[] = {
    {.name = "mix", .signature = &mix_signature, .address = mix},
    {.name = "small", .signature = &small_signature, .address = small},
    {.name = "fill", .signature = &fill_signature, .address = fill},
};
const uint32_t typed_import_count = sizeof typed_imports / sizeof *typed_imports;

const struct kind typed_kind = {
    .name = "typed",
    .entry = {.parameter = {MEMORY_SHAPE(MAY_READ_WRITE),
                            MEMORY_SHAPE(MAY_READ_WRITE | MAY_BE_NULL),
                            MEMORY_SHAPE(MAY_READ_WRITE | MAY_BE_NULL),
                            {.kind = SHAPE_PACKET, .may = MAY_READ_WRITE},
                            {.kind = SHAPE_PACKET_END}},
              .result = NUMBER_SHAPE},
};

#define WAITING_MAX 8

struct typed {
    struct random *random;
    struct insn *insn;
    uint32_t n;
    struct {
        uint32_t at, pieces; /* a jump that lands after so many pieces */
    } waiting[WAITING_MAX];
    uint32_t waits;
};

static uint32_t below(struct typed *t, uint32_t n) {
    return random_below(t->random, n);
}

static void put(struct typed *t, unsigned op, unsigned dst, unsigned src, int32_t off,
                int32_t imm) {
    t->insn[t->n++] = (struct insn){
        .op = (uint8_t)op, .dst = dst & 15, .src = src & 15, .off = (int16_t)off, .imm = imm};
}

static unsigned number(struct typed *t) {
    static const uint8_t numbers[] = {0, 1, 2, 3, 4, 5, 9};
    return numbers[below(t, sizeof numbers)];
}

static void land(struct typed *t, uint32_t jump) {
    t->insn[jump].off = (int16_t)(t->n - jump - 1);
}

/* Loads something unknown, of any width. */
static void put_unknown(struct typed *t, unsigned reg) {
    static const uint8_t loads[] = {OP_LDX_B,  OP_LDX_H,  OP_LDX_W,  OP_LDX_DW,
                                    OP_LDX_DW, OP_LDXS_B, OP_LDXS_H, OP_LDXS_W};
    unsigned op = loads[below(t, sizeof loads)];
    put(t, op, reg, BASE, (int32_t)below(t, TYPED_MEMORY - opcode_info[op].bits / 8u + 1), 0);
}

static unsigned random_op(struct typed *t, unsigned kind) {
    for (;;) {
        unsigned op = below(t, OPCODE_COUNT);
        if (opcode_info[op].kind == kind && opcode_info[op].operation != DO_ALWAYS)
            return op;
    }
}

static int32_t random_immediate(struct typed *t) {
    return below(t, 2) ? (int32_t)below(t, 70) - 2 : (int32_t)random_value(t->random);
}

static void piece_arithmetic(struct typed *t) {
    unsigned op = random_op(t, KIND_ALU);
    put(t, op, number(t), opcode_info[op].source == SOURCE_X ? number(t) : 0, 0,
        opcode_info[op].source == SOURCE_K ? random_immediate(t) : 0);
}

/* A comparison whose jump lands a few pieces later. */
static void piece_branch(struct typed *t) {
    if (t->waits == WAITING_MAX)
        return;
    unsigned op = random_op(t, KIND_JUMP);
    t->waiting[t->waits].at = t->n;
    t->waiting[t->waits++].pieces = 1 + below(t, 4);
    put(t, op, number(t), opcode_info[op].source == SOURCE_X ? number(t) : 0, 0,
        opcode_info[op].source == SOURCE_K ? random_immediate(t) : 0);
}

/* An access through `base`, anywhere in [low, high). */
static void put_access(struct typed *t, unsigned base, int32_t low, int32_t high) {
    static const uint8_t kinds[] = {KIND_LOAD, KIND_LOAD, KIND_STORE, KIND_ATOMIC};
    unsigned op = random_op(t, kinds[below(t, sizeof kinds)]), bytes = opcode_info[op].bits / 8u;
    int32_t off = low + (int32_t)below(t, (uint32_t)(high - low) - bytes + 1);
    if (opcode_info[op].kind == KIND_ATOMIC && below(t, 16))
        off &= -(int32_t)bytes;
    if (opcode_info[op].kind == KIND_LOAD)
        put(t, op, number(t), base, off, 0);
    else
        put(t, op, base, opcode_info[op].source == SOURCE_X ? number(t) : 0, off,
            opcode_info[op].source == SOURCE_K ? random_immediate(t) : 0);
}

static void piece_memory(struct typed *t) {
    if (below(t, 2))
        put_access(t, BASE, 0, TYPED_MEMORY);
    else
        put_access(t, REGISTER_FRAME, -NUMBERS, 0);
}

/* Bounds register `index` by mask, remainder, shift or comparison, to about `limit`. Gives the jump
 * to land, or 0. */
static uint32_t put_bound(struct typed *t, unsigned index, int32_t limit) {
    static const uint8_t compares[] = {OP_JGT64_K,  OP_JGE64_K, OP_JGT64_K,
                                       OP_JSGT64_K, OP_JGT32_K, OP_JSGE32_K};
    switch (below(t, 6)) {
    case 0:
        put(t, OP_AND64_K, index, 0, 0, limit);
        return 0;
    case 1:
        put(t, OP_MOD32_K, index, 0, 0, limit + (int32_t)below(t, 2));
        return 0;
    case 2:
        put(t, OP_RSH64_K, index, 0, 0, 64 - (31 - __builtin_clz((unsigned)limit + 1)));
        return 0;
    case 3:
        put(t, OP_MOV32_X, index, index, 0, 0);
        put(t, OP_JGT32_K, index, 0, 0, limit);
        return t->n - 1;
    default:
        put(t, compares[below(t, sizeof compares)], index, 0, 0, limit + (int32_t)below(t, 2));
        return t->n - 1;
    }
}

/* An access at an index that is unknown but bounded. */
static void piece_index(struct typed *t) {
    bool frame = below(t, 3) == 0;
    unsigned index = number(t);
    int32_t limit = 1 << (2 + below(t, 4)), width = 1 << below(t, 4);
    uint32_t jump = put_bound(t, index, limit - 1);
    if (below(t, 4) == 0)
        piece_arithmetic(t);
    put(t, OP_MOV64_X, POINTER, frame ? REGISTER_FRAME : BASE, 0, 0);
    put(t, below(t, 8) ? OP_ADD64_X : OP_SUB64_X, POINTER, index, 0, 0);
    int32_t low = frame ? -NUMBERS : 0, high = low + TYPED_MEMORY - limit + width;
    put_access(t, POINTER, low, high < low + 8 ? low + 8 : high);
    if (jump)
        land(t, jump);
    put(t, OP_MOV64_K, POINTER, 0, 0, 0);
}

/* A pointer that may be null; usually looked at first, sometimes at the other one. */
static void piece_nullable(struct typed *t) {
    int32_t at = below(t, 2) ? AT_SECOND : AT_THIRD;
    uint32_t jump = 0;
    put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, at, 0);
    if (below(t, 6) == 0)
        put(t, OP_ADD64_K, POINTER, 0, 0, 8);
    if (below(t, 5)) {
        bool other = below(t, 5) == 0;
        if (other)
            put(t, OP_LDX_DW, SPARE, REGISTER_FRAME, AT_SECOND + AT_THIRD - at, 0);
        put(t, OP_JEQ64_K, other ? SPARE : POINTER, 0, 0, 0);
        jump = t->n - 1;
    }
    put_access(t, POINTER, 0, TYPED_MEMORY - 8);
    if (jump)
        land(t, jump);
    put(t, OP_MOV64_K, POINTER, 0, 0, 0);
    put(t, OP_MOV64_K, SPARE, 0, 0, 0);
}

/* A packet of unknown length; the address looked at may be a constant or a bounded number further.
 */
static void piece_packet(struct typed *t) {
    static const uint8_t compares[] = {OP_JGT64_X, OP_JGE64_X, OP_JGT64_X, OP_JLE64_X};
    uint32_t bound = 0, reach = 1 + below(t, 16);
    put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, AT_PACKET, 0);
    put(t, OP_LDX_DW, SPARE, REGISTER_FRAME, AT_END, 0);
    if (below(t, 3) == 0) {
        unsigned index = number(t);
        bound = put_bound(t, index, 15);
        put(t, OP_ADD64_X, POINTER, index, 0, 0);
    }
    put(t, OP_ADD64_K, POINTER, 0, 0, (int32_t)reach);
    put(t, compares[below(t, sizeof compares)], POINTER, SPARE, 0, 0);
    uint32_t jump = t->n - 1;
    put_access(t, POINTER, -(int32_t)reach, below(t, 8) ? 0 : 2);
    land(t, jump);
    if (bound)
        land(t, bound);
    put(t, OP_MOV64_K, POINTER, 0, 0, 0);
    put(t, OP_MOV64_K, SPARE, 0, 0, 0);
}

/* put_access above may need eight bytes; a packet's reach is widened to that. */
static void piece_spill(struct typed *t) {
    unsigned a = number(t), b = number(t);
    int32_t at = -8 * (1 + (int32_t)below(t, NUMBERS / 8));
    static const uint8_t stores[] = {OP_STX_B, OP_STX_H, OP_STX_W, OP_STX_DW};
    put(t, OP_STX_DW, REGISTER_FRAME, a, at, 0);
    if (below(t, 2)) {
        unsigned op = stores[below(t, sizeof stores)], bytes = opcode_info[op].bits / 8u;
        put(t, op, REGISTER_FRAME, number(t), at + (int32_t)(bytes * below(t, 8 / bytes)), 0);
    }
    if (below(t, 2))
        piece_branch(t);
    put(t, below(t, 3) ? OP_LDX_DW : OP_LDX_W, b, REGISTER_FRAME, at, 0);
}

/* Two ways to a number, and a join. */
static void piece_diamond(struct typed *t) {
    unsigned reg = number(t), op = random_op(t, KIND_JUMP);
    bool spill = below(t, 2);
    int32_t at = -8 * (1 + (int32_t)below(t, NUMBERS / 8));
    put(t, op, number(t), opcode_info[op].source == SOURCE_X ? number(t) : 0, 0,
        opcode_info[op].source == SOURCE_K ? random_immediate(t) : 0);
    uint32_t first = t->n - 1;
    put(t, OP_MOV64_K, reg, 0, 0, random_immediate(t));
    if (spill)
        put(t, OP_STX_DW, REGISTER_FRAME, reg, at, 0);
    put(t, OP_JA, 0, 0, 0, 0);
    uint32_t second = t->n - 1;
    land(t, first);
    put(t, OP_MOV64_K, reg, 0, 0, random_immediate(t));
    if (spill)
        put(t, OP_STX_DW, REGISTER_FRAME, reg, at, 0);
    land(t, second);
    if (spill)
        put_unknown(t, reg);
    if (spill && below(t, 2))
        put(t, OP_LDX_DW, number(t), REGISTER_FRAME, at, 0);
}

static void piece_call(struct typed *t) {
    int32_t which = (int32_t)below(t, 3);
    if (which == 2) {
        put(t, OP_MOV64_X, 1, REGISTER_FRAME, 0, 0);
        put(t, OP_ADD64_K, 1, 0, 0, -8 * (1 + (int32_t)below(t, NUMBERS / 8)));
    }
    put(t, OP_CALL_STATIC, 0, 0, 0, which);
    for (unsigned r = 1; r <= 5; r++)
        if (below(t, 20))
            put_unknown(t, r);
}

/* A few turns, counted in r9. */
static void piece_loop(struct typed *t) {
    put(t, OP_MOV64_K, 9, 0, 0, 1 + (int32_t)below(t, 5));
    uint32_t start = t->n;
    for (uint32_t i = below(t, 3); i > 0; i--) {
        uint32_t at = t->n;
        piece_arithmetic(t);
        if (t->insn[at].dst == 9)
            t->insn[at].dst = 0;
    }
    put(t, OP_ADD64_K, 9, 0, 0, -1);
    put(t, OP_JNE64_K, 9, 0, (int32_t)start - (int32_t)t->n - 1, 0);
}

static void land_due(struct typed *t, bool all) {
    for (uint32_t i = 0; i < t->waits;) {
        if (!all && --t->waiting[i].pieces) {
            i++;
            continue;
        }
        land(t, t->waiting[i].at);
        t->waiting[i] = t->waiting[--t->waits];
    }
}

static void put_start(struct typed *t) {
    put(t, OP_MOV64_X, BASE, 1, 0, 0);
    put(t, OP_STX_DW, REGISTER_FRAME, 2, AT_SECOND, 0);
    put(t, OP_STX_DW, REGISTER_FRAME, 3, AT_THIRD, 0);
    put(t, OP_STX_DW, REGISTER_FRAME, 4, AT_PACKET, 0);
    put(t, OP_STX_DW, REGISTER_FRAME, 5, AT_END, 0);
    for (unsigned r = 0; r < REGISTER_FRAME; r++)
        if (r != BASE)
            put_unknown(t, r);
    for (int32_t at = -8; at >= -NUMBERS; at -= 8)
        put(t, OP_STX_DW, REGISTER_FRAME, number(t), at, 0);
}

uint32_t typed_program(struct random *random, uint32_t weight, struct insn insn[TYPED_SLOTS]) {
    static void (*const pieces[])(struct typed *) = {
        piece_arithmetic, piece_arithmetic, piece_arithmetic, piece_branch,
        piece_branch,     piece_memory,     piece_index,      piece_index,
        piece_nullable,   piece_packet,     piece_spill,      piece_spill,
        piece_diamond,    piece_diamond,    piece_call,       piece_loop,
    };
    struct typed t = {.random = random, .insn = insn};
    put_start(&t);
    for (uint32_t i = 1 + below(&t, weight); i > 0; i--) {
        pieces[below(&t, sizeof pieces / sizeof *pieces)](&t);
        land_due(&t, false);
    }
    land_due(&t, true);
    put(&t, OP_EXIT, 0, 0, 0, 0);
    return t.n;
}
