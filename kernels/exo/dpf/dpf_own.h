/* SPDX-License-Identifier: MIT */
/* dpf_own.h -- what the files of DPF share: a filter's form, and the trie of a set's filters. */
#ifndef EXO_DPF_DPF_OWN_H
#define EXO_DPF_DPF_OWN_H

#include "exo/dpf/dpf.h"

/* --- The form of a filter (dpf_form.c) --- */

/* A step on the way of a message: a test of 1, 2 or 4 bytes where `mask` has ones, or a shift. Two
 * filters that ask the same have the same steps. A test's mask and value are as the processor loads
 * them, the first byte lowest; a shift's mask is a number of the network's. */
struct dpf_key {
    uint16_t offset; /* from the place */
    uint8_t bytes;
    uint8_t shift; /* of a shift: 1 + how far; 0: a test */
    uint32_t mask;
};

struct dpf_step {
    struct dpf_key key;
    uint32_t value; /* of a test */
};

#define DPF_STEPS 64

struct dpf_form {
    struct dpf_step step[DPF_STEPS];
    uint32_t steps, bits; /* how many, and how many bits they test */
};

/* Makes the form of these atoms. DPF_FINE, or why it is none, of the atom *at. */
enum dpf_fault dpf_form(struct dpf_form *form, const struct dpf_atom *atom, uint32_t atoms,
                        uint32_t *at);

/* Windows of four bytes; the first one begins two bytes before the place. */
enum { DPF_WINDOWS = (DPF_REACH + 3 + 2) / 4 + 1, DPF_WORDS = DPF_WINDOWS / 64 + 1 };

/* Of a window, which bits are tested and what they are to be, as the processor loads it. */
struct dpf_window {
    uint32_t mask, value;
};

/* What is between two shifts, so that an atom more and the next window take the same time whatever
 * there is: which windows have tests, and where each of them stands. */
struct dpf_part {
    uint64_t used[DPF_WORDS];
    uint8_t where[DPF_WINDOWS];
    struct dpf_window window[2 * DPF_ATOMS];
    uint32_t count, words; /* windows; words of `used` that have some, and those before them */
};

/* A form that is being made: the atoms that it has so far, and where they have led to. */
struct dpf_forming {
    struct dpf_part part;
    uint32_t atoms, moved, states;
};

/* The same in parts: as many more of the atoms as there are below `atoms`, and when there are all
 * of them, its end. A fault is of the atom forming->atoms. */
void dpf_form_begin(struct dpf_forming *g, struct dpf_form *form);
enum dpf_fault dpf_form_on(struct dpf_forming *g, struct dpf_form *form,
                           const struct dpf_atom *atom, uint32_t atoms);
enum dpf_fault dpf_form_end(struct dpf_forming *g, struct dpf_form *form);

/* How far constant shifts lead on, in all. */
uint32_t dpf_moved(const struct dpf_atom *atom, uint32_t atoms);

/* Where the state atoms of a filter look. */
struct dpf_fields {
    uint32_t count, before; /* how many; atoms before them */
    uint16_t at[DPF_FIELDS];
    uint8_t bytes[DPF_FIELDS];
};
/* Of atoms of which dpf_form has said that they are a filter's. */
void dpf_fields(struct dpf_fields *fields, const struct dpf_atom *atom, uint32_t atoms);

static inline bool dpf_key_is(const struct dpf_key *a, const struct dpf_key *b) {
    return a->offset == b->offset && a->bytes == b->bytes && a->shift == b->shift &&
           a->mask == b->mask;
}

/* --- The trie (dpf_trie.c) --- */

#define DPF_BRANCHES 16 /* different tests at one node */

/* What the code looks up of a node as it runs, so that nodes and filters come and go while the code
 * of others stays. */
struct dpf_entry {
    const uint8_t *code;
    const struct dpf_filter *filter; /* that ends here; or nobody */
};

/* Which node a value leads to. One value stands here; more are in small hash tables, which a
 * directory finds (dpf_table.c). */
struct dpf_slot {
    uint32_t value;
    uint32_t
        entry; /* bytes to the node's entry; 0: the slot is free, and that entry is nothing's */
};

static inline uint32_t dpf_slot_node(const struct dpf_slot *slot) {
    return slot->entry / (uint32_t)sizeof(struct dpf_entry);
}

