/* SPDX-License-Identifier: MIT */
/* merge.h -- which of many guards or filters hold? Any number of members becomes a structure of
 * decisions over what they look at: one hash table for all equalities over one field, one search
 * for all ranges, and masks that are prefixes as ranges; so of members that say what a number is or
 * what range it is in, the answer costs what those that hold cost and not what all do (Engler and
 * Kaashoek: DPF, SIGCOMM '96, merges equal comparisons and looks constants up by hashing; BPF+,
 * Begel et al., SIGCOMM '99, removes what is asked twice). Fields are shared wherever they stand in
 * a member. Asked one after the other are those that say what a number is not, and nothing else;
 * those whose form is not known (guard_form.h; where these begin alike, trie.h shares that); and,
 * of a set that is searched by eight numbers, those that look at none of them.
 *
 * A structure never changes: one member more or less is a new one, which costs what all cost. Of
 * members with one equality that is 1,955 instructions each where they are 1,000, and 2,431 where
 * they are 10 (docs/engine.md); each conjunct more is a level more, at which all members that have
 * come there are counted by their conjuncts, once or twice for each number that is searched there,
 * and sorted.
 *
 * Stack that is needed, with GCC 12 at -O2: merge_create 10 KiB, merge_ask 6 KiB, where a member
 * has GUARD_CONJUNCTS_MAX conjuncts: 504 and 336 bytes for each.
 *
 * The members must be functional and bounded: then none sees whether and when others are asked. */
#ifndef ENGINE_MERGE_H
#define ENGINE_MERGE_H

#include "engine/guard_form.h"
#include "engine/jit.h"

#define MERGE_MEMBERS_MAX (1u << 20)
#define MERGE_NOBODY      UINT32_MAX

struct merge_member {
    const struct program *program; /* verified; all of one kind */
    const struct facts *facts;
    code_entry *entry; /* its machine code; used, and needed, if its form is opaque */
};

/* A table that has grown to what it needed. */
struct merge_row {
    void *at;
    uint32_t used, capacity; /* elements */
};

/* Everything is allocated by the hooks; merge_internal.h says what the rows hold. */
struct merge {
    uint32_t members;
    uint32_t all; /* the set of all members */
    struct merge_row set, search, slot, range, number, asked, conjunct;
};

enum merge_outcome {
    MERGE_DONE,
    MERGE_NOT_FUNCTIONAL, /* a member has effects, or its loops are not bounded */
    MERGE_NO_ENTRY,       /* an opaque member has no machine code */
    MERGE_TOO_MANY,       /* members */
    MERGE_NO_MEMORY,
};

/* Merges `count` programs, none included, of a kind whose entry is `entry`. The machine code of
 * opaque members must outlive the result; nothing else need. Anything but MERGE_DONE leaves nothing
 * allocated. */
enum merge_outcome merge_create(struct merge *merge, const struct hooks *hooks,
                                const struct signature *entry, const struct merge_member *member,
                                uint32_t count);
void merge_release(struct merge *merge, const struct hooks *hooks);

/* The members that give something other than 0, in ascending order of their numbers, into `held`,
 * which has room for all members. Gives how many. Takes no memory and changes nothing. */
uint32_t merge_ask(const struct merge *merge, const uint64_t argument[PARAMETERS], uint32_t *held);

/* The first of them, or MERGE_NOBODY: members in order of priority. */
uint32_t merge_first(const struct merge *merge, const uint64_t argument[PARAMETERS]);

/* Bytes that it takes. */
size_t merge_bytes(const struct merge *merge);

#endif
