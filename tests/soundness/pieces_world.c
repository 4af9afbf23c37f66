/* SPDX-License-Identifier: MIT */
/* pieces_world.c -- pieces of random programs that are about what the world hands out: addresses
 * that may be null, packets, objects and their fields, variables, references, functions to call. */
#include "pieces.h"
#include "world.h"

#include <stddef.h>

#define OFFSET(field) ((int32_t)offsetof(struct thing, field))

void forget(struct typed *t) {
    put(t, OP_MOV64_K, POINTER, 0, 0, 0);
    put(t, OP_MOV64_K, SPARE, 0, 0, 0);
}

/* A call leaves nothing in r1 to r5 that could be relied on, nor in r0 if it has no result. */
void put_import(struct typed *t, int32_t number) {
    bool result = world_imports[number].signature->result.kind != SHAPE_NONE;
    put(t, OP_CALL_STATIC, 0, 0, 0, number);
    for (unsigned r = result; r <= 5; r++)
        if (!once_in(t, 4 * MISTAKE))
            put_unknown(t, r);
}

/* Compares with null, usually the right one. Gives the jump to land, or 0. Number 5 may be used to
 * hold the null. */
static uint32_t put_null_check(struct typed *t, unsigned pointer) {
    bool zero = once_in(t, 6);
    if (once_in(t, MISTAKE))
        return 0;
    if (once_in(t, 4 * MISTAKE)) {
        put(t, OP_JEQ32_K, pointer, 0, 0, 0);
        return t->n - 1;
    }
    if (zero)
        put(t, OP_MOV64_K, 5, 0, 0, 0);
    if (below(t, 4)) {
        put(t, zero ? OP_JEQ64_X : OP_JEQ64_K, pointer, zero ? 5 : 0, 0, 0);
        return t->n - 1;
    }
    put(t, zero ? OP_JNE64_X : OP_JNE64_K, pointer, zero ? 5 : 0, 1, 0);
    put(t, OP_JA, 0, 0, 0, 0);
    return t->n - 1;
}

/* The pointer in POINTER leads to a thing: use a field of it. */
static void put_field(struct typed *t, bool may_write) {
    static const struct {
        int16_t offset;
        uint8_t bytes, may;
    } fields[] = {
        {offsetof(struct thing, count), 8, MAY_READ_WRITE},
        {offsetof(struct thing, size), 4, MAY_READ},
        {offsetof(struct thing, left), 4, MAY_READ_WRITE},
        {offsetof(struct thing, readable), 8, MAY_READ},
        {offsetof(struct thing, writable), 8, MAY_WRITE},
        {offsetof(struct thing, secret), 8, 0},
        {offsetof(struct thing, unnamed), 8, 0},
        {offsetof(struct thing, kept), 8, 0},
    };
    unsigned f = below(t, once_in(t, MISTAKE) ? 8 : 5);
    if (!may_write && fields[f].may == MAY_WRITE)
        f = 0;
    for (;;) {
        unsigned op = any_op(t, below(t, 2) ? KIND_LOAD : KIND_STORE),
                 bytes = opcode_info[op].bits / 8u;
        bool load = opcode_info[op].kind == KIND_LOAD;
        bool wrong = !(fields[f].may & (load ? MAY_READ : MAY_WRITE)) || (!load && !may_write);
        if (bytes > fields[f].bytes || (wrong && fields[f].may && !once_in(t, MISTAKE)))
            continue;
        int32_t off = fields[f].offset + (int32_t)below(t, fields[f].bytes - bytes + 1);
        if (load)
            put(t, op, any_number(t), POINTER, off, 0);
        else
            put(t, op, POINTER, opcode_info[op].source == SOURCE_X ? any_number(t) : 0, off,
                opcode_info[op].source == SOURCE_K ? any_immediate(t) : 0);
        return;
    }
}

