/* SPDX-License-Identifier: MIT */
/* pieces_place.c -- pieces of random programs that are about places: addresses with a part that
 * varies, compared with other places of the same memory, and then used as what the comparison has
 * made of them: to load, store and keep addresses through, as arguments, for atomics; spilled and
 * filled before that. Others move far where ways join, and are then compared. */
#include "pieces.h"
#include "world.h"

#include <stddef.h>

/* Memory that places are in: [low, high) from its base, which is a register's or a variable's
 * address. Beside it an address may be kept on the stack, which nothing else should touch. */
struct area {
    unsigned base;
    int32_t low, high;
    int32_t kept; /* or 0 */
};
#define THE_VARIABLE 15 /* no register */

static struct area any_area(struct typed *t) {
    switch (below(t, 6)) {
    case 0:
    case 1:
        return (struct area){.base = BASE, .high = BASE_BYTES};
    case 2:
        return (struct area){.base = THE_VARIABLE, .high = WORLD_VARIABLE};
    default:
        return (struct area){
            .base = REGISTER_FRAME, .low = AT_PLACES, .high = AT_PLACES + PLACES_BYTES};
    }
}

/* Into `reg` comes the area's base. */
static void put_base(struct typed *t, unsigned reg, const struct area *area) {
    if (area->base != THE_VARIABLE) {
        put(t, OP_MOV64_X, reg, area->base, 0, 0);
        return;
    }
    put(t, OP_LDDW_VARIABLE, reg, 0, 0, 0);
    put(t, OP_HIGH, 0, 0, 0, 0);
}

/* The stack that places are in holds numbers, but for the address. */
static void put_contents(struct typed *t, struct area *area) {
    if (area->base != REGISTER_FRAME)
        return;
    for (int32_t at = area->low; at < area->high; at += 8)
        if (!once_in(t, 3 * MISTAKE))
            put(t, OP_STX_DW, REGISTER_FRAME, any_number(t), at, 0);
    if (!once_in(t, 4))
        return;
    area->kept = area->high -= 8;
    put(t, OP_STX_DW, REGISTER_FRAME, BASE, area->kept, 0);
}

/* The address that was kept is still one, and becomes a number. */
static void put_kept_back(struct typed *t, const struct area *area) {
    if (!area->kept)
        return;
    put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, area->kept, 0);
    put_access(t, POINTER, 0, BASE_BYTES);
    put(t, OP_STX_DW, REGISTER_FRAME, any_number(t), area->kept, 0);
}

/* Into the register comes a number of which any bits of the mask may be set: what is loaded has too
 * many zeros. */
static void put_masked(struct typed *t, unsigned reg, int32_t mask) {
    put_unknown(t, reg);
    if (below(t, 4)) {
        put(t, OP_MUL64_K, reg, 0, 0, 0x5bd1e995);
        put(t, OP_RSH64_K, reg, 0, 0, 24 + (int32_t)below(t, 8));
    }
    put(t, OP_AND64_K, reg, 0, 0, mask);
}

/* Into `reg` comes a place of the area: `at`, and some of `mask` more. */
static void put_varying(struct typed *t, unsigned reg, const struct area *area, int32_t at,
                        int32_t mask) {
    unsigned index = any_number(t);
    put_masked(t, index, mask);
    put_base(t, reg, area);
    bool less = at < 0 && below(t, 2);
    put(t, less ? OP_SUB64_K : OP_ADD64_K, reg, 0, 0, less ? -at : at);
    put(t, OP_ADD64_X, reg, index, 0, 0);
}

/* A comparison of two places, more often than not for being the same one. */
static unsigned any_comparison(struct typed *t) {
    static const uint8_t equal[] = {OP_JEQ64_X, OP_JEQ64_X, OP_JNE64_X};
    if (below(t, 3))
        return equal[below(t, sizeof equal)];
    for (;;) {
        unsigned op = any_op(t, KIND_JUMP);
        if (opcode_info[op].source == SOURCE_X && opcode_info[op].operation != DO_SET &&
            opcode_info[op].bits == 64)
            return op;
    }
}

