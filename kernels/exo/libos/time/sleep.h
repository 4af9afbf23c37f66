/* SPDX-License-Identifier: MIT */
/* sleep.h -- wakeup predicates from the library's side: where their code comes from, and how to
 * sleep by one without missing what one waits for. */
#ifndef EXO_LIBOS_SLEEP_H
#define EXO_LIBOS_SLEEP_H

#include <stddef.h>

#include "exo/abi.h"

/* The instructions of the section `predicate` of an object that a compiler made for the BPF
 * machine, of `unsigned long wakes(const unsigned long *variable)`; *bytes is their length.
 * Null: there are none. What they refer to outside of it they do not find. */
const void *predicate_of_object(const void *object, size_t length, size_t *bytes);

/* A sum of products: terms that all must hold, up to the TERM_OR that ends the product and has its
 * tag, which is not 0; then the next product. (Xok's language.) */
enum term_op { TERM_EQ, TERM_NE, TERM_LT, TERM_LE, TERM_GT, TERM_GE, TERM_OR };
#define TERM_CONSTANT 255
struct term {
    uint8_t op;
    uint8_t left;   /* the number of a variable */
    uint8_t right;  /* the same, or TERM_CONSTANT */
    uint64_t value; /* the constant; of TERM_OR the tag */
};

/* Writes its instructions to `code`, which has room for `room` bytes: the tag of the first product
 * that holds, else 0. Their length; -E_INVALID: no operation, no variable of `variables`, a tag 0,
 * a last product without an end; -E_TOO_LONG. */
long predicate_of_terms(const struct term *term, size_t terms, unsigned variables, uint8_t *code,
                        size_t room);

/* Sleeps until this predicate gives a tag, which is *tag then. What became true before is seen, for
 * the predicate is in force before the sleep begins; what is true only for a while may be missed:
 * wait for a counter to change. 0, or exo_predicate_set's error. */
long predicate_sleep(const void *code, size_t bytes, const struct exo_variable *variables,
                     size_t count, uint64_t *tag);

#endif