/* Memory that may not be there; usually looked at first, sometimes at something else. */
void piece_nullable(struct typed *t) {
    put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, AT_SECOND, 0);
    if (once_in(t, MISTAKE))
        put(t, OP_ADD64_K, POINTER, 0, 0, 8);
    bool other = once_in(t, MISTAKE / 2), copy = once_in(t, 3);
    if (copy)
        put(t, OP_MOV64_X, SPARE, POINTER, 0, 0);
    if (other) {
        put(t, OP_LDX_DW, SPARE, REGISTER_FRAME, AT_THING, 0);
        put(t, OP_LDX_DW, SPARE, SPARE, OFFSET(next), 0);
    }
    uint32_t jump = put_null_check(t, other || copy ? SPARE : POINTER);
    put_access(t, POINTER, 0, WORLD_MEMORY);
    if (jump)
        land(t, jump);
    forget(t);
}

/* The start and the end of one packet, or by mistake of two. */
static void put_packet(struct typed *t) {
    bool own = below(t, 2), mixed = once_in(t, MISTAKE);
    if (own) {
        put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, AT_PACKET, 0);
        put(t, OP_LDX_DW, SPARE, REGISTER_FRAME, AT_END, 0);
        if (!mixed)
            return;
    }
    put(t, OP_LDX_DW, SPARE, REGISTER_FRAME, AT_THING, 0);
    if (!(own && mixed))
        put(t, OP_LDX_DW, POINTER, SPARE, OFFSET(packet), 0);
    if (mixed && !own)
        put(t, OP_LDX_DW, SPARE, SPARE, OFFSET(twin), 0);
    put(t, OP_LDX_DW, SPARE, SPARE, OFFSET(packet_end), 0);
}

/* A packet of unknown length; the address looked at may be a constant or a bounded
 * number further. */
void piece_packet(struct typed *t) {
    static const uint8_t compares[] = {OP_JGT64_X, OP_JGT64_X, OP_JGE64_X, OP_JLE64_X};
    int32_t bound = 0, reach = 1 + (int32_t)below(t, 16);
    put_packet(t);
    if (below(t, 2)) {
        unsigned index = any_number(t);
        bound = (int32_t)put_bound(t, index, 15);
        put(t, OP_ADD64_X, POINTER, index, 0, 0);
    }
    put(t, OP_ADD64_K, POINTER, 0, 0, reach);
    unsigned op = compares[once_in(t, MISTAKE) ? 3 : below(t, 3)];
    bool mirrored = once_in(t, 4) && op != OP_JLE64_X;
    if (mirrored)
        put(t, op == OP_JGT64_X ? OP_JLT64_X : OP_JLE64_X, SPARE, POINTER, 0, 0);
    else
        put(t, op, POINTER, SPARE, 0, 0);
    uint32_t jump = t->n - 1;
    if (once_in(t, 3))
        put_argument(t, -reach, reach);
    else
        put_access(t, POINTER, -reach, once_in(t, MISTAKE) ? 2 : 0);
    land(t, jump);
    if (bound)
        land(t, (uint32_t)bound);
    forget(t);
}

/* A number within a field's limits, or nearly, goes there, and what is read there is an index. */
void piece_limits(struct typed *t) {
    unsigned in = any_number(t), out = any_number(t);
    put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, AT_THING, 0);
    uint32_t jump = put_bound(t, in, 12);
    put(t, once_in(t, MISTAKE / 3) ? OP_STX_B : OP_STX_W, POINTER, in, OFFSET(size), 0);
    if (jump)
        land(t, jump);
    put(t, OP_LDX_W, out, POINTER, OFFSET(size), 0);
    put(t, OP_MOV64_X, POINTER, BASE, 0, 0);
    put(t, OP_ADD64_X, POINTER, out, 0, 0);
    put_access(t, POINTER, 0, BASE_BYTES - 12);
    forget(t);
}

/* A field of the object that was handed in, or of its const twin. */
void piece_field(struct typed *t) {
    bool twin = once_in(t, 4);
    put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, AT_THING, 0);
    if (twin)
        put(t, OP_LDX_DW, POINTER, POINTER, OFFSET(twin), 0);
    for (uint32_t i = 1 + below(t, 2); i > 0; i--)
        put_field(t, !twin || once_in(t, MISTAKE));
    if (!twin && once_in(t, 3))
        put_atomic(t, POINTER, OFFSET(count), OFFSET(count) + 8, 0);
    forget(t);
}