/* What is in the area is read, in whatever parts, and gets where it shows. */
static void put_read_back(struct typed *t, const struct area *area) {
    static const uint8_t loads[] = {OP_LDX_W, OP_LDX_DW, OP_LDX_W, OP_LDX_H, OP_LDX_B, OP_LDXS_W};
    unsigned op = loads[below(t, sizeof loads)], to = any_number(t);
    int32_t bytes = opcode_info[op].bits / 8;
    put_base(t, POINTER, area);
    put(t, op, to, POINTER,
        area->low + bytes * (int32_t)below(t, (uint32_t)((area->high - area->low) / bytes)), 0);
    put(t, OP_STX_DW, BASE, to, 8 * (int32_t)below(t, BASE_BYTES / 8), 0);
}

/* An address is kept at POINTER + off, which is `at` in the frame, and comes back as a whole or in
 * parts. */
static void put_kept_address(struct typed *t, int32_t off, int32_t at) {
    bool whole = at % 8 == 0, base = once_in(t, 3);
    put(t, OP_STX_DW, POINTER, base ? BASE : REGISTER_FRAME, off, 0);
    if (whole && !once_in(t, MISTAKE)) {
        bool direct = below(t, 2);
        put(t, OP_LDX_DW, POINTER, direct ? REGISTER_FRAME : POINTER, direct ? at : off, 0);
        put_access(t, POINTER, base ? 0 : -NUMBERS, base ? BASE_BYTES : 0);
    } else {
        unsigned part = any_number(t);
        put(t, OP_LDX_W, part, REGISTER_FRAME, at + 4 * (int32_t)below(t, 2), 0);
        put(t, OP_STX_DW, BASE, part, 8 * (int32_t)below(t, BASE_BYTES / 8), 0);
    }
    if (whole) /* where ways join there is a number on each */
        put(t, OP_STX_DW, REGISTER_FRAME, any_number(t), at, 0);
}

void put_argument(struct typed *t, int32_t off, int32_t bytes) {
    static const uint8_t imports[] = {IMPORT_SUM, IMPORT_PUT, IMPORT_CHANGE};
    bool fill = bytes >= 8 && once_in(t, 4);
    put(t, OP_MOV64_X, 1, POINTER, 0, 0);
    if (off)
        put(t, OP_ADD64_K, 1, 0, 0, off);
    if (once_in(t, 3)) {
        put(t, OP_MOV64_K, 2, 0, 0, (int32_t)below(t, (uint32_t)bytes + 1));
    } else {
        put_masked(t, 2, bytes >= 15 ? 15 : bytes >= 7 ? 7 : bytes >= 3 ? 3 : 0);
    }
    put_import(t, fill ? IMPORT_FILL : imports[below(t, sizeof imports)]);
}

/* Uses POINTER, which is at `at` of the area. */
static void put_use(struct typed *t, const struct area *area, int32_t at) {
    bool keeps = area->base == REGISTER_FRAME && once_in(t, 2);
    int32_t grain = keeps && below(t, 2) ? 4 : once_in(t, 6) ? 1 : 8;
    int32_t real =
        area->low + grain * (int32_t)below(t, (uint32_t)((area->high - area->low) / grain));
    int32_t off = real - at, left = area->high - real;
    if (area->kept && below(t, 2)) { /* a call hits it */
        put_argument(t, area->kept - at, 8);
        return;
    }
    if (keeps && left >= 8) {
        put_kept_address(t, off, real);
        return;
    }
    switch (below(t, 6)) {
    case 0:
    case 1:
        put_argument(t, off, left);
        if (below(t, 2))
            put_read_back(t, area);
        break;
    case 2:
        put_atomic(t, POINTER, area->low - at, area->high - at, at);
        break;
    case 3: /* spilled, and filled again */
        put(t, OP_STX_DW, REGISTER_FRAME, POINTER, AT_SPILLED, 0);
        put_unknown(t, any_number(t));
        put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, AT_SPILLED, 0);
        put_access(t, POINTER, area->low - at, area->high - at);
        break;
    default:
        put_access(t, POINTER, area->low - at, area->high - at);
    }
}

/* Uses POINTER, which is some of `mask` behind `at`. */
static void put_use_varying(struct typed *t, const struct area *area, int32_t at, int32_t mask) {
    int32_t low = area->low - at, high = area->high - at - mask + once_in(t, MISTAKE);
    bool frame = area->base == REGISTER_FRAME;
    if (frame && once_in(t, MISTAKE))
        put(t, OP_STX_DW, POINTER, BASE, at % 8, 0);
    else if (!frame && once_in(t, 4))
        put_argument(t, 0, high < 0 ? 0 : high);
    else if (mask % 4 == 0 && once_in(t, 3) && (mask % 8 == 0 || once_in(t, 8)))
        put_atomic(t, POINTER, low, high, at);
    else
        put_access(t, POINTER, low, high);
}

