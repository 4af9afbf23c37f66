/* SPDX-License-Identifier: MIT */
/* typed.c -- see typed.h and, for the conventions, pieces.h. */
#include "pieces.h"
#include "world.h"

#include <stdlib.h>

void land_due(struct typed *t, bool all) {
    for (uint32_t i = 0; i < t->waits;) {
        if (!all && --t->waiting[i].pieces) {
            i++;
            continue;
        }
        land(t, t->waiting[i].at);
        t->waiting[i] = t->waiting[--t->waits];
    }
}

static void put_one_of(struct typed *t, piece *const *pieces, uint32_t count) {
    pieces[below(t, count)](t);
}

void put_inner(struct typed *t) {
    static piece *const pieces[] = {
        piece_arithmetic, piece_branch, piece_memory,  piece_index,     piece_nullable,
        piece_packet,     piece_field,  piece_reached, piece_variable,  piece_spill,
        piece_diamond,    piece_length, piece_import,  piece_reference, piece_call,
    };
    put_one_of(t, pieces, sizeof pieces / sizeof *pieces);
    land_due(t, false);
}

static void put_piece(struct typed *t) {
    static piece *const pieces[] = {
        piece_arithmetic,    piece_arithmetic, piece_arithmetic, piece_branch,
        piece_branch,        piece_branch,     piece_memory,     piece_atomic,
        piece_index,         piece_index,      piece_index,      piece_nullable,
        piece_packet,        piece_field,      piece_reached,    piece_variable,
        piece_spill,         piece_spill,      piece_diamond,    piece_diamond,
        piece_import,        piece_length,     piece_reference,  piece_reference,
        piece_loop,          piece_early,      piece_copies,     piece_filled,
        piece_taken_out,     piece_limits,     piece_links,      piece_compare_places,
        piece_places,        piece_places,     piece_places,     piece_places,
        piece_packet_end,    piece_packet_end, piece_constants,  piece_constants,
        piece_constants,     piece_grown,      piece_narrowed,   piece_narrowed,
        piece_packet_places, piece_atomic,
    };
    if (once_in(t, 120))
        piece_wait(t);
    else if (once_in(t, 300))
        piece_wrong(t);
    else
        put_one_of(t, pieces, sizeof pieces / sizeof *pieces);
    land_due(t, false);
}

void put_exit(struct typed *t) {
    if ((t->function || t->modest) && !once_in(t, MISTAKE / 2) && !t->escapes)
        put(t, OP_AND64_K, 0, 0, 0, WORLD_VISIT_MOST);
    put(t, OP_EXIT, 0, 0, 0, 0);
}

/* Every register and slot gets what the conventions say. */
static void put_start(struct typed *t) {
    put(t, OP_MOV64_X, BASE, 1, 0, 0);
    put(t, OP_STX_DW, REGISTER_FRAME, 2, AT_SECOND, 0);
    put(t, OP_STX_DW, REGISTER_FRAME, 3, AT_THING, 0);
    put(t, OP_STX_DW, REGISTER_FRAME, 4, AT_PACKET, 0);
    put(t, OP_STX_DW, REGISTER_FRAME, 5, AT_END, 0);
    for (unsigned r = 0; r <= 5; r++)
        put_unknown(t, r);
    if (t->function == 0 && once_in(t, 6)) { /* there is room behind */
        put(t, OP_AND64_K, 0, 0, 0, once_in(t, 16) ? 15 : 8 << below(t, 2));
        put(t, OP_ADD64_X, BASE, 0, 0, 0);
    }
    put_unknown(t, COUNTER);
    for (int32_t at = -8; at >= -NUMBERS; at -= 8)
        put(t, OP_STX_DW, REGISTER_FRAME, any_number(t), at, 0);
}

static void put_function(struct typed *t, uint32_t pieces) {
    put_start(t);
    uint32_t calls = t->function + 1 < t->functions ? 1 + below(t, 2) : 0;
    for (; pieces > 0; pieces--) {
        put_piece(t);
        if (calls && below(t, pieces) < calls) {
            if (once_in(t, 3))
                piece_visit(t);
            else
                piece_call(t);
            calls--;
        }
    }
    land_due(t, true);
    if (t->escapes && t->function)
        put(t, OP_MOV64_X, 0, REGISTER_FRAME, 0, 0);
    put_exit(t);
}

uint32_t typed_program(struct random *random, struct insn insn[TYPED_SLOTS]) {
    static const uint8_t weight[] = {3, 4, 6, 6, 8, 10, 14, 24};
    struct typed t = {.random = random, .insn = insn, .functions = 1};
    uint32_t start[FUNCTIONS_MAX];
    if (once_in(&t, 2))
        t.functions += 1 + below(&t, FUNCTIONS_MAX - 1);
    t.escapes = once_in(&t, MISTAKE);
    t.modest = once_in(&t, 4);
    if (once_in(&t, 1000)) {
        put_chain(&t);
        return t.n;
    }
    for (; t.function < t.functions; t.function++) {
        uint32_t most = weight[below(&t, sizeof weight)] / (t.function ? 3 : 1);
        start[t.function] = t.n;
        put_function(&t, 1 + below(&t, most + !most));
    }
    for (uint32_t i = 0; i < t.calls; i++)
        insn[t.call[i].at].imm = (int32_t)(start[t.call[i].function] - t.call[i].at - 1);
    return t.n;
}

struct program typed_decoded(const struct hooks *hooks, uint64_t seed) {
    static struct insn insn[TYPED_SLOTS];
    static uint8_t bytes[TYPED_SLOTS * INSN_BYTES];
    struct program p = {.import = world_imports,
                        .import_count = WORLD_IMPORTS,
                        .variable = world_variables,
                        .variable_count = WORLD_VARIABLES};
    struct random random;
    random_seed(&random, seed);
    uint32_t slots = typed_program(&random, insn);
    for (uint32_t i = 0; i < slots; i++)
        insn_encode(insn[i], bytes + (size_t)i * INSN_BYTES);
    if (!program_decode(&p, hooks, bytes, (size_t)slots * INSN_BYTES, NULL))
        abort();
    return p;
}
