/* SPDX-License-Identifier: MIT */
/* trie.h -- many programs as one: what a dispatcher or a demultiplexer asks of every event, which
 * of its guards or filters hold, becomes one program whose result has a bit for each. Where
 * programs begin alike, that beginning runs once (Engler, Kaashoek: DPF, SIGCOMM '96, merges
 * packet filters into a trie for the same reason).
 *
 * The members must be functional and bounded: then none sees whether the others ran. What comes out
 * is made of instructions and decoded as any program is; the interpreter runs it, jit_compile
 * compiles it with all of its options, and verify() proves it once more at a caller's request, as a
 * program of the members' kind that gives any number. */
#ifndef ENGINE_TRIE_H
#define ENGINE_TRIE_H

#include "engine/program.h"
#include "engine/verify.h"

#define TRIE_MAX       64    /* members */
#define TRIE_SLOTS_MAX 32767 /* of the result: as far as its jumps reach */

struct trie_member {
    const struct program *program; /* verified; all of one kind */
    const struct facts *facts;
};

struct trie {
    struct program program; /* bit i of its result: member i gave something other than 0 */
    uint32_t stack_bytes;   /* of all its functions active at once, at most */
    struct import *import;  /* the members', one after the other, as is variable */
    struct variable *variable;
};

enum trie_outcome {
    TRIE_DONE,
    TRIE_NOT_FUNCTIONAL, /* a member has effects, its loops are not bounded, or it is called back */
    TRIE_TOO_MUCH,       /* more than TRIE_MAX members, or the result would be too long */
    TRIE_NO_MEMORY,
};

/* Merges `count` programs, none included. What they call and read must outlive the result; they
 * themselves need not. Anything but TRIE_DONE leaves nothing allocated. */
enum trie_outcome trie_create(struct trie *trie, const struct hooks *hooks,
                              const struct trie_member *member, uint32_t count);
void trie_release(struct trie *trie, const struct hooks *hooks);

#endif
