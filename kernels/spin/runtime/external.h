/* SPDX-License-Identifier: MIT */
/* external.h -- external references (SPIN's ExternalRef): how user code names objects of the kernel
 * that it may use. A table, one an address space, gives each reference an integer; user code can
 * write down any integer, and gets by it what its own table has, of the type that the service
 * wants, or an error. An integer means nothing in another table, and nothing any more once its
 * entry was deleted: a slot that is used again has another generation.
 *
 * The table needs no trust. It holds what its user was given and no more, so that a wrong one harms
 * its user alone; whoever wants to keep them in another way may do so (external_operations). */
#ifndef SPIN_RUNTIME_EXTERNAL_H
#define SPIN_RUNTIME_EXTERNAL_H

#include "engine/hooks.h"
#include "spin/services/names/directory.h"

#define EXTERNAL_NIL       0 /* the reference to nothing, in every table */
#define EXTERNAL_MAX       256
#define EXTERNAL_ANY_SLOT  EXTERNAL_MAX
#define EXTERNAL_SLOT_BITS 8 /* the lowest; above them the generation, which begins at 1 */

struct external_table;

/* What a table can do; each has the meaning of the function below. */
struct external_operations {
    int (*externalize)(struct external_table *t, const struct named *reference, unsigned slot,
                       uint64_t *external);
    int (*internalize)(struct external_table *t, uint64_t external, struct named *reference);
    int (*remove)(struct external_table *t, uint64_t external);
    int (*copy)(const struct external_table *t, struct external_table **copy);
    void (*destroy)(struct external_table *t);
};

/* The first part of every table. */
struct external_table {
    const struct external_operations *operations;
};

/* An empty one, as far as memory by these hooks goes, which also frees it. 0 or -E_NO_MEMORY. */
int external_create(struct external_table **t, const struct hooks *hooks);
/* Releases all that it holds. */
void external_destroy(struct external_table *t);

/* Gives the integer for a reference, which the table holds from here on. The same reference twice
 * gives the same integer, and one delete ends both: externals are not counted. No object:
 * EXTERNAL_NIL. With a slot other than EXTERNAL_ANY_SLOT that is its place. 0; -E_EXISTS: the slot
 * has another reference, or the reference another slot; -E_INVALID: no such slot; -E_FULL. */
int external_externalize(struct external_table *t, const struct named *reference, unsigned slot,
                         uint64_t *external);

/* The object, held for the caller by its type, or null for EXTERNAL_NIL. 0; -E_NOT_FOUND: this
 * table has given no such integer, or has deleted it; -E_INVALID: it is of another type. */
int external_internalize(struct external_table *t, uint64_t external, const struct name_type *type,
                         void **object);

/* 0 or -E_NOT_FOUND. */
int external_delete(struct external_table *t, uint64_t external);

/* For fork: an independent table in which each integer leads where it leads in the first one. 0 or
 * -E_NO_MEMORY. */
int external_copy(const struct external_table *t, struct external_table **copy);

#endif