/* What a field points to: memory, at a constant or bounded index, or the next object. */
void piece_reached(struct typed *t) {
    bool buffer = below(t, 2), indexed = buffer && below(t, 2);
    unsigned index = any_number(t);
    put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, AT_THING, 0);
    put(t, OP_LDX_DW, POINTER, POINTER, buffer ? OFFSET(buffer) : OFFSET(next), 0);
    uint32_t jump = put_null_check(t, POINTER), bound = 0;
    if (indexed) {
        bound = put_bound(t, index, 7);
        put(t, OP_ADD64_X, POINTER, index, 0, 0);
    }
    if (buffer)
        put_access(t, POINTER, 0, WORLD_BUFFER - (indexed ? 7 : 0) + (once_in(t, MISTAKE) ? 1 : 0));
    else
        put_field(t, true);
    if (jump)
        land(t, jump);
    if (bound)
        land(t, bound);
    forget(t);
}

void piece_variable(struct typed *t) {
    bool constant = once_in(t, 3);
    int32_t at = (int32_t)below(t, WORLD_VARIABLE / 2);
    put(t, OP_LDDW_VARIABLE, POINTER, 0, 0, constant);
    put(t, OP_HIGH, 0, 0, 0, at);
    if (constant && !once_in(t, MISTAKE))
        put(t, OP_LDX_W, any_number(t), POINTER, (int32_t)below(t, 5), 0);
    else if (below(t, 2)) {
        put_atomic(t, POINTER, -at, WORLD_VARIABLE - at, at);
        put(t, OP_ADD64_X, 0, t->insn[t->n - 1].src, 0, 0); /* what was fetched shows */
    } else
        put_access(t, POINTER, -at, WORLD_VARIABLE - at);
    forget(t);
}

void piece_import(struct typed *t) {
    switch (below(t, 6)) {
    case 0: {
        uint32_t jump = put_bound(t, 1, 63);
        put_import(t, IMPORT_RANGED);
        if (jump)
            land(t, jump);
        return;
    }
    case 1:
        put(t, OP_MOV64_X, 1, REGISTER_FRAME, 0, 0);
        put(t, OP_ADD64_K, 1, 0, 0, -8 * (1 + (int32_t)below(t, NUMBERS / 8)));
        put_import(t, IMPORT_FILL);
        return;
    case 2:
        put(t, OP_LDX_DW, 1, REGISTER_FRAME, AT_THING, 0);
        if (once_in(t, 6))
            put(t, OP_MOV64_K, 1, 0, 0, 0);
        else if (below(t, 2))
            put(t, OP_LDX_DW, 1, 1, OFFSET(next), 0);
        put_import(t, IMPORT_LOOK);
        return;
    case 3: {
        put(t, OP_LDX_DW, 1, REGISTER_FRAME, AT_THING, 0);
        put_import(t, IMPORT_PARTNER);
        put(t, OP_MOV64_X, POINTER, 0, 0, 0);
        uint32_t jump = put_null_check(t, POINTER);
        put_unknown(t, 0);
        put_field(t, true);
        if (jump)
            land(t, jump);
        put_unknown(t, 0);
        forget(t);
        return;
    }
    default:
        put_import(t, below(t, 2) ? IMPORT_MIX : IMPORT_SMALL);
    }
}

