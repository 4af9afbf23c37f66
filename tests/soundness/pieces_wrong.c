/* SPDX-License-Identifier: MIT */
/* pieces_wrong.c -- what no program may do and no other piece does by mistake: so that each rule of
 * the verifier is the one that refuses a program, and those of the decoder, too. */
#include "pieces.h"
#include "world.h"

#include <string.h>

#define CHAIN 34 /* functions that call one another: more than may be active at once */

static void put_pointer_arithmetic(struct typed *t) {
    unsigned op = any_op(t, KIND_ALU);
    bool copies = opcode_info[op].operation >= DO_MOV && opcode_info[op].operation <= DO_MOVS32;
    if (copies || opcode_info[op].operation == DO_ADD || opcode_info[op].operation == DO_SUB)
        op = OP_XOR64_X;
    put(t, OP_MOV64_X, POINTER, below(t, 2) ? REGISTER_FRAME : BASE, 0, 0);
    put(t, op, POINTER, opcode_info[op].source == SOURCE_X ? any_number(t) : 0, 0,
        opcode_info[op].source == SOURCE_K ? any_immediate(t) : 0);
}

static void put_many_references(struct typed *t) {
    for (int i = 0; i < 9; i++)
        put_import(t, IMPORT_ACQUIRE);
}

static void put_often(struct typed *t) {
    if (t->function + 1 == t->functions || t->calls == CALLS_MAX)
        return;
    t->call[t->calls].at = t->n;
    t->call[t->calls++].function = t->functions - 1;
    put(t, OP_LDDW_CODE, 1, 0, 0, 0);
    put(t, OP_HIGH, 0, 0, 0, 0);
    put_import(t, IMPORT_OFTEN);
}

void piece_wrong(struct typed *t) {
    switch (below(t, 6)) {
    case 0:
        put_pointer_arithmetic(t);
        break;
    case 1:
        put(t, OP_CALL_X, any_number(t), 0, 0, 0);
        break;
    case 2:
        put_many_references(t);
        break;
    case 3:
        put_often(t);
        break;
    case 4:
        put(t, OP_STX_DW, BASE, below(t, 2) ? REGISTER_FRAME : BASE, 0, 0);
        break;
    default:
        put(t, OP_JGT64_X, BASE, REGISTER_FRAME, 0, 0);
    }
    forget(t);
}

void put_chain(struct typed *t) {
    for (int i = 0; i < CHAIN; i++) {
        put(t, OP_CALL_LOCAL, 0, 0, 0, 1);
        put(t, OP_EXIT, 0, 0, 0, 0);
    }
    put(t, OP_MOV64_K, 0, 0, 0, 0);
    put(t, OP_EXIT, 0, 0, 0, 0);
}

/* Instructions that the decoder refuses wherever they stand. */
static const struct insn refused[] = {
    {.op = OP_EXIT, .imm = 1},
    {.op = OP_MOV64_K, .dst = 11},
    {.op = OP_MOV64_K, .dst = REGISTER_FRAME},
    {.op = OP_LD_ABS_W},
    {.op = OP_JA, .off = 30000},
    {.op = OP_CALL_LOCAL, .imm = 1 << 20},
    {.op = OP_CALL_STATIC, .imm = WORLD_IMPORTS},
    {.op = OP_LDDW_IMM},
};

/* Constants, and a jump into one. */
static const struct insn refused_pairs[][3] = {
    {{.op = OP_LDDW_VARIABLE, .imm = WORLD_VARIABLES}, {.op = OP_HIGH}, {.op = OP_JA}},
    {{.op = OP_LDDW_MAP}, {.op = OP_HIGH}, {.op = OP_JA}},
    {{.op = OP_LDDW_IMM}, {.op = OP_HIGH}, {.op = OP_JA, .off = -2}},
};

size_t typed_damage(struct random *random, uint8_t *bytes, size_t len) {
    uint32_t slots = (uint32_t)(len / INSN_BYTES),
             pairs = sizeof refused_pairs / sizeof *refused_pairs;
    uint32_t choice = random_below(random, 16);
    uint8_t *slot = bytes + (size_t)random_below(random, slots - 2) * INSN_BYTES;
    if (choice < sizeof refused / sizeof *refused) {
        insn_encode(refused[choice], slot);
        return len;
    }
    choice -= sizeof refused / sizeof *refused;
    if (choice < pairs) {
        for (unsigned i = 0; i < 3; i++)
            insn_encode(refused_pairs[choice][i], slot + (size_t)i * INSN_BYTES);
        return len;
    }
    switch (choice - pairs) {
    case 0:
        return 0;
    case 1:
        return len - 1 - random_below(random, INSN_BYTES - 1);
    case 2:
        return len - INSN_BYTES; /* its last exit is gone */
    case 3:
        slot[0] = 0xff;
        return len;
    default: { /* anything, which may be no damage */
        uint64_t v = random_value(random);
        memcpy(slot, &v, random_below(random, INSN_BYTES) + 1);
        return len;
    }
    }
}
