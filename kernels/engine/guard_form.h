/* SPDX-License-Identifier: MIT */
/* guard_form.h -- what a guard asks, where its form is one that a dispatcher can look up instead of
 * running it: a conjunction of equalities, ranges and masks, each over one argument, one field of
 * what an argument points to, or the length of a packet. (BPF+, Begel, McCanne and Graham, SIGCOMM
 * '99, finds such comparisons to remove those that are asked twice; DPF, Engler and Kaashoek,
 * SIGCOMM '96, has its filters written in this form.)
 *
 * The form is found by following the program's paths with symbols in the place of its arguments. It
 * is exact: for every input that the program's kind can be given, the conjunction holds if and only
 * if the program gives something other than 0. What is not seen to be a conjunction is opaque. */
#ifndef ENGINE_GUARD_FORM_H
#define ENGINE_GUARD_FORM_H

#include "engine/kind.h"
#include "engine/program.h"
#include "engine/verify.h"

#define GUARD_CONJUNCTS_MAX 16

enum guard_source_kind {
    GUARD_ARGUMENT, /* the low bytes of an argument */
    GUARD_FIELD,    /* what stands so far behind the address that an argument is */
    GUARD_LENGTH,   /* of a packet: the argument that is its end less the one that is its start */
};

/* A number that a guard looks at. */
struct guard_source {
    uint8_t kind;     /* enum guard_source_kind */
    uint8_t argument; /* counted from 0 */
    uint8_t bytes;    /* 1, 2, 4 or 8 */
    bool swapped;     /* its bytes are taken in the other order */
    int32_t offset;   /* FIELD: in bytes. LENGTH: the number of the argument that is the end */
};

/* With x = source & mask: low <= x <= high, or if low > high, x >= low or x <= high. All numbers
 * are unsigned. */
struct conjunct {
    struct guard_source source;
    uint64_t mask, low, high;
};

enum guard_kind {
    GUARD_OPAQUE,
    GUARD_NEVER,       /* gives 0 whatever it is asked */
    GUARD_CONJUNCTION, /* of all conjuncts; of none it always holds */
};

struct guard_form {
    uint8_t kind; /* enum guard_kind */
    uint32_t count;
    /* In an order in which they can be asked: a field that is there only if the packet is long
     * enough, or the argument not null, comes after that. */
    struct conjunct conjunct[GUARD_CONJUNCTS_MAX];
};

/* Finds the form of a verified program, whose kind's entry is `entry`. A program that is not
 * functional or not bounded is opaque, and so is everything if memory lacks. Takes time and memory
 * that are bounded whatever the program. */
void guard_form_find(struct guard_form *form, const struct program *program,
                     const struct facts *facts, const struct signature *entry,
                     const struct hooks *hooks);

/* The number that a source is. Reads memory only for GUARD_FIELD. */
uint64_t guard_source_read(const struct guard_source *source, const uint64_t argument[PARAMETERS]);

static inline bool conjunct_takes(const struct conjunct *c, uint64_t number) {
    uint64_t x = number & c->mask;
    return c->low <= c->high ? c->low <= x && x <= c->high : x >= c->low || x <= c->high;
}

/* Does the form, which is not opaque, hold? Conjuncts after the first that does not are not asked.
 */
bool guard_form_holds(const struct guard_form *form, const uint64_t argument[PARAMETERS]);

#endif