/* Memory with its length beside it, on the stack or not; what a call wrote may then be read. */
void piece_length(struct typed *t) {
    bool frame = below(t, 2), writes = below(t, 2);
    int32_t low = (int32_t)below(t, NUMBERS - 8), space = NUMBERS - low;
    uint32_t jump = 0;
    put(t, OP_MOV64_X, 1, frame ? REGISTER_FRAME : BASE, 0, 0);
    put(t, OP_ADD64_K, 1, 0, 0, frame ? low - NUMBERS : low);
    if (below(t, 2)) {
        put(t, OP_MOV64_K, 2, 0, 0, once_in(t, MISTAKE) ? space + 1 : (int32_t)below(t, space + 1));
    } else {
        put_unknown(t, 2);
        jump = put_bound(t, 2, space > 31 ? 31 : space > 15 ? 15 : 7);
    }
    put_import(t, writes ? IMPORT_PUT : IMPORT_SUM);
    if (jump) { /* on the way around the call r1 becomes a number, too */
        put(t, OP_JA, 0, 0, 0, 0);
        uint32_t end = t->n - 1;
        land(t, jump);
        put_unknown(t, 1);
        land(t, end);
    }
    if (frame && writes)
        put(t, OP_LDX_DW, any_number(t), REGISTER_FRAME, -8 * (1 + (int32_t)below(t, NUMBERS / 8)),
            0);
}

/* Two places in one memory compared, and what that says of the difference used. */
void piece_compare_places(struct typed *t) {
    unsigned index = any_number(t), op = any_op(t, KIND_JUMP);
    uint32_t bound = put_bound(t, index, 31);
    put(t, OP_MOV64_X, POINTER, BASE, 0, 0);
    put(t, OP_MOV64_X, SPARE, BASE, 0, 0);
    put(t, OP_ADD64_X, POINTER, index, 0, 0);
    put(t, OP_ADD64_K, SPARE, 0, 0, (int32_t)below(t, 40));
    while (opcode_info[op].source != SOURCE_X || opcode_info[op].operation == DO_SET ||
           opcode_info[op].bits != 64)
        op = any_op(t, KIND_JUMP);
    put(t, op, POINTER, SPARE, 0, 0);
    uint32_t jump = t->n - 1;
    put_access(t, POINTER, 0, once_in(t, 4) ? BASE_BYTES - 16 : BASE_BYTES - 31);
    land(t, jump);
    if (bound)
        land(t, bound);
    if (below(t, 2)) {
        put(t, OP_MOV64_X, POINTER, BASE, 0, 0);
        put(t, OP_SUB64_X, POINTER, BASE, 0, 0);
        put(t, OP_MOV64_X, any_number(t), POINTER, 0, 0);
    }
    forget(t);
}

/* What a call handed out, and on the one path a copy of it, on the other something of its own that
 * only looks alike: a check of the one says nothing of the other. */
void piece_copies(struct typed *t) {
    put(t, OP_LDX_DW, 1, REGISTER_FRAME, AT_THING, 0);
    put_import(t, IMPORT_PARTNER);
    put(t, OP_MOV64_X, POINTER, 0, 0, 0);
    put(t, OP_MOV64_X, SPARE, POINTER, 0, 0);
    put_unknown(t, 0);
    put_compare(t);
    uint32_t jump = t->n - 1;
    bool other = below(t, 2);
    if (other) {
        put(t, OP_JA, 0, 0, 0, 0);
        uint32_t end = t->n - 1;
        land(t, jump);
        jump = end;
    }
    put(t, OP_LDX_DW, 1, REGISTER_FRAME, AT_THING, 0);
    put(t, OP_LDX_DW, 1, 1, OFFSET(twin), 0);
    put_import(t, IMPORT_PARTNER);
    put(t, OP_MOV64_X, SPARE, 0, 0, 0);
    put_unknown(t, 0);
    land(t, jump);
    if (once_in(t, MISTAKE / 3))
        put(t, OP_MOV64_X, 0, POINTER, 0, 0), put(t, OP_MOV64_X, POINTER, SPARE, 0, 0),
            put(t, OP_MOV64_X, SPARE, 0, 0, 0);
    else
        put(t, OP_MOV64_X, SPARE, POINTER, 0, 0);
    jump = put_null_check(t, SPARE);
    put_unknown(t, 0);
    put_field(t, true);
    if (jump)
        land(t, jump);
    put_unknown(t, 0);
    forget(t);
}

