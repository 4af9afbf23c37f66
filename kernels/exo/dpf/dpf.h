/* SPDX-License-Identifier: MIT */
/* dpf.h -- dynamic packet filters (Engler, Kaashoek: DPF, SIGCOMM '96): whose packet is it?
 *
 * A filter is a list of atoms that must all hold, in order. Bytes are read in the network's order
 * at an offset from a place in the message, which begins at its first byte and which shifts move
 * on:
 *
 *   EQ      the `bytes` bytes there are `value`
 *   MEQ     they are, where `mask` has ones
 *   SHIFT   the place moves on by what they are, times 2^shift
 *   MSHIFT  the same of what they are where `mask` has ones
 *   SHIFTI  the place moves on by `value`
 *   STATE   of a message that it takes, it notes the bytes there; and it takes each message that
 *           has in all of its state atoms what it noted of one, if what comes before the first of
 *           them holds: the later pieces of a message, whatever comes behind (dpf_state.c)
 *
 * What is not in the message does not hold: of MEQ the bytes of which something is tested. Of
 * filters that hold the one that tests most bits has the message; of two that test as many, the one
 * that came first. Which bits a filter tests does not depend on how its atoms say so: dpf_form.c.
 *
 * A set merges its filters into a trie, in which what they have in common is asked once, and
 * compiles that (dpf_code.c); where they differ in a constant only, a hash finds it. Pure: memory
 * and executable mappings are handed in. */
#ifndef EXO_DPF_DPF_H
#define EXO_DPF_DPF_H

#include "engine/hooks.h"
#include "exo/dpf/dpf_atom.h"
#include "lib/error.h"

/* Why a filter is none: of the atom at `atom`. */
enum dpf_fault {
    DPF_FINE,
    DPF_NO_OP,         /* its operation or width is none */
    DPF_FAR,           /* it looks beyond DPF_REACH */
    DPF_BEYOND_MASK,   /* its value has bits outside its mask: it could never hold */
    DPF_CONTRADICTION, /* it wants bits otherwise than one before it */
    DPF_NOTHING,       /* no atom tests anything: it would take every message */
    DPF_TOO_MANY,      /* atoms */
    DPF_STATE_PLACE,   /* state atoms stand behind a shift by a field, apart, or are too many */
};

struct dpf_set;

struct dpf_group;

struct dpf_filter {
    uint64_t rank; /* more bits first, then what came first: the greatest has the message */
    void *user;
    uint32_t node, bits;
    struct dpf_filter *later; /* with state atoms: the filter of the later pieces */
    struct dpf_group *group;  /* who decides about it beside the atoms, if somebody does, ... */
    struct dpf_filter *next;  /* ... and the next one of the same */
};

/* Filters of which atoms say the same, and something else decides which one has a message. */
struct dpf_group {
    const struct dpf_choice *choice;
    struct dpf_group *next;    /* where these atoms lead to */
    struct dpf_filter *member; /* in the order in which they came */
    uint32_t members, bits;
    uint32_t moved; /* bytes that constant shifts among the atoms lead on, in all */
    bool kept;      /* without members, for there was no memory for code without it */
};

/* How it is decided. */
struct dpf_choice {
    /* Which filter has the message, of which this is the rest from the place on where the atoms
     * lead to; or dpf_nobody. */
    const struct dpf_filter *(*choose)(struct dpf_group *g, const uint8_t *place, uint32_t left);
    /* A group for such a filter, null without memory; is it one; a filter more, which is among the
     * members already: 0, or an error, and then it leaves; one that is no more; the end of the
     * group. `what` is what dpf_insert_chosen was given. */
    struct dpf_group *(*make)(struct dpf_set *s, const void *what);
    bool (*is)(const struct dpf_group *g, const void *what);
    int (*add)(struct dpf_set *s, struct dpf_group *g, struct dpf_filter *f, const void *what);
    void (*leave)(struct dpf_set *s, struct dpf_group *g, struct dpf_filter *f);
    void (*end)(struct dpf_set *s, struct dpf_group *g);
};

extern const struct dpf_filter dpf_nobody; /* its rank is 0 */

/* What a set begins with: its code, which gives the filter that has a message, or one whose user is
 * null. */
struct dpf_head {
    const struct dpf_filter *(*find)(const struct dpf_set *s, const uint8_t *message,
                                     uint32_t bytes);
};

/* An empty set, or null. Its memory is charged to hooks->owner. One that is `for_nodes` has room
 * for so many from the beginning, and never for more: so nothing is moved as it grows. */
