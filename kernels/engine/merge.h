/* SPDX-License-Identifier: MIT */
/* merge.h -- many programs as one: what a dispatcher or a demultiplexer asks of every event, which
 * of its guards or filters hold, becomes one program whose result has a bit for each. Where
 * programs begin alike, that beginning runs once (Engler, Kaashoek: DPF, SIGCOMM '96, merges
 * packet filters into a trie for the same reason).
 *
 * The members must be functional and bounded: then none sees whether the others ran. What comes out
 * is made of instructions and decoded as any program is; the interpreter runs it, jit_compile
 * compiles it with all of its options, and verify() proves it once more for whoever asks, as a
 * program of the members' kind that gives any number. */
#ifndef ENGINE_MERGE_H
#define ENGINE_MERGE_H

#include "engine/program.h"
#include "engine/verify.h"

#define MERGE_MAX       64    /* members */
#define MERGE_SLOTS_MAX 32767 /* of the result: as far as its jumps reach */

struct merge_member {
    const struct program *program; /* verified; all of one kind */
    const struct facts *facts;
};

struct merge {
    struct program program; /* bit i of its result: member i gave something other than 0 */
    uint32_t stack_bytes;   /* of all its functions active at once, at most */
    struct import *import;  /* the members', one after the other, as is variable */
    struct variable *variable;
};

enum merged {
    MERGE_DONE,
    MERGE_NOT_FUNCTIONAL, /* a member has effects, its loops are not bounded, or it is called back
                           */
    MERGE_TOO_MUCH,       /* more than MERGE_MAX members, or the result would be too long */
    MERGE_NO_MEMORY,
};

/* Merges `count` programs, none included. What they call and read must outlive the result; they
 * themselves need not. Anything but MERGE_DONE leaves nothing allocated. */
enum merged merge_create(struct merge *merge, const struct hooks *hooks,
                         const struct merge_member *member, uint32_t count);
void merge_release(struct merge *merge, const struct hooks *hooks);

#endif
