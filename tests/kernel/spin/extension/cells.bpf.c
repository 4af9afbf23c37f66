/* SPDX-License-Identifier: MIT */
/* cells.bpf.c -- programs that make, link, share and forget cells. */
#include "spin/extend.h"
#include "spin/runtime/cell.h"

#define PROGRAM EXTENSION_PROGRAM("program")

/* A list of so many cells, the last one first, becomes root 0. How many it has. */
PROGRAM long list_make(long length) {
    long made = 0;
    cell_drop(cell_root_exchange(0, 0));
    while (made < length) {
        struct cell *c = cell_new();
        if (!c)
            break;
        c->number[0] = (unsigned long)++made;
        cell_drop(cell_exchange(&c->left, cell_root_load(0)));
        cell_drop(cell_root_exchange(0, c));
    }
    return made;
}

/* Walks along root 0's list, whose cells have the numbers from `length` down to 1: 0 if so. */
PROGRAM long list_walk(long length) {
    struct cell *c = cell_root_load(0);
    while (c) {
        struct cell *next = cell_load(&c->left);
        length -= c->number[0] == (unsigned long)length;
        cell_drop(c);
        c = next;
    }
    return length;
}

/* A ring of two, which each other alone lead to. */
PROGRAM long ring_make(long number) {
    struct cell *a = cell_new(), *b = cell_new();
    if (a && b) {
        a->number[0] = b->number[0] = (unsigned long)number;
        cell_drop(cell_exchange(&a->right, cell_copy(b)));
        cell_drop(cell_exchange(&b->right, cell_copy(a)));
    }
    cell_drop(a);
    cell_drop(b);
    return 0;
}

#define RANDOM(x) ((x) = (x)*6364136223846793005ul + 1442695040888963407ul)

/* A root's cell, or a new one, which is right before others can come to it. */
static struct cell *some_cell(unsigned long seed) {
    struct cell *c = seed % 4 ? cell_root_load(seed / 4 % CELL_ROOTS) : 0;
    if (c)
        return c;
    c = cell_new();
    if (c) {
        c->number[0] = seed;
        c->number[1] = ~seed;
    }
    return c;
}

/* A step on the graph that hangs on the roots. Every cell has number[1] == ~number[0]; gives how
 * many had not. */
PROGRAM long mutate(unsigned long seed) {
    struct cell *c = some_cell(seed), *other, *third;
    if (!c)
        return 0;
    other = cell_load(seed & 64 ? &c->left : &c->right);
    long wrong = c->number[1] != ~c->number[0];
    if (other)
        wrong += other->number[1] != ~other->number[0];
    if (seed & 128) /* rings */
        third = cell_copy(c);
    else
        third = cell_root_load(seed / 256 % CELL_ROOTS);
    cell_drop(cell_exchange(seed & 2048 ? &c->left : &c->right, third));
    cell_drop(cell_root_exchange(seed / 4096 % CELL_ROOTS, other));
    cell_drop(cell_root_exchange(seed / 32768 % CELL_ROOTS, c));
    return wrong;
}

/* All roots lead nowhere. */
PROGRAM long forget(long unused) {
    (void)unused;
    for (unsigned long i = 0; i < CELL_ROOTS; i++)
        cell_drop(cell_root_exchange(i, 0));
    return 0;
}

/* Holds what it makes, in its own run, until it is ended for want of fuel. */
PROGRAM long ends_early(long unused) {
    struct cell *c = cell_new();
    (void)unused;
    if (!c)
        return 0;
    volatile unsigned long *wanted = &c->number[0], *count = &c->number[1];
    while (!*wanted)
        ++*count;
    cell_drop(c);
    return 1;
}
