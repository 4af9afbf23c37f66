/* SPDX-License-Identifier: MIT */
/* pieces.h -- shared by the files that write random programs: typed.c (programs from functions,
 * functions from pieces), pieces_number.c and pieces_world.c.
 *
 * The conventions of a generated function: r6 is memory of at least BASE_BYTES bytes; r7, and r8
 * where two are needed, are pointers for the length of one piece; every other register is a number
 * between pieces. The frame holds numbers in its upper bytes and below them the addresses that came
 * as arguments. All functions of a program take the same arguments. */
#ifndef SOUNDNESS_PIECES_H
#define SOUNDNESS_PIECES_H

#include "typed.h"

#define BASE       6
#define POINTER    7
#define SPARE      8
#define COUNTER    9
#define NUMBERS    48 /* bytes of frame that hold numbers */
#define BASE_BYTES 48
enum {
    AT_SECOND = -56, /* memory or null */
    AT_THING = -64,
    AT_PACKET = -72,
    AT_END = -80,
    AT_REFERENCE = -88, /* and -96: one inside of the other */
    AT_FILLED = -112,   /* 16 bytes that nothing has written at first */
    AT_PLACES = -144,   /* PLACES_BYTES in which places are compared */
    AT_SPILLED = -152,
};
#define PLACES_BYTES  32
#define HELD_MAX      2
#define WAITING_MAX   8
#define FUNCTIONS_MAX 4
#define CALLS_MAX     16

struct typed {
    struct random *random;
    struct insn *insn;
    uint32_t n;
    struct {
        uint32_t at, pieces; /* a jump that lands after so many pieces */
    } waiting[WAITING_MAX];
    uint32_t waits;
    struct {
        uint32_t at, function; /* a call whose target is known in the end */
    } call[CALLS_MAX];
    uint32_t calls;
    uint32_t function, functions; /* the one being written, and all of them */
    uint32_t held;                /* references, at this place */
    bool looping;                 /* COUNTER is taken */
    bool modest;                  /* the program's result is small */
    bool escapes;                 /* by mistake functions give out the address of their frame */
};

typedef void piece(struct typed *t);

static inline uint32_t below(struct typed *t, uint32_t n) {
    return random_below(t->random, n);
}

/* One in n. Where a piece just misses, it does so as rarely as this. */
static inline bool once_in(struct typed *t, uint32_t n) {
    return below(t, n) == 0;
}
#define MISTAKE 60

static inline void put(struct typed *t, unsigned op, unsigned dst, unsigned src, int32_t off,
                       int32_t imm) {
    if (t->n < TYPED_SLOTS)
        t->insn[t->n++] = (struct insn){
            .op = (uint8_t)op, .dst = dst & 15, .src = src & 15, .off = (int16_t)off, .imm = imm};
}

/* The jump at this slot leads to the next one that is written. */
static inline void land(struct typed *t, uint32_t jump) {
    struct insn *insn = &t->insn[jump];
    if (insn->op == OP_JA && once_in(t, 8))
        *insn = (struct insn){.op = OP_JA32, .imm = (int32_t)(t->n - jump - 1)};
    else
        insn->off = (int16_t)(t->n - jump - 1);
}

/* Lands the jumps that have waited long enough, or all that wait. */
void land_due(struct typed *t, bool all);
/* The end of a function; those that may be called back give a small number. */
void put_exit(struct typed *t);
/* Writes a random piece, of those that may stand inside of others. */
void put_inner(struct typed *t);

/* pieces_number.c */
unsigned any_number(struct typed *t);            /* a register between pieces */
unsigned any_op(struct typed *t, unsigned kind); /* of this enum opcode_kind */
int32_t any_immediate(struct typed *t);
void put_unknown(struct typed *t, unsigned reg); /* loads something, of any width */
void put_compare(struct typed *t);               /* of numbers, by any jump but JA */
void put_access(struct typed *t, unsigned base, int32_t low, int32_t high); /* in [low, high) */
/* On plain memory in [low, high), aligned but for a mistake; `at` is what base has of alignment. */
void put_atomic(struct typed *t, unsigned base, int32_t low, int32_t high, int32_t at);
uint32_t put_bound(struct typed *t, unsigned index, int32_t limit); /* gives a jump to land, or 0 */
piece piece_constants, piece_arithmetic, piece_branch, piece_memory, piece_atomic, piece_index,
    piece_spill, piece_diamond, piece_links, piece_loop, piece_wait, piece_early;

/* pieces_wrong.c */
piece piece_wrong;
void put_chain(struct typed *t); /* a whole program, of functions that call one another */

/* pieces_place.c */
/* POINTER + off is an argument, of which so many bytes are there. */
void put_argument(struct typed *t, int32_t off, int32_t bytes);
piece piece_packet_end, piece_places, piece_grown, piece_packet_places, piece_narrowed;

/* pieces_world.c */
void put_import(struct typed *t, int32_t number); /* of enum world_import, with its arguments set */
void forget(struct typed *t);                     /* between pieces nothing is a pointer */
piece piece_nullable, piece_limits, piece_packet, piece_field, piece_reached, piece_variable,
    piece_import, piece_length, piece_reference, piece_call, piece_compare_places, piece_copies,
    piece_filled, piece_taken_out, piece_visit;

#endif