/* A place that varies, and another one: the one is used as far as their comparison tells. */
void piece_places(struct typed *t) {
    static const uint8_t masks[] = {8, 8, 4, 12, 12, 12, 7, 15, 3};
    struct area area = any_area(t);
    put_contents(t, &area);
    int32_t mask = masks[below(t, sizeof masks)], bytes = area.high - area.low;
    int32_t at = area.low + 4 * (int32_t)below(t, (uint32_t)(bytes - mask) / 4 + 1);
    int32_t other = at + (once_in(t, 8) ? (int32_t)below(t, 16)
                                        : mask & (int32_t)(below(t, 16) | (below(t, 2) ? 12 : 0)));
    bool both = once_in(t, 6), mirrored = once_in(t, 4);
    unsigned op = any_comparison(t);
    put_varying(t, POINTER, &area, at, mask);
    if (both) {
        put_varying(t, SPARE, &area, at, mask);
    } else {
        put_base(t, SPARE, &area);
        put(t, OP_ADD64_K, SPARE, 0, 0, other);
    }
    put(t, op, mirrored ? SPARE : POINTER, mirrored ? POINTER : SPARE, 0, 0);
    uint32_t jump = t->n - 1, end = jump;
    for (int taken = 0; taken < 2; taken++) {
        if (!both && op == (taken ? OP_JEQ64_X : OP_JNE64_X))
            put_use(t, &area, other);
        else
            put_use_varying(t, &area, at, mask);
        if (taken)
            break;
        put(t, OP_JA, 0, 0, 0, 0);
        end = t->n - 1;
        land(t, jump);
    }
    land(t, end);
    put_kept_back(t, &area);
    put_read_back(t, &area);
    forget(t);
}

/* An address moves far, further on some ways than on others, perhaps more than once; then it is
 * compared with one that has stayed, and where it must be near it is used. */
void piece_grown(struct typed *t) {
    static const int32_t far[] = {0x4000000, 0x8000000, 0x8000000, 0x10000000, 8};
    static const uint8_t nears[] = {OP_JGE64_X, OP_JGE64_X, OP_JGT64_X, OP_JSGE64_X};
    static const uint8_t backs[] = {OP_JLT64_X, OP_JLT64_X, OP_JLE64_X, OP_JSLT64_X};
    struct area area = any_area(t);
    bool back = once_in(t, 3);
    put_contents(t, &area);
    put_varying(t, POINTER, &area, back ? area.low + 8 : area.low, once_in(t, 3) ? 15 : 0x7ffffff);
    if (back) { /* from where it started to behind that */
        unsigned index = any_number(t);
        put_masked(t, index, once_in(t, 8) ? 0x1fffffff : 0x7ffffff);
        put_base(t, POINTER, &area);
        put(t, OP_ADD64_K, POINTER, 0, 0, area.low);
        put(t, OP_SUB64_X, POINTER, index, 0, 0);
    }
    for (uint32_t i = below(t, once_in(t, 4) ? 8 : 3); i > 0; i--) {
        int32_t by = far[below(t, sizeof far / sizeof *far)];
        put_compare(t);
        uint32_t jump = t->n - 1;
        put(t, OP_ADD64_K, POINTER, 0, 0, back ? -by : by);
        land(t, jump);
    }
    int32_t bytes = area.high - area.low;
    put_base(t, SPARE, &area);
    put(t, OP_ADD64_K, SPARE, 0, 0, back ? area.low : area.low + 8);
    put(t, back ? backs[below(t, 4)] : nears[below(t, 4)], POINTER, SPARE, 0, 0);
    uint32_t jump = t->n - 1;
    put_access(t, POINTER, 0, bytes - (back || once_in(t, MISTAKE) ? 0 : 8));
    land(t, jump);
    put_kept_back(t, &area);
    forget(t);
}

/* Two places of one packet, then its end. */
void piece_packet_places(struct typed *t) {
    unsigned op = any_comparison(t), index = any_number(t), end = 5;
    int32_t reach = 1 + (int32_t)below(t, 12);
    put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, AT_PACKET, 0);
    put(t, OP_MOV64_X, SPARE, POINTER, 0, 0);
    put_masked(t, index, 15);
    put(t, OP_ADD64_X, POINTER, index, 0, 0);
    put(t, OP_ADD64_K, SPARE, 0, 0, (int32_t)below(t, 20));
    put(t, op, POINTER, SPARE, 0, 0);
    uint32_t other = t->n - 1;
    put(t, OP_ADD64_K, POINTER, 0, 0, reach);
    put(t, OP_LDX_DW, end, REGISTER_FRAME, AT_END, 0);
    put(t, OP_JGT64_X, POINTER, end, 0, 0);
    uint32_t jump = t->n - 1;
    put_access(t, POINTER, -reach, once_in(t, MISTAKE) ? 1 : 0);
    land(t, jump);
    land(t, other);
    put_unknown(t, end);
    forget(t);
}

