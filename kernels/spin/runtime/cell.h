/* SPDX-License-Identifier: MIT */
/* cell.h -- cells: objects that extensions make, link to each other, share, and forget. They are
 * collected (collector.h): a cell is freed when nobody can come to it any more. Any structure can
 * be made of them, rings too.
 *
 *     struct cell *c = cell_new();                     to be let go, as every cell that is given
 *     if (!c)
 *         return;                                      no memory, or the quota is used up
 *     c->number[0] = 7;
 *     cell_drop(cell_exchange(&c->left, cell_load(&other->right)));
 *     cell_drop(cell_root_exchange(0, c));             found again by cell_root_load(0)
 *
 * A program holds at most 32 references at once, of these and others (NET_HELD_MAX); a function
 * that has one too many to give gives null, and has done nothing. */
#ifndef SPIN_RUNTIME_CELL_H
#define SPIN_RUNTIME_CELL_H

#define CELL_NUMBERS 3
#define CELL_ROOTS   8

struct cell {
    unsigned long number[CELL_NUMBERS]; /* whoever holds it may read and write */
    struct cell *left, *right;          /* by the functions below alone */
};

#ifndef IMPORTED /* to an extension they are (spin/extend.h) */
#define IMPORTED
#endif

/* A new one, all zero. Null: there is no memory, or the extension has its quota. */
IMPORTED struct cell *cell_new(void);
/* The caller holds it no more. Of null nothing. */
IMPORTED void cell_drop(struct cell *c);
/* The cell, held once more; for a cell that an argument gives, too. */
IMPORTED struct cell *cell_copy(struct cell *c);
/* What left or right of a cell leads to. */
IMPORTED struct cell *cell_load(struct cell **reference);
/* It leads to `c` from now on; gives what it led to. Both may be null. */
IMPORTED struct cell *cell_exchange(struct cell **reference, struct cell *c);
/* The same for a strong reference of the extension itself, which lasts from one run to the next and
 * goes with the extension; `which` is below CELL_ROOTS. Without memory for them, which an extension
 * needs once, the exchange gives c back. */
IMPORTED struct cell *cell_root_load(unsigned long which);
IMPORTED struct cell *cell_root_exchange(unsigned long which, struct cell *c);

#endif