struct dpf_set *dpf_open(const struct hooks *hooks);
struct dpf_set *dpf_open_for(const struct hooks *hooks, uint32_t nodes);
void dpf_close(struct dpf_set *s);

/* What each of the filters that come next may bring that none had before: `steps` of its own, and,
 * if they are somebody's, so that others find room, `branches` of their owner's at one place. */
struct dpf_limit {
    uint32_t owner; /* 0: nobody's */
    uint32_t branches, steps;
};
void dpf_limit(struct dpf_set *s, const struct dpf_limit *limit);

/* Adds a filter; messages that it has are `user`'s, not null. 0; -E_INVALID with *fault and *at;
 * -E_EXISTS: there is one that tests the same; -E_FULL: as many as there may be, or too many
 * different tests at one place, or beyond the limit; -E_NO_MEMORY. */
int dpf_insert(struct dpf_set *s, const struct dpf_atom *atom, uint32_t atoms, void *user,
               struct dpf_filter **filter, enum dpf_fault *fault, uint32_t *at);
/* The same of one about which `choice` decides beside the atoms, of which there may be none. It is
 * as strong as they are. Errors of choice->add, too. */
int dpf_insert_chosen(struct dpf_set *s, const struct dpf_atom *atom, uint32_t atoms,
                      const struct dpf_choice *choice, const void *what, void *user,
                      struct dpf_filter **filter, enum dpf_fault *fault, uint32_t *at);
/* Takes it out of its set, which is then as if it had never come; *f is gone. */
void dpf_remove(struct dpf_set *s, struct dpf_filter *f);

/* The same in parts, for whoever has other things to do meanwhile. What is between begin and end
 * takes no message, and hurts no filter that comes or goes. */
struct dpf_coming;
/* Begins with a filter as dpf_insert_chosen, or without `choice` as dpf_insert. The atoms and
 * `what` stay as long as this. 0; -E_FULL; -E_NO_MEMORY. */
int dpf_begin(struct dpf_set *s, const struct dpf_atom *atom, uint32_t atoms,
              const struct dpf_choice *choice, const void *what, void *user,
              struct dpf_coming **coming);
/* Goes on with it as *work allows, in instructions or so, of which it takes DPF_PART more at most,
 * and more where a place has many different tests. If `asked` is not null, all who would lose
 * messages are asked (dpf_would_take). -E_AGAIN: this is to be called again. Else *coming is gone:
 * 0, and *filter is in the set; -E_PERM: one said no; or an error of dpf_insert. */
#define DPF_PART    7000
#define DPF_AT_ONCE INT64_MAX
struct dpf_asked {
    bool (*may)(void *user, void *arg);
    void *arg;
};
int dpf_go_on(struct dpf_set *s, struct dpf_coming *c, const struct dpf_asked *asked, long *work,
              struct dpf_filter **filter, enum dpf_fault *fault, uint32_t *at);
/* It does not come. */
void dpf_give_up(struct dpf_set *s, struct dpf_coming *c);
/* A filter takes no more messages, and is gone; what is left of it, dpf_tidy takes away as *work
 * allows: whether nothing is left of any. */
void dpf_end(struct dpf_set *s, struct dpf_filter *f);
bool dpf_tidy(struct dpf_set *s, long *work);

/* Whose message it is, or null. */
static inline void *dpf_find(const struct dpf_set *s, const uint8_t *message, uint32_t bytes) {
    return ((const struct dpf_head *)s)->find(s, message, bytes)->user;
}

/* Asks of each filter from which these atoms would take a message whether they may: `may` gives
 * false to end it. Of atoms that test nothing it asks nobody. -E_INVALID with *fault and *at;
 * -E_PERM: one said no; -E_NO_MEMORY; 0. */
int dpf_would_take(struct dpf_set *s, const struct dpf_atom *atom, uint32_t atoms,
                   bool (*may)(void *user, void *arg), void *arg, enum dpf_fault *fault,
                   uint32_t *at);

/* How many steps a message may take at most, whatever is in it: tests, shifts, and what decides
 * beside the atoms for DPF_GROUP_STEPS each. */
#define DPF_GROUP_STEPS 20
uint32_t dpf_steps(const struct dpf_set *s);

/* What the set takes: nodes of the trie, bytes of code, bytes of memory besides. */
struct dpf_size {
    uint32_t filters, nodes, code_bytes, bytes;
};
struct dpf_size dpf_size(const struct dpf_set *s);

/* The meaning of one filter by itself, atom by atom. */
bool dpf_holds(const struct dpf_atom *atom, uint32_t atoms, const uint8_t *message, uint32_t bytes);

#endif