/* A part of the stack that only a call may have written, and that is then read. */
void piece_filled(struct typed *t) {
    int32_t space = 8 + 8 * (int32_t)below(t, 2);
    put_unknown(t, 2);
    uint32_t jump = put_bound(t, 2, space);
    put(t, OP_MOV64_X, 1, REGISTER_FRAME, 0, 0);
    put(t, OP_ADD64_K, 1, 0, 0, AT_FILLED);
    bool known = !once_in(t, MISTAKE / 3);
    if (known)
        put(t, OP_MOV64_K, 2, 0, 0, space);
    put_import(t, IMPORT_PUT);
    put(t, OP_LDX_DW, 1, REGISTER_FRAME, AT_FILLED + (known ? space - 8 : 0), 0);
    put(t, OP_STX_DW, BASE, 1, (int32_t)below(t, BASE_BYTES - 7), 0);
    if (jump)
        land(t, jump);
    put_unknown(t, 1);
}

/* What is done with a reference while it is held. */
static void use_reference(struct typed *t, int32_t at, bool memory) {
    for (uint32_t i = below(t, 3); i > 0; i--) {
        if (below(t, 2)) {
            if (once_in(t, 4))
                piece_reference(t);
            else
                put_inner(t);
            continue;
        }
        put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, at, 0);
        if (memory)
            put_access(t, POINTER, 0, WORLD_TAKEN);
        else
            put_field(t, true);
        forget(t);
    }
}

/* What is in the frame at `at`, or null, goes into a field, and what was there comes out and is
 * given back. */
static void put_exchange(struct typed *t, int32_t at, bool null) {
    put(t, OP_LDX_DW, 1, REGISTER_FRAME, AT_THING, 0);
    if (once_in(t, MISTAKE))
        put(t, OP_LDX_DW, 1, 1, OFFSET(twin), 0);
    put(t, OP_ADD64_K, 1, 0, 0, once_in(t, MISTAKE) ? OFFSET(secret) : OFFSET(kept));
    if (null)
        put(t, OP_MOV64_K, 2, 0, 0, once_in(t, MISTAKE));
    else
        put(t, OP_LDX_DW, 2, REGISTER_FRAME, at, 0);
    put_import(t, IMPORT_EXCHANGE);
    put(t, OP_STX_DW, REGISTER_FRAME, 0, at, 0);
    uint32_t jump = put_null_check(t, 0);
    put(t, OP_LDX_DW, 1, REGISTER_FRAME, at, 0);
    if (!once_in(t, MISTAKE))
        put_import(t, IMPORT_RELEASE);
    if (jump)
        land(t, jump);
    put_unknown(t, 0);
    put_unknown(t, 1);
}

/* What a field owns is looked at. */
void piece_taken_out(struct typed *t) {
    if (t->held < HELD_MAX)
        put_exchange(t, AT_REFERENCE - 8 * (int32_t)t->held, true);
}

/* Gives back what is in the frame at `at`, once; by mistake not at all or once more. */
static void give_back(struct typed *t, int32_t at, bool memory) {
    if (once_in(t, MISTAKE))
        return;
    if (!memory && once_in(t, 3)) {
        put_exchange(t, at, false);
        return;
    }
    for (int times = once_in(t, MISTAKE) ? 2 : 1; times > 0; times--) {
        put(t, OP_LDX_DW, 1, REGISTER_FRAME, at, 0);
        if (memory && once_in(t, MISTAKE))
            put(t, OP_ADD64_K, 1, 0, 0, 8);
        put_import(t, memory ? IMPORT_GIVE : IMPORT_RELEASE);
    }
    if (once_in(t, MISTAKE)) {
        put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, at, 0);
        put(t, OP_LDX_DW, any_number(t), POINTER, 0, 0);
        forget(t);
    }
}