#define DPF_SMALL      32   /* slots of a small table... */
#define DPF_SMALL_MOST 16   /* ...and values in it, at most */
#define DPF_SMALLS     2048 /* small tables that a directory finds, at most */

struct dpf_directory {
    uint64_t last; /* index; a power of two less 1 */
    struct dpf_slot *small[];
};

struct dpf_table {
    struct dpf_slot one;
    struct dpf_directory *directory; /* null: there is only `one` */
    uint32_t count;
};

struct dpf_branch {
    struct dpf_key key;
    struct dpf_table to;
    uint32_t least;          /* bits that each filter beyond it tests, or more */
    uint32_t steps;          /* that a message may take from it on, or fewer */
    uint32_t owner;          /* who brought it */
    bool loose;              /* ... though it may be that less would do: dpf_tidy.c */
    struct dpf_branch *next; /* in the order of their keys */
};

struct dpf_node {
    struct dpf_branch *branch;
    struct dpf_branch *from; /* its parent's branch that leads here ... */
    uint32_t value;          /* ... by this value */
    uint32_t parent;         /* of a free node: the next free one */
    uint32_t proven;         /* bytes that are known to be there, from the place on */
    uint32_t held;           /* insertions that have come as far as here */
    uint32_t next_untidy;    /* of those that are, ... */
    bool untidy;             /* ... and whether it is: dpf_tidy.c */
    bool stale;              /* its code asks about a filter that is gone */
    struct dpf_group *group;
    struct code_memory code;
};

/* How far a branch has been looked through for what the filters beyond it test. */
struct dpf_scan {
    const struct dpf_branch *branch;
    uint64_t changes; /* that the set had had when it began */
    uint32_t at, least, steps;
};

struct dpf_set {
    struct dpf_head head;
    struct hooks hooks;
    struct dpf_limit limit;
    struct dpf_node **nodes_at; /* DPF_NODES each */
    struct dpf_entry *entry;    /* of each node; the first one is nothing's */
    struct code_memory begin;   /* `find`, and what leads to nothing */
    const struct dpf_filter *(*find)(const struct dpf_set *s, const uint8_t *message,
                                     uint32_t bytes);
    uint32_t
        states; /* filters with state atoms: head.find is dpf_find_and_note then, else `find` */
    const uint8_t *nothing;
    uint32_t nodes, room, free; /* used ones; that there is room for; the first free one, or 0 */
    uint32_t pieces;            /* of nodes, that the arrays have room for */
    uint32_t filters, code_bytes, bytes;
    uint64_t order;
    uint64_t changes; /* of nodes and branches, and filters that came */
    bool limited;     /* to the nodes that there is room for */
    uint32_t untidy;  /* the first untidy node, or 0 */
    struct dpf_scan scan;
};

#define DPF_ROOT  1
#define DPF_NODES 64
static inline struct dpf_node *dpf_node(const struct dpf_set *s, uint32_t n) {
    return &s->nodes_at[n / DPF_NODES][n % DPF_NODES];
}

/* Gives back its memory, whatever is in it. */
void dpf_table_free(struct dpf_table *t, struct dpf_set *s);
/* The slot of a value, or null. */
struct dpf_slot *dpf_table_find(const struct dpf_table *t, uint32_t value);
/* All slots, one a call, the free ones too, whose entry is 0; null at the end. *at begins with 0.
 * dpf_table_next: those that are used. */
const struct dpf_slot *dpf_table_each(const struct dpf_table *t, uint32_t *at);
const struct dpf_slot *dpf_table_next(const struct dpf_table *t, uint32_t *at);
/* Whether there is no room for this value; then half of what is in its place goes into a new one,
 * which need not be enough. False: no memory, or too many whose hashes begin alike. */
bool dpf_table_is_full(const struct dpf_table *t, uint32_t value);
bool dpf_table_split(struct dpf_table *t, struct dpf_set *s, uint32_t value);
/* Adds a value that is not there, and for which there is room. False: no memory. */
bool dpf_table_add(struct dpf_table *t, struct dpf_set *s, uint32_t value, uint32_t node);
/* Takes out a value that is there. */
void dpf_table_remove(struct dpf_table *t, struct dpf_set *s, uint32_t value);
/* Multiplicative hashing (Knuth, vol. 3, 6.4): upper bits of the product depend on all of the
 * value. Which small table, by as many of these as the directory has; and where the search in it
 * begins. */
