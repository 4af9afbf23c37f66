/* SPDX-License-Identifier: MIT */
/* ash_pipe.c -- see ash_pipe.h. In the loop r6 is where the message is read, r7 where it is
 * written, r8 how many words are left, r9 where the states are, r5 the sum, and r1 the word. */
#include "exo/kernel/ash/ash_pipe.h"

#include "exo/defence.h"
#include "lib/error.h"
#include "lib/string.h"

enum { UNROLLED = 4, OWN_SLOTS = EXO_ASH_WORD_COST };

/* Encodings of RFC 9669. */
enum { ADD = 0x0f, AND = 0x5f, OR = 0x4f, MOVE = 0xbf, LOAD = 0x79, STORE = 0x7b };
enum { ADD_CONSTANT = 0x07, SUBTRACT_CONSTANT = 0x17, MOVE_CONSTANT = 0xb7 };
enum { SHIFT_LEFT = 0x67, SHIFT_RIGHT = 0x77, BYTE_SWAP = 0xd7, CONSTANT_64 = 0x18 };
enum { GO_TO = 0x05, GO_IF_BELOW_CONSTANT = 0xa5, GO_IF_NOT_BELOW = 0x3d };
enum { CALL = 0x85, EXIT = 0x95 };

static void put(struct pipe_work *w, unsigned code, unsigned to, unsigned from, int offset,
                uint32_t constant) {
    w->insn[w->slots++] =
        code | to << 8 | from << 12 | (uint64_t)(uint16_t)offset << 16 | (uint64_t)constant << 32;
}

static void put_constant(struct pipe_work *w, unsigned to, uint64_t value) {
    put(w, CONSTANT_64, to, 0, 0, (uint32_t)value);
    put(w, 0, 0, 0, 0, (uint32_t)(value >> 32));
}

/* Two halves of each piece of 2 * bits change places. */
static void put_halves(struct pipe_work *w, uint64_t mask, unsigned bits) {
    put(w, MOVE, 2, 1, 0, 0);
    put_constant(w, 3, mask);
    put(w, SHIFT_RIGHT, 2, 0, 0, bits);
    put(w, AND, 2, 3, 0, 0);
    put(w, AND, 1, 3, 0, 0);
    put(w, SHIFT_LEFT, 1, 0, 0, bits);
    put(w, OR, 1, 2, 0, 0);
}

/* Its exits lead behind it. */
static void put_own(struct pipe_work *w, const struct pipe_stage *s, unsigned i) {
    uint32_t slots = (uint32_t)(s->bytes / 8);
    put(w, MOVE, 2, 9, 0, 0);
    put(w, ADD_CONSTANT, 2, 0, 0, 8 * i);
    for (uint32_t at = 0; at < slots; at++) {
        uint64_t insn;
        memcpy(&insn, s->code + (size_t)at * 8, sizeof insn);
        bool high = at && s->code[(size_t)(at - 1) * 8] == CONSTANT_64;
        if ((insn & 0xff) == EXIT && !high)
            put(w, GO_TO, 0, 0, (int)(slots - at - 1), 0);
        else
            put(w, insn & 0xff, insn >> 8 & 15, insn >> 12 & 15, (int16_t)(insn >> 16),
                (uint32_t)(insn >> 32));
    }
    put(w, MOVE, 1, 0, 0, 0);
}

static void put_stage(struct pipe_work *w, const struct pipe_stage *s, unsigned i, unsigned word) {
    switch (s->kind) {
    case EXO_ASH_SUM:
        put(w, ADD, 5, 1, 0, 0);
        put(w, GO_IF_NOT_BELOW, 5, 1, 1, 0);
        put(w, ADD_CONSTANT, 5, 0, 0, 1);
        break;
    case EXO_ASH_SWAP16:
        put_halves(w, 0x00ff00ff00ff00ff, 8);
        break;
    case EXO_ASH_SWAP32:
        put(w, BYTE_SWAP, 1, 0, 0, 64);
        put_halves(w, 0x00000000ffffffff, 32);
        break;
    case EXO_ASH_SWAP64:
        put(w, BYTE_SWAP, 1, 0, 0, 64);
        break;
    case EXO_ASH_STORE:
        put(w, STORE, 7, 1, (int)(8 * word), 0);
        break;
    default:
        put_own(w, s, i);
    }
}

