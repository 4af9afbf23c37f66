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

#include "engine/conjunct.h"
#include "engine/program.h"
#include "engine/verify.h"

#define GUARD_CONJUNCTS_MAX 16

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
 * functional or not bounded is opaque. Takes time and memory that are bounded whatever the program.
 * False: there is no memory, and nothing is known. */
bool guard_form_find(struct guard_form *form, const struct program *program,
                     const struct facts *facts, const struct signature *entry,
                     const struct hooks *hooks);

/* What an argument points to and does not change while the form is used: so many bytes from where
 * it points. */
struct guard_known {
    uint8_t argument; /* counted from 0 */
    uint32_t bytes;
    const void *at;
};

/* The same for a guard of which one argument is always this one: what it reads there is a constant
 * of the form. Null: none is. */
bool guard_form_find_known(struct guard_form *form, const struct program *program,
                           const struct facts *facts, const struct signature *entry,
                           const struct guard_known *known, const struct hooks *hooks);

/* Does the form, which is not opaque, hold? Conjuncts after the first that does not are
 * not asked. */
bool guard_form_holds(const struct guard_form *form, const uint64_t argument[PARAMETERS]);

#endif