#define DPF_HASH             0x9e3779b97f4a7c15u
#define DPF_HASH_SHIFT       40
#define DPF_HASH_SMALL_SHIFT 59
static inline uint64_t dpf_hash(uint32_t value) {
    return value * DPF_HASH >> DPF_HASH_SHIFT;
}
static inline uint32_t dpf_hash_small(uint32_t value) {
    return (uint32_t)(value * DPF_HASH >> DPF_HASH_SMALL_SHIFT);
}

/* With room for so many nodes and no more; 0: with more as they come. */
bool dpf_trie_open(struct dpf_set *s, uint32_t nodes);
void dpf_trie_close(struct dpf_set *s);
/* What things take, in instructions or so. */
enum {
    DPF_WORK_LOOK = 50,
    DPF_WORK_ATOM = 100,
    DPF_WORK_SPLIT = 1500,
    DPF_WORK_NODE = 500,
    DPF_WORK_PRUNE = 3000,
    DPF_WORK_CODE = 4500
};

/* From a node on by a step, or to where there is room for that: *to is the node, *n if this is to
 * go on. What is new leads nowhere yet, and has no code. 0; -E_FULL: no memory, or too many
 * branches; -E_NO_MEMORY. */
int dpf_step(struct dpf_set *s, uint32_t n, const struct dpf_step *step, uint32_t *to, long *work);
/* Takes a node away that leads nowhere, and has no code that leads to it. */
void dpf_take_away(struct dpf_set *s, uint32_t n);
bool dpf_leads_nowhere(const struct dpf_set *s, uint32_t n);
/* A filter of so many bits came to n: so many, and as many steps, are beyond the branches that lead
 * to it. */
void dpf_widen(struct dpf_set *s, uint32_t n, uint32_t bits);
/* The same of all that is at a node or beyond it. */
void dpf_include(const struct dpf_set *s, uint32_t n, uint32_t *least, uint32_t *steps);

/* --- What leads nowhere (dpf_tidy.c) --- */

/* dpf_tidy is to look at n. */
void dpf_untidy(struct dpf_set *s, uint32_t n);
/* Beyond the branch that leads to n there is less than there was. */
void dpf_loosen(struct dpf_set *s, uint32_t n);
/* What a filter has at its node goes; of a set's filter, dpf_end. */
void dpf_leave(struct dpf_set *s, struct dpf_filter *f);

/* --- From whom a form would take messages (dpf_overlap.c) --- */

struct dpf_level {
    const struct dpf_branch *branch; /* that is looked at */
    uint32_t slot;                   /* which of its slots is next; 0: it is to begin */
    uint32_t mask, value;            /* what the form wants of its value */
    uint32_t at;                     /* where the form is: dpf_overlap.c */
};

/* How far the trie has been looked through. */
struct dpf_walk {
    bool begun;
    uint64_t changes; /* that the set had had then */
    uint32_t depth;
    struct dpf_level level[DPF_STEPS + 1];
};
/* From the beginning, if the set has changed. 0: nobody says no; -E_PERM; -E_AGAIN: this is to go
 * on. */
int dpf_walk_on(struct dpf_walk *w, const struct dpf_set *s, const struct dpf_form *form,
                const struct dpf_asked *asked, long *work);

/* Zeroed memory that the set counts as its own; null: none. */
void *dpf_allocate(struct dpf_set *s, size_t bytes);
void dpf_free(struct dpf_set *s, void *memory, size_t bytes);

/* --- State (dpf_state.c) --- */

extern const struct dpf_choice dpf_state; /* of a struct dpf_fields */
const struct dpf_filter *dpf_find_and_note(const struct dpf_set *s, const uint8_t *message,
                                           uint32_t bytes);

/* --- The code (dpf_code.c) --- */

/* Compiles a node, as if it did not lead to the node `without` (0: none); what it had before runs
 * until then. False: no memory, and nothing has changed. */
bool dpf_compile(struct dpf_set *s, uint32_t node, uint32_t without);
/* The code of the set's own: s->begin and s->nothing. */
bool dpf_compile_begin(struct dpf_set *s);

#endif