/* A reference is acquired, used and given back, on one path or on two. */
void piece_reference(struct typed *t) {
    if (t->held == HELD_MAX)
        return;
    bool memory = once_in(t, 3), derived = !memory && once_in(t, 4);
    int32_t at = AT_REFERENCE - 8 * (int32_t)t->held;
    land_due(t, true);
    put_import(t, memory ? IMPORT_TAKE : IMPORT_ACQUIRE);
    put(t, OP_STX_DW, REGISTER_FRAME, 0, at, 0);
    uint32_t jump = put_null_check(t, 0);
    put_unknown(t, 0);
    t->held++;
    if (derived) /* what was found through it is gone with it */
        put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, at, 0),
            put(t, OP_LDX_DW, POINTER, POINTER, OFFSET(twin), 0), put_field(t, false);
    use_reference(t, at, memory);
    land_due(t, true);
    t->held--;
    if (once_in(t, 3)) { /* on two paths */
        put_compare(t);
        uint32_t other = t->n - 1;
        give_back(t, at, memory);
        put(t, OP_JA, 0, 0, 0, 0);
        uint32_t end = t->n - 1;
        land(t, other);
        piece_arithmetic(t);
        give_back(t, at, memory);
        land(t, end);
    } else {
        give_back(t, at, memory);
    }
    if (derived && once_in(t, MISTAKE / 4))
        put(t, OP_LDX_W, any_number(t), POINTER, OFFSET(size), 0);
    if (jump)
        land(t, jump);
    put_unknown(t, 0);
    forget(t);
}

/* A function of the program is handed out and called back. */
void piece_visit(struct typed *t) {
    uint32_t callee = t->function + 1 + below(t, FUNCTIONS_MAX);
    if (t->function + 1 == t->functions || t->calls == CALLS_MAX)
        return;
    t->call[t->calls].at = t->n;
    t->call[t->calls++].function = callee < t->functions ? callee : t->functions - 1;
    put(t, OP_LDDW_CODE, 1, 0, 0, 0);
    put(t, OP_HIGH, 0, 0, 0, 0);
    put_unknown(t, 2);
    put_import(t, IMPORT_EACH);
}

/* A function of the program, by name or by address, with memory of its caller or of its own. */
void piece_call(struct typed *t) {
    uint32_t callee = t->function + 1 + below(t, FUNCTIONS_MAX);
    if (callee >= t->functions && !once_in(t, 4 * MISTAKE))
        callee = t->functions - 1;
    if (callee >= t->functions)
        callee = 0;
    if ((callee <= t->function && callee) || t->calls == CALLS_MAX ||
        (t->function + 1 == t->functions && !once_in(t, 4 * MISTAKE)))
        return;
    put(t, OP_MOV64_X, 1, below(t, 2) ? REGISTER_FRAME : BASE, 0, 0);
    if (t->insn[t->n - 1].src == REGISTER_FRAME)
        put(t, OP_ADD64_K, 1, 0, 0, -NUMBERS);
    if (once_in(t, 4 * MISTAKE))
        put_unknown(t, 2);
    else
        put(t, OP_LDX_DW, 2, REGISTER_FRAME, AT_SECOND, 0);
    put(t, OP_LDX_DW, 3, REGISTER_FRAME, AT_THING, 0);
    put(t, OP_LDX_DW, 4, REGISTER_FRAME, AT_PACKET, 0);
    put(t, OP_LDX_DW, 5, REGISTER_FRAME, AT_END, 0);
    t->call[t->calls].at = t->n;
    t->call[t->calls++].function = callee;
    if (once_in(t, 4)) {
        put(t, OP_LDDW_CODE, POINTER, 0, 0, 0);
        put(t, OP_HIGH, 0, 0, 0, 0);
        if (once_in(t, 4)) {
            put(t, OP_STX_DW, REGISTER_FRAME, POINTER, AT_SPILLED, 0);
            put(t, OP_LDX_DW, POINTER, REGISTER_FRAME, AT_SPILLED, 0);
        }
        put(t, OP_CALL_X, POINTER, 0, 0, 0);
    } else {
        put(t, OP_CALL_LOCAL, 0, 0, 0, 0);
    }
    if (t->escapes) { /* it points to nothing by now */
        put(t, OP_LDX_DW, 1, 0, -8, 0);
        put_unknown(t, 0);
    }
    for (unsigned r = 1; r <= 5; r++)
        put_unknown(t, r);
    forget(t);
}