/* A place compared with its packet's end in any way, and used where that says that it may be. */
void piece_packet_end(struct typed *t) {
    unsigned end = 5, op;
    int32_t reach = 1 + (int32_t)below(t, 12);
    bool mirrored = below(t, 2);
    do
        op = any_op(t, KIND_JUMP);
    while (opcode_info[op].source != SOURCE_X || opcode_info[op].bits != 64 ||
           opcode_info[op].operation == DO_SET);
    unsigned operation = opcode_info[op].operation;
    bool passed = mirrored ? operation == DO_LT || operation == DO_LE
                           : operation == DO_GT || operation == DO_GE;
    bool taken = operation == DO_EQ || (mirrored ? operation == DO_GT || operation == DO_GE
                                                 : operation == DO_LT || operation == DO_LE);
    put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, AT_PACKET, 0);
    put(t, OP_ADD64_K, POINTER, 0, 0, reach);
    put(t, OP_LDX_DW, end, REGISTER_FRAME, AT_END, 0);
    put(t, op, mirrored ? end : POINTER, mirrored ? POINTER : end, 0, 0);
    uint32_t jump = t->n - 1;
    if (passed)
        put_access(t, POINTER, -reach, 0);
    put(t, OP_JA, 0, 0, 0, 0);
    uint32_t out = t->n - 1;
    land(t, jump);
    if (taken || once_in(t, MISTAKE))
        put_access(t, POINTER, -reach, 0);
    land(t, out);
    put_unknown(t, end);
    forget(t);
}

/* What a comparison of numbers says of the one is used through a copy of it: in a register, on the
 * stack, in a function's range or length, in a field. */
void piece_narrowed(struct typed *t) {
    unsigned a = any_number(t), b = any_number(t), copy = any_number(t);
    unsigned op = any_op(t, KIND_JUMP);
    bool spilled = below(t, 2), filled = spilled && below(t, 2);
    int32_t at = -8 * (1 + (int32_t)below(t, NUMBERS / 8));
    while (opcode_info[op].source != SOURCE_X)
        op = any_op(t, KIND_JUMP);
    put_unknown(t, a);
    uint32_t bound = put_bound(t, b, 31);
    if (spilled)
        put(t, below(t, 4) ? OP_STX_DW : OP_STX_W, REGISTER_FRAME, a, at, 0);
    else
        put(t, below(t, 4) ? OP_MOV64_X : OP_MOV32_X, copy, a, 0, 0);
    if (below(t, 2))
        op = below(t, 2) ? OP_JGT64_X : below(t, 2) ? OP_JNE64_X : OP_JGE64_X;
    put(t, op, a, b, 0, 0);
    uint32_t jump = t->n - 1;
    if (spilled)
        put(t, below(t, 4) ? OP_LDX_DW : OP_LDX_W, copy, REGISTER_FRAME, at, 0);
    unsigned used = filled || below(t, 2) ? copy : a;
    switch (below(t, 4)) {
    case 0:
        put(t, OP_MOV64_X, 1, used, 0, 0);
        put_import(t, IMPORT_RANGED);
        break;
    case 1:
        put(t, OP_MOV64_X, 2, used, 0, 0);
        put(t, OP_MOV64_X, 1, BASE, 0, 0);
        put_import(t, below(t, 2) ? IMPORT_SUM : IMPORT_CHANGE);
        break;
    case 2:
        put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, AT_THING, 0);
        put(t, OP_RSH64_K, used, 0, 0, 2);
        put(t, OP_STX_W, POINTER, used, (int32_t)offsetof(struct thing, size), 0);
        break;
    default:
        put(t, OP_MOV64_X, POINTER, BASE, 0, 0);
        put(t, OP_ADD64_X, POINTER, used, 0, 0);
        put_access(t, POINTER, 0, BASE_BYTES - 31);
    }
    land(t, jump);
    if (bound)
        land(t, bound);
    forget(t);
}
