/* SPDX-License-Identifier: MIT */
/* merge_internal.h -- the structure of decisions, as merge.c builds it with merge_search.c and
 * merge_ask.c walks it. Parts name each other by their place in the rows of struct merge. */
#ifndef ENGINE_MERGE_INTERNAL_H
#define ENGINE_MERGE_INTERNAL_H

#include "engine/merge.h"
#include "engine/merge/guard_paths.h"

/* Where a decision leads: to a set, or, with this bit, straight to a member that holds; or to
 * MERGE_NOBODY. */
#define LEADS_TO_MEMBER 0x80000000u

/* Members of which the same has been found out. */
struct merge_set {
    uint32_t number, numbers; /* those that hold: nothing is left to be asked of them */
    uint32_t asked, askeds;   /* those that are asked one after the other */
    uint32_t search;          /* the first of the searches for all others, or MERGE_NOBODY */
};

/* All that is asked of one number, a source's: a hash table of the values that it is compared with,
 * and the ranges, in the order of their lower ends, as a balanced tree whose root is the middle. */
struct merge_search {
    struct guard_source source;
    uint64_t mask;
    uint32_t slot;     /* the table's first... */
    uint8_t slot_bits; /* ...of 1 << slot_bits; 0: there is none */
    uint32_t range, ranges;
    uint32_t next; /* another search of the same set, or MERGE_NOBODY */
};

/* Slots at most that are looked at for a value, whether the table has it or not. */
#define MERGE_PROBES_MAX 8

/* The golden ratio's first bits: values in a row spread evenly (Knuth, TAOCP 3, 6.4). */
static inline uint32_t merge_hash(uint64_t value, unsigned bits) {
    return (uint32_t)(value * 0x9e3779b97f4a7c15u >> (64 - bits));
}

struct merge_slot {
    uint64_t value;
    uint32_t leads; /* MERGE_NOBODY: the slot is empty */
};

struct merge_range {
    uint64_t low, high;
    uint64_t most; /* the highest upper end in this one's subtree */
    uint32_t leads;
};

struct merge_asked {
    code_entry *entry; /* of a member of unknown form; null: the conjuncts are what is left */
    uint32_t member;
    uint32_t conjunct, conjuncts;
};

/* --- Building --- */

/* Members, linked through merge_build.link in ascending order. */
struct merge_list {
    uint32_t head, tail, count;
};

struct merge_form {
    uint32_t conjunct; /* the first, among merge_build.conjunct */
    uint8_t kind;      /* enum guard_kind */
    uint8_t conjuncts;
    uint8_t found;  /* the one by which it is found in the search that is being made */
    uint16_t done;  /* a bit for each that has been decided on the way... */
    uint16_t waits; /* ...and for each that may not be asked before those that stand before it */
};

struct merge_build {
    const struct hooks *hooks;
    const struct signature *entry;
    const struct merge_member *member;
    struct merge *merge;
    uint32_t count;
    uint32_t *link;
    struct merge_form *form;
    struct guard_paths *paths;
    struct merge_row conjunct;
    bool no_memory; /* what has been built is worthless */
};

/* A number that members are searched by. */
struct merge_key {
    struct guard_source source;
    uint64_t mask;
    bool prefixes; /* and every mask that is a prefix of the source, as a range of all its bits */
};

void merge_list_add(struct merge_build *b, struct merge_list *list, uint32_t member);
/* Takes the first member off the list. */
uint32_t merge_list_take(struct merge_build *b, struct merge_list *list);

/* Room for `more` elements behind those that the row has, zeroed; gives the first's number. */
uint32_t merge_row_add(struct merge_build *b, struct merge_row *row, size_t element, uint32_t more);
#define ROW_ADD(build, row, type, more) merge_row_add(build, row, sizeof(type), more)
#define ROW_AT(row, type, i)            (&((type *)(row).at)[i])

/* Makes a set of the members on the list; gives where it is, as decisions lead there. */
uint32_t merge_make_set(struct merge_build *b, struct merge_list list);

/* Makes the search for members that are all found under the key (merge_form.found). */
uint32_t merge_make_search(struct merge_build *b, const struct merge_key *key,
                           struct merge_list list);

static inline const struct conjunct *merge_conjunct(const struct merge_build *b, uint32_t member,
                                                    unsigned i) {
    return ROW_AT(b->conjunct, struct conjunct, b->form[member].conjunct + i);
}

static inline uint64_t source_bits(const struct guard_source *s) {
    return UINT64_MAX >> (64 - 8 * s->bytes);
}

/* The highest bits of the source, or all. */
static inline bool is_prefix(const struct guard_source *s, uint64_t mask) {
    uint64_t rest = source_bits(s) & ~mask;
    return !(rest & (rest + 1));
}

#endif