/* As long as `words` are left, so many at a time. How many instructions they take. */
static uint32_t put_loop(struct pipe_work *w, const struct pipe_stage *stage, unsigned count,
                         unsigned words) {
    uint32_t top = w->slots, first = top + 1;
    put(w, GO_IF_BELOW_CONSTANT, 8, 0, 0, words);
    for (unsigned word = 0; word < words; word++) {
        put(w, LOAD, 1, 6, (int)(8 * word), 0);
        for (unsigned i = 0; i < count; i++)
            put_stage(w, &stage[i], i, word);
    }
    uint32_t cost = w->slots - first;
    put(w, ADD_CONSTANT, 6, 0, 0, 8 * words);
    put(w, ADD_CONSTANT, 7, 0, 0, 8 * words);
    put(w, SUBTRACT_CONSTANT, 8, 0, 0, words);
    put(w, GO_TO, 0, 0, -(int)(w->slots - top + 1), 0);
    w->insn[top] |= (uint64_t)(uint16_t)(w->slots - top - 1) << 16;
    return cost;
}

/* It is proven to touch nothing but its word and its state, and to end; and leaves alone what the
 * loop has in registers. */
static int prove(const struct pipe_stage *s, const struct hooks *hooks, struct pipe_work *w,
                 struct report *why) {
    const struct kind kind = {
        .name = "stage",
        .entry = {.parameter = {{.kind = SHAPE_NUMBER},
                                {.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE, .bytes = 8}},
                  .result = {.kind = SHAPE_NUMBER}},
        .demands = EPHEMERAL | DETERMINISTIC | BOUNDED,
        .budget = OWN_SLOTS,
        .division = OWN_SLOTS};
    if (!s->bytes || s->bytes % 8 || s->bytes > (size_t)OWN_SLOTS * 8)
        return -E_INVALID;
    int error = proof_of(&w->own, s->code, s->bytes, &kind, hooks, &w->proof, why);
    program_release(&w->own, hooks);
    for (size_t at = 0; at < s->bytes && !error; at += 8)
        if (((s->code[at + 1] & 15) > 4 || s->code[at + 1] >> 4 > 4 || s->code[at] == CALL) &&
            DEFENDED(PIPE_REGISTERS))
            error = -E_INVALID;
    return error;
}

int pipe_compose(const struct pipe_stage *stage, unsigned count, const struct hooks *hooks,
                 struct pipe_work *w, struct program *program, struct report *why) {
    int error = count && count <= EXO_ASH_STAGES ? 0 : -E_INVALID;
    unsigned sum = count, of[EXO_ASH_OWN + 1] = {0};
    for (unsigned i = 0; i < count && !error; i++) {
        const enum exo_ash_stage kind = stage[i].kind;
        bool once = kind == EXO_ASH_SUM || kind == EXO_ASH_STORE;
        if (kind > EXO_ASH_OWN || (of[kind]++ && once))
            error = -E_INVALID;
        else if (kind == EXO_ASH_OWN)
            error = prove(&stage[i], hooks, w, why);
        sum = kind == EXO_ASH_SUM ? i : sum;
    }
    if (error)
        return error;
    w->slots = 0;
    for (unsigned i = 0; i < 4; i++)
        put(w, MOVE, 6 + i, 1 + i, 0, 0);
    if (sum < count)
        put(w, LOAD, 5, 9, (int)(8 * sum), 0);
    put_loop(w, stage, count, UNROLLED);
    uint32_t cost = put_loop(w, stage, count, 1);
    if (sum < count)
        put(w, STORE, 9, 5, (int)(8 * sum), 0);
    put(w, MOVE_CONSTANT, 0, 0, 0, 0);
    put(w, EXIT, 0, 0, 0, 0);
    if (cost > EXO_ASH_WORD_COST && DEFENDED(PIPE_COST))
        return -E_INVALID;
    *program = (struct program){0};
    if (!program_decode(program, hooks, w->insn, (size_t)w->slots * 8, why))
        return -E_NO_MEMORY;
    program->metered = false; /* its loops end with the words */
    return 0;
}
